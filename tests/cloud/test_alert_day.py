"""A day of alerts on the local cloud, as issue 5 ends: S95, S121, S240, S273, S284 to S286, R38.

The DSL is away, a pupil searches, FortiGate posts, the deputy's phone and mailbox have it, she
acknowledges, makes an incident of it, and then the filter falls silent.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib import clock, ids
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity.permissions import Role
from chalicelib.people.accounts import service as accounts
from chalicelib.people.accounts.model import Signs
from infra.local import clock as local_clock
from infra.local.cloud import LocalCloud
from tests.alerts.senders import a_source
from tests.builders import BY, a_person, a_pupil, a_school, signed_in, within
from tests.cloud.conftest import a_cloud
from tests.cloud.visitor import SCHEDULED, CloudSite, Post

PHONE = "07700900123"


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A cloud of its own: its clock is moved by days."""
    own = a_cloud(tmp_path_factory.mktemp("day") / "state")
    own.start()
    yield own
    own.stop()


def test_a_day_of_alerts(inside: LocalCloud, visitor: CloudSite, post: Post) -> None:
    """From the absence in the morning to the mail that says that alerts have stopped."""
    _to_a_tuesday_morning(inside)
    mark = ids.new().lower()
    school = a_school()
    roles = {"dsl": Role.DSL, "deputy": Role.DEPUTY_DSL, "office": Role.OFFICE}
    roles |= {"technician": Role.TECHNICIAN}
    people = {
        name: a_person(school, roles=[role], email=f"{name}.{mark}@example.sch.uk")
        for name, role in roles.items()
    }
    pupil = a_pupil(school, given_name="Sam")
    with within(school):
        signs = Signs(accounts=("HILL\\sam.example",))
        accounts.set_signs(school, accounts.of_pupil(school, pupil), signs, by=BY)
    made = a_source(school, SourceKind.FORTIGATE)
    firewall = replace(made, path=made.path.removeprefix(inside.public_url))

    # The deputy proves her phone; the office says in one press that the DSL is ill.
    deputy, office = (signed_in(visitor, people[name]) for name in ("deputy", "office"))
    deputy.get(f"/s/{school}/duty/phone")
    deputy.submit({"phone": PHONE}, action="/duty/phone")
    [code] = re.findall(r"\d{6}", post.wait_for(f"+44{PHONE[1:]}")[0].text)
    deputy.get(f"/s/{school}/duty/phone/code")
    deputy.submit({"code": code, "uses": ["texts"]})
    office.get(f"/s/{school}/duty")
    office.submit(action=f"/{people['dsl'].id}/today")

    # A pupil searches, and the firewall posts what it let through.
    line = (
        f'date=2026-10-06 time=10:00:00 devid="FG1" logid="0316013056" type="utm"'
        f' subtype="webfilter" eventtime={int(clock.now().timestamp() * 10**9)}'
        f' user="HILL\\sam.example" srcip=10.20.4.117 service="HTTPS" hostname="guns.example"'
        f' action="passthrough" url="/search?q=canary" cat=16 catdesc="Weapons (Sales)"'
    ).encode()
    answer = visitor.request("POST", firewall.path, body=line, headers=firewall.headers(line))
    assert 202 == answer.status, answer.body

    # The deputy's mailbox and phone have it, at once, and neither says what it is about.
    (mail,) = post.wait_for(people["deputy"].email)
    text = post.wait_for(f"+44{PHONE[1:]}", 2)[-1]
    for said in (mail.subject + mail.text + mail.html, text.text):
        assert not re.search(r"sam|guns|canary|weapon", said, re.IGNORECASE)
    assert [] == post.to(people["dsl"].email)

    # She acknowledges, sees whose it is and why she was told, and makes an incident of it.
    path = mail.links()[0].removeprefix(inside.public_url)
    shown = deputy.get(path)
    deputy.submit(action="/acknowledge")
    deputy.get(path)
    incident = deputy.follow(deputy.submit(action="/incident"))
    assert "A pupil, known by their account" in shown.text
    assert f"{people['dsl'].name} (Designated safeguarding lead) is away" in shown.text
    assert "Sam Example" in incident.text
    assert "It became an incident" in deputy.get(path).text

    # Then the filter falls silent; a school day later the technician and the DSL are told.
    inside.invoke("plan_day", SCHEDULED)
    told = [people[name].email for name in ("technician", "dsl")]
    _pass_time(inside, post, until=lambda: all(_knows(post, each) for each in told))
    assert [] == [each for each in told if not _knows(post, each)]


def _knows(post: Post, address: str) -> bool:
    """Whether an address was told of the silence, whatever else it was told of meanwhile."""
    return any("have stopped" in mail.subject for mail in post.to(address))


def _to_a_tuesday_morning(cloud: LocalCloud) -> None:
    """Term, ten o'clock: whatever day the test is run on."""
    wanted = datetime(2027, 1, 12, 10, 0, tzinfo=clock.LONDON)
    local_clock.advance(cloud.clock_file, wanted - clock.now())


def _pass_time(cloud: LocalCloud, post: Post, *, until: Callable[[], bool]) -> None:
    """Two days of sweeps at most, and then half a minute for what is on its way."""
    for hours in (0, 25, 3, 3):
        local_clock.advance(cloud.clock_file, timedelta(hours=hours))
        post.deliver()
        post.deliver()
        if until():
            return
    end = time.monotonic() + 30
    while not until() and time.monotonic() < end:
        post.deliver()
