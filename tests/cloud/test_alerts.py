"""Alerts through the deployed template: posted, told, passed on, taken in hand, made incidents."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier

import pytest

from chalicelib import clock, ids
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people import duty
from infra.local import clock as local_clock
from infra.local.cloud import LocalCloud
from tests.alerts.senders import Sender, a_source, signed_event
from tests.builders import Person, a_person, a_school, signed_in, within
from tests.cloud.conftest import a_cloud
from tests.cloud.visitor import CloudSite, Post
from tests.pages import Answer

AT_ONCE = 6


@dataclass
class Hill:
    """A school with a DSL and a deputy, who are signed in, and its two filters."""

    school: SchoolId
    dsl: Person
    deputy: Person
    at_dsl: CloudSite
    firewall: Sender
    provider: Sender


def a_hill(cloud: LocalCloud, visitor: CloudSite) -> Hill:
    """Addresses of one run are not those of another: the mailbox is shared and kept."""
    mark = ids.new().lower()
    school = a_school()
    people = [
        a_person(school, roles=[role], email=f"{role}.{mark}@example.sch.uk")
        for role in (Role.DSL, Role.DEPUTY_DSL)
    ]
    at_dsl = signed_in(visitor, people[0])
    assert isinstance(at_dsl, CloudSite)
    senders = [_reachable(cloud, a_source(school, kind)) for kind in _KINDS]
    return Hill(school, *people, at_dsl, *senders)


_KINDS = (SourceKind.FORTIGATE, SourceKind.SIGNED)


def _reachable(cloud: LocalCloud, sender: Sender) -> Sender:
    """The path of the address, whatever port this cloud is on."""
    return replace(sender, path=sender.path.removeprefix(cloud.public_url))


def line(user: str, *, category: str = 'cat=16 catdesc="Weapons (Sales)"') -> bytes:
    """What a FortiGate says this second."""
    return (
        f'date=2026-10-06 time=10:00:00 devid="FG1" logid="0316013056" type="utm" '
        f'subtype="webfilter" eventtime={time.time_ns()} user="{user}" srcip=10.20.4.117 '
        f'service="HTTPS" hostname="guns.example" action="passthrough" url="/" {category}'
    ).encode()


def send(visitor: CloudSite, sender: Sender, body: bytes, expect: int = 202) -> Answer:
    answer = visitor.request("POST", sender.path, body=body, headers=sender.headers(body))
    assert expect == answer.status, answer.body
    return answer


def inbox(hill: Hill, *, holding: str) -> str:
    """The inbox, once it shows what was posted."""
    end = time.monotonic() + 20
    while holding not in (text := hill.at_dsl.get(f"/s/{hill.school}/alerts?list=all").text):
        assert time.monotonic() < end, text[:500]
        time.sleep(0.2)
    return text


def test_an_alert_is_told_taken_in_hand_and_made_an_incident(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Thread 3, whole: post, mail, sign-in page, acknowledgement, incident, closed alert."""
    hill = a_hill(inside, visitor)
    send(visitor, hill.firewall, line("p.okafor"))
    (mail,) = post.wait_for(hill.dsl.email)
    (link,) = mail.links()
    path = link.removeprefix(inside.public_url)

    shown = hill.at_dsl.get(path)
    hill.at_dsl.submit(action="/acknowledge")
    hill.at_dsl.get(path)
    incident = hill.at_dsl.follow(hill.at_dsl.submit(action="/incident"))
    alert = hill.at_dsl.get(path).text

    assert not [word for word in ("okafor", "guns", "eapon") if word in mail.text + mail.html]
    assert "p.okafor" in shown.text
    assert hill.dsl.name in shown.text
    assert "p.okafor" in incident.text
    assert "It became an incident" in alert


def test_with_the_dsl_away_the_deputy_is_told_at_once(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """S95 through every part: the absence, the signed post, the deputy's mail, nobody else's."""
    hill = a_hill(inside, visitor)
    today = clock.today()
    with within(hill.school):
        duty.set_absence(hill.school, hill.dsl.id, first_on=today, last_on=today, by="system:test")
    send(visitor, hill.provider, signed_event(host="a.example", categories=["Weapons"]).encode())

    (mail,) = post.wait_for(hill.deputy.email)

    assert "high-priority" in mail.subject
    assert [] == post.to(hill.dsl.email)


def test_broken_unreadable_and_unproven_bodies(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """A template broken by a backslash is read, rubbish is kept and shown, strangers refused."""
    hill = a_hill(inside, visitor)
    broken = (
        b'{"v":1,"source":"fortigate","logid":"0316013056","action":"passthrough","cat":"16",'
        rb'"user":"HILL\pupil","hostname":"guns.example","url":"/?q="x""}'
    )

    send(visitor, hill.firewall, broken)
    kept = send(visitor, hill.firewall, b"lorem ipsum dolor")
    refused = visitor.request("POST", hill.firewall.path, body=broken)
    unknown = visitor.request("POST", f"/hooks/{hill.school}.nothing", body=broken)

    assert "quarantined" == kept.json["status"]
    assert [(401, b""), (404, b"")] == [(each.status, each.raw) for each in (refused, unknown)]
    assert "pupil (HILL)" in inbox(hill, holding="pupil (HILL)")
    assert "Could not be read" in inbox(hill, holding="Could not be read")


def test_many_deliveries_of_one_post_are_one_alert(
    inside: LocalCloud, visitor: CloudSite, post: Post
) -> None:
    """Six at once, then again: one accepted, the others duplicates, one mail."""
    hill = a_hill(inside, visitor)
    body = line("p.okafor")
    start = Barrier(AT_ONCE)

    def once(_: int) -> str:
        start.wait(60)
        return str(send(visitor.another(), hill.firewall, body).json["status"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = sorted(pool.map(once, range(AT_ONCE)))
    post.wait_for(hill.dsl.email)
    again = send(visitor, hill.firewall, body).json["status"]
    post.deliver()

    assert [*["accepted"], *["duplicate"] * (AT_ONCE - 1)] == said
    assert "duplicate" == again
    assert 1 == len(post.to(hill.dsl.email))


class TestItsOwnCloud:
    """What is killed, or whose clock is moved."""

    @pytest.fixture
    def cloud(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
        own = a_cloud(tmp_path_factory.mktemp("alerts") / "state")
        own.start()
        yield own
        own.stop()

    def test_after_202_nothing_is_lost_and_the_telling_goes_on(
        self, inside: LocalCloud, visitor: CloudSite
    ) -> None:
        """R30: everything is killed the moment the last post was answered. After a start every
        alert is there, the DSL is told of each, and a quarter of an hour later the deputy is.
        """
        hill = a_hill(inside, visitor)
        pupils = [f"pupil{number}" for number in range(5)]
        for pupil in pupils:
            send(visitor, hill.firewall, line(pupil))
        inside.kill()

        again = a_cloud(inside.state)
        again.start()
        try:
            box = Post(again)
            hill.at_dsl = replace(hill.at_dsl, cloud=again, mailbox=box)
            local_clock.advance(again.clock_file, timedelta(minutes=2))
            box.deliver()
            for pupil in pupils:
                inbox(hill, holding=pupil)
            box.deliver()
            box.wait_for(hill.dsl.email, len(pupils))
            local_clock.advance(again.clock_file, timedelta(minutes=16))
            box.deliver()
            box.wait_for(hill.deputy.email, len(pupils))

            assert len(pupils) == len({mail.links()[0] for mail in box.to(hill.dsl.email)})
        finally:
            again.stop()
