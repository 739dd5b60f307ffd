"""The duty calendar out, and away days in: names of staff, and nothing that is private."""

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people import calendars, duty
from chalicelib.people.calendars import Days
from tests.builders import BY, a_person, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site

TODAY = date(2026, 10, 6)


def ics(*events: str) -> str:
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\n{each}\r\nEND:VEVENT\r\n" for n, each in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//EN\r\n{body}END:VCALENDAR\r\n"


OUT_OF_OFFICE = (
    "SUMMARY:Hospital\r\nDTSTART:20261012T080000Z\r\nDTEND:20261013T160000Z\r\n"
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
)
MEETING = (
    "SUMMARY:Governors\r\nDTSTART:20261014T080000Z\r\nDTEND:20261014T160000Z\r\n"
    "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"
)
LEAVE = "SUMMARY:Leave\r\nDTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261121"
FREE = (
    f"{LEAVE.replace('20261120', '20261202').replace('20261121', '20261203')}\r\nTRANSP:TRANSPARENT"
)
WEDNESDAYS = (
    "SUMMARY:Not in\r\nDTSTART;VALUE=DATE:20261007\r\nDTEND;VALUE=DATE:20261008\r\n"
    "RRULE:FREQ=WEEKLY;COUNT=3"
)


@pytest.fixture
def school(store: str, clock: FrozenClock) -> SchoolId:
    return a_school()


def test_only_days_away_are_read() -> None:
    """Out of office and whole days; not meetings, not what is free; part-time weeks repeat."""
    found = calendars.away_days(ics(OUT_OF_OFFICE, MEETING, LEAVE, FREE, WEDNESDAYS), TODAY)

    assert [
        Days(date(2026, 10, 7), date(2026, 10, 7)),
        Days(date(2026, 10, 12), date(2026, 10, 14)),
        Days(date(2026, 10, 21), date(2026, 10, 21)),
        Days(date(2026, 11, 20), date(2026, 11, 20)),
    ] == found


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300) | st.sampled_from([ics(LEAVE)[:n] for n in range(0, 150, 7)]))
def test_rubbish_is_refused_in_words(text: str) -> None:
    """Whatever is pasted, it is read or refused, and never an error of ours."""
    with contextlib.suppress(Invalid):
        calendars.away_days(text, TODAY)


def test_the_feed_says_who_is_on_duty_and_ends_with_its_person(
    site: Site, school: SchoolId
) -> None:
    """A secret address, shown once; a new one ends it; no sign-in, and not a word of an alert."""
    dsl = a_person(school, roles=[Role.DSL], name="Dina Lead")
    a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")
    with within(school):
        duty.set_absence(
            school, dsl.id, first_on=date(2026, 10, 8), last_on=date(2026, 10, 9), by=BY
        )
    desk = signed_in(site, dsl)
    desk.get(f"/s/{school}/duty/calendar")
    first = _address(desk)
    feed = site.request("GET", first)
    second = _address(desk)

    assert (200, "text/calendar; charset=utf-8") == (feed.status, feed.headers["content-type"])
    for said in ("On duty: Dina Lead", "On duty: Gus Head", "Away: Dina Lead"):
        assert said in feed.body
    assert (404, 200) == (site.request("GET", first).status, site.request("GET", second).status)
    assert 404 == site.request("GET", f"/duty-calendar/{school}.{'x' * 43}").status


def _address(desk: Site) -> str:
    shown = desk.submit(action="/address", expect=200)
    [address] = [word for word in shown.text.split() if "/duty-calendar/" in word]
    return address.removeprefix("http://localhost:8000")


def test_days_are_pasted_ticked_and_saved(site: Site, school: SchoolId, clock: FrozenClock) -> None:
    """4.5: those without cover are refused with the reason; the others are absences."""
    dsl = a_person(school, roles=[Role.DSL])
    head = a_person(school, roles=[Role.HEADTEACHER])
    with within(school):
        leave = date(2026, 11, 20)
        duty.set_absence(school, head.id, first_on=leave, last_on=leave, by=BY)
    desk = signed_in(site, dsl)
    desk.get(f"/s/{school}/duty/calendar")
    shown = desk.submit({"calendar": ics(OUT_OF_OFFICE, LEAVE)}, action="/calendar", expect=200)
    refused = desk.submit(action="/days", expect=422)

    assert "12 October 2026 to 13 October 2026" in shown.text
    assert "Hospital" not in shown.text
    assert "Nobody would be on duty" in " ".join(refused.problems())
    with within(school):
        away = [each for each, _ in duty.rota(school, clock.at).absences]
    assert {dsl.id, head.id} == {each.person for each in away}
    assert 2 == len(away)
