"""Pupils through Wonde: looked at, brought in, each morning, revoked; never a destroyer (R-ROST 3).

The payloads are written from the schema that Wonde publishes (`infra/local/wonde.py`).
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.documents import build
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.people.rosters.wonde import client, reading, service
from chalicelib.people.rosters.wonde.client import NotReached, Revoked
from chalicelib.storage import tenants
from infra.local import front_door, ports, wonde
from infra.local.wonde import SCHOOL, TOKEN, StandIn, a_contact, a_pupil
from tests.builders import Person, a_person, a_school, signed_in
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.people.rosters.test_bringing_in import here

__all__ = ["bucket"]

FAMILY = [
    a_pupil(1, "Amy", "Young", "4", "4 Oak",
            a_contact(1, "Pat", "Young", "pat@example.net"),
            a_contact(2, "Bo", "Barr", "bo@example.net", "Father", court_order=True),
            a_contact(3, "Ann", "Ash", "ann@example.net", "Aunt", responsible=False)),
    a_pupil(2, "Zed", "Young", "R", "R Ash", a_contact(1, "Pat", "Young", "pat@example.net")),
]  # fmt: skip


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    port = ports.free()
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("WONDE_URL", address)
    app = StandIn(FAMILY, address)
    server = front_door.serve(app, port)
    yield app
    server.shutdown()
    server.server_close()


@pytest.fixture
def office(site: Site) -> Person:
    return a_person(a_school(), roles=[Role.OFFICE])


def _connected(site: Site, office: Person) -> Site:
    browser = signed_in(site, office)
    browser.get(f"/s/{office.place}/people/wonde")
    browser.follow(browser.submit({"school_id": SCHOOL, "token": TOKEN}, button="Connect"))
    return browser


def test_pupils_are_looked_at_and_brought_in_like_a_file(
    site: Site, stand_in: StandIn, office: Person, bucket: Bucket
) -> None:
    """Contacts under a court order or without responsibility stay out (6.8); the same again
    changes nothing; the token is shown nowhere; the page says when Wonde was last asked.
    """
    school = SchoolId(office.place)
    browser = _connected(site, office)
    browser.get(f"/s/{school}/people/wonde")
    shown = browser.follow(browser.submit(button="Look at what would change"))
    assert "2 would join" in shown.text
    assert "2 contacts are left out" in shown.text
    assert {} == here(school)

    job = browser.submit(button="Bring them in").location.rpartition("/")[2]
    build.build(school, job, DOCUMENTS)
    page = browser.get(f"/s/{school}/people/wonde")
    again = browser.follow(browser.submit(button="Look at what would change"))

    found = here(school)
    assert (4, "4 Oak", ("pat@example.net",)) == found["Amy Young"][1:]
    assert (0, "R Ash", ("pat@example.net",)) == found["Zed Young"][1:]
    assert "Everything in what Wonde sent is here already" in again.text
    assert "6 October 2026" in page.text
    assert TOKEN not in page.body


def test_the_token_is_sealed_and_a_wrong_one_is_not_kept(
    site: Site, stand_in: StandIn, office: Person
) -> None:
    """A refusal says so beside the field and keeps what was typed; nothing is stored."""
    browser = signed_in(site, office)
    browser.get(f"/s/{office.place}/people/wonde")

    wrong = browser.submit({"school_id": SCHOOL, "token": "x" * 40}, button="Connect", expect=422)
    misspelt = browser.submit(
        {"school_id": "https://evil.example", "token": TOKEN}, button="Connect", expect=422
    )

    assert "Wonde does not let Holdfast in" in wrong.problems()[0]
    assert SCHOOL in wrong.body
    assert "letter A" in misspelt.problems()[0]
    with tenants({office.place}):
        assert service.tie(SchoolId(office.place)) is None
        browser = _connected(site, office)
    with tenants({office.place}):
        row = service._row(SchoolId(office.place))
    assert TOKEN.encode() not in bytes(row.sealed)


def test_a_school_that_ended_it_in_wonde_is_told(
    site: Site, stand_in: StandIn, office: Person
) -> None:
    """A plain warning, the mornings stop, pupils stay; ending it here forgets the token."""
    school = SchoolId(office.place)
    browser = _connected(site, office)
    browser.get(f"/s/{school}/people/wonde")
    browser.follow(browser.submit(button="Do it every morning"))
    stand_in.is_revoked = True

    refused = browser.submit(button="Look at what would change", expect=422)
    page = browser.get(f"/s/{school}/people/wonde")

    assert "does not let Holdfast in" in refused.problems()[0]
    assert "Your school has ended Holdfast" in page.text
    with tenants({school}):
        assert 0 == service.plan(school)
    browser.follow(browser.submit(button="End the connection"))
    with tenants({school}):
        assert service.tie(school) is None


def test_mornings_bring_in_and_let_few_leave_but_never_many(
    site: Site, stand_in: StandIn, office: Person, bucket: Bucket, clock: FrozenClock
) -> None:
    """One job a day; a leaver leaves; when most are missing all stay and the page says so."""
    school = SchoolId(office.place)
    stand_in.pupils = [a_pupil(n, f"Kit{n}", "Lark", "3", "3 Elm") for n in range(1, 11)]
    browser = _connected(site, office)
    browser.get(f"/s/{school}/people/wonde")
    browser.follow(browser.submit(button="Do it every morning"))

    def morning() -> None:
        with tenants({school}):
            assert 1 == service.plan(school) == service.plan(school)
            job = f"{clock.now():%Y%m%d}".ljust(26, "0")
        build.build(school, job, DOCUMENTS)
        clock.advance(days=1)

    morning()
    assert 10 == len(here(school))
    stand_in.pupils = stand_in.pupils[1:]
    morning()
    assert 9 == len(here(school))
    stand_in.pupils = [*stand_in.pupils[:2], a_pupil(99, "New", "Lark", "3", "3 Elm")]
    morning()

    assert 10 == len(here(school))
    assert (
        "Many of your pupils were missing"
        in signed_in(site, office).get(f"/s/{school}/people/wonde").text
    )


def test_who_cannot_be_read_has_not_left_and_who_may_not_brings_nobody(
    site: Site, stand_in: StandIn, office: Person, bucket: Bucket, clock: FrozenClock
) -> None:
    """R5, R-ROST: a pupil without a year group in the school's system stays; when whoever tied the
    school may bring in nobody any more, nothing comes and the page says why; connecting asks for
    one pupil and begins anew.
    """
    school = SchoolId(office.place)
    stand_in.pupils = [a_pupil(n, f"Kit{n}", "Lark", "3", "3 Elm") for n in range(1, 11)]
    browser = _connected(site, office)
    assert ["per_page=1"] == stand_in.queries
    browser.get(f"/s/{school}/people/wonde")
    browser.follow(browser.submit(button="Do it every morning"))

    def morning() -> str:
        with tenants({school}):
            service.plan(school)
            job = f"{clock.now():%Y%m%d}".ljust(26, "0")
        build.build(school, job, DOCUMENTS)
        clock.advance(days=1)
        return signed_in(site, office).get(f"/s/{school}/people/wonde").text

    morning()
    stand_in.pupils[0] = a_pupil(1, "Kit1", "Lark", "", "3 Elm")
    morning()
    assert 10 == len(here(school))
    with tenants({school}):
        identity.set_roles(school, office.id, [Role.TECHNICIAN], by="person:x")
    stand_in.pupils = stand_in.pupils[:9]
    with tenants({school}):
        service.plan(school)
    build.build(school, f"{clock.now():%Y%m%d}".ljust(26, "0"), DOCUMENTS)
    assert 10 == len(here(school))
    other = a_person(school, roles=[Role.OFFICE])
    page = signed_in(site, other).get(f"/s/{school}/people/wonde")
    assert "may not bring in pupils here any more" in page.text
    again = _connected(site, other)
    assert "It worked" in again.get(f"/s/{school}/people/wonde").text


@pytest.mark.parametrize(
    "answer",
    [
        "not json",
        "[]",
        '{"data": "text"}',
        '{"data": [], "meta": {"pagination": {"next": "http://169.254.169.254/latest"}}}',
        '{"data": [], "meta": {"pagination": {"next": "file:///etc/passwd"}}}',
        "loop",
    ],
)
def test_only_the_configured_address_is_ever_asked(stand_in: StandIn, answer: str) -> None:
    """A next page elsewhere, or for ever, or nonsense, is an answer that did not come (R43)."""
    path = f"{stand_in.address}/v1.0/schools/{SCHOOL}/students?page=2"
    loop = json.dumps({"data": [], "meta": {"pagination": {"next": path}}})
    stand_in.answers = loop if answer == "loop" else answer

    with pytest.raises(NotReached):
        client.pupils(SCHOOL, TOKEN)

    assert {f"/v1.0/schools/{SCHOOL}/students"} == set(stand_in.asked)


def test_all_pages_are_read(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until there is no next one."""
    stand_in.pupils = [a_pupil(n, f"Kit{n}", "Lark", "3", "3 Elm") for n in range(1, 8)]
    monkeypatch.setattr(client, "_A_PAGE", 3)

    assert 7 == len(client.pupils(SCHOOL, TOKEN))
    assert 3 == len(stand_in.asked)


def test_a_token_that_is_not_ours_is_revoked(stand_in: StandIn) -> None:
    with pytest.raises(Revoked):
        client.pupils(SCHOOL, "some-other-token-altogether")


def test_nothing_is_kept_that_is_not_read() -> None:
    """Birthdays, gender and the rest of what Wonde sends go nowhere (R-ROST 1)."""
    packed = reading.packed(FAMILY).decode()

    assert "2016" not in packed
    assert "FEMALE" not in packed


@pytest.mark.parametrize("order", [True, "yes", 1, {"data": "order"}, "unknown"], ids=str)
def test_whatever_may_be_a_court_order_bars(order: Any) -> None:
    """An unknown word must not send a mail (6.8)."""
    contact = a_contact(1, "Bo", "Barr", "bo@example.net")
    contact["relationship"]["court_order"] = order
    roster = reading.read(reading.packed([a_pupil(1, "A", "B", "4", "4 Oak", contact)]))

    assert (1, ()) == (roster.left_out, roster.children[0].contacts)


def test_the_stand_in_s_own_pupils_can_be_read() -> None:
    roster = reading.read(reading.packed(wonde.PUPILS))

    assert (10, ()) == (len(roster.children), roster.problems)
