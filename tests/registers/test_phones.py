"""Pupils' phones at the office: a class in with one press and out with another (S68 to S70)."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import clock as clocks
from chalicelib.audit import events
from chalicelib.audit.events import Head
from chalicelib.identity.permissions import Role
from chalicelib.people.model import ClassId, PupilId
from chalicelib.registers.phones import repository, service
from chalicelib.registers.phones.model import Day
from chalicelib.storage import tenants
from tests.builders import a_class, a_person, a_pupil, a_school, signed_in
from tests.doubles import FrozenClock
from tests.pages import Answer, Site

NAMES = ("Asha", "Ben", "Cleo", "Dev")


class Office:
    """A school with one class of four, three of whom may bring a phone."""

    def __init__(self, site: Site) -> None:
        self.school = a_school()
        self.group = a_class(self.school, "Maple class")
        self.pupils = [
            a_pupil(self.school, self.group, given_name=name, year_group=6) for name in NAMES
        ]
        self.clerk, self.site = a_person(self.school, roles=[Role.OFFICE]), site
        self.browser = signed_in(site, self.clerk)
        self.page = f"/s/{self.school}/phones/{self.group}"
        with tenants({self.school}):
            service.set_permits(self.school, self.group, self.pupils[:3], by="system:test")

    def ticked(self, do: str) -> list[str]:
        page = self.browser.get(f"{self.page}?{urlencode({'do': do})}")
        boxes = page.root.all("input", name="pupils", type="checkbox")
        return [b.attributes["value"] for b in boxes if "checked" in b.attributes]

    def press(self, fields: dict[str, Any], do: str) -> Answer:
        """Send the form, and give the page after it."""
        sent = self.browser.submit(fields, button=f"Hand {do} the ticked phones")
        return self.browser.get(sent.location)


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site)


def test_a_class_goes_in_and_out_with_two_presses(office: Office, clock: FrozenClock) -> None:
    """Whoever may bring one is ticked; one is unticked; in the afternoon those that are here are
    (S68). Two pages and two presses: far less than a minute.
    """
    assert office.pupils[:3] == office.ticked("in")

    done = office.press({"pupils": office.pupils[:2]}, "in")
    assert "2 phones handed in." in done.text
    assert office.pupils[2:3] == office.ticked("in")
    clock.advance(hours=5)
    office.browser = signed_in(office.site, office.clerk)
    assert office.pupils[:2] == office.ticked("out")
    done = office.press({"pupils": office.pupils[:2]}, "out")

    assert "2 phones handed out." in done.text
    assert "Asha Example: in at 10am, out at 3pm" in done.text
    assert [] == office.ticked("out")


def test_a_phone_without_permission_is_taken_in_and_said(office: Office) -> None:
    """It lies in the office like the others, marked (S68)."""
    office.browser.get(f"{office.page}?do=in")
    sent = office.browser.submit({"others": office.pupils[3:]}, button="Hand in these")
    done = office.browser.get(sent.location)

    assert "Dev Example: in at 10am, without permission" in done.text


def test_a_phone_that_was_left_is_seen_next_day_and_handed_out_on_its_own(
    office: Office, clock: FrozenClock
) -> None:
    """Custody does not end at midnight (S68, S70)."""
    with tenants({office.school}):
        service.hand_in(
            office.school, office.group, clocks.today(), office.pupils[:1], by="system:test"
        )
    clock.advance(hours=24)
    office.browser = signed_in(office.site, office.clerk)
    page = office.browser.get(f"/s/{office.school}/phones")
    assert "Left from another day" in page.text
    (link,) = [a.attributes["href"] for a in page.root.all("a") if "day=" in a.attributes["href"]]
    office.browser.get(link)
    office.browser.submit({"pupils": office.pupils[:1]}, action=f"{office.page}/out")

    assert "Left from another day" not in office.browser.get(f"/s/{office.school}/phones").text


def test_who_may_bring_one_is_said_for_the_class(office: Office) -> None:
    """With the parents' permission and no smartphone, else it is not saved (S68, R-PHONE)."""
    office.browser.get(f"{office.page}/permits")
    refused = office.browser.submit({"pupils": office.pupils[3:]}, expect=422)
    assert "Tick to say that this is so" in refused.problems()[0]

    office.browser.submit({"pupils": office.pupils[3:], "agreed": "yes"})

    assert office.pupils[3:] == office.ticked("in")


def test_nothing_ticked_is_no_handing_in(office: Office) -> None:
    office.browser.get(f"{office.page}?do=in")
    refused = office.browser.submit({"pupils": []}, button="Hand in the ticked", expect=422)

    assert ["Tick the phones that were handed in"] == refused.problems()


def test_the_day_has_a_chain_of_custody(office: Office) -> None:
    """Each handing in and out is an event, in order, that cannot be changed unseen (S68, R25)."""
    day = clocks.today()
    with tenants({office.school}):
        for _ in range(2):  # a second press changes nothing
            service.hand_in(office.school, office.group, day, office.pupils[:2], by="person:a")
        service.hand_out(office.school, office.group, day, office.pupils[:1], by="person:b")
        told = repository.history(office.school, day, office.group)
        stored = repository.day(office.school, day, office.group)

    events.verify(told, stored.head)
    assert ["phones.handed_in", "phones.handed_out"] == [each.name for each in told]
    assert Head(2, told[-1].hash) == stored.head


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("abcd"))), max_size=12))
def test_a_phone_is_here_or_gone_and_never_both(moves: list[tuple[bool, set[str]]]) -> None:
    """Whatever is handed in and out in any order, each phone lies in one place (S68)."""
    now = clocks.now()
    day, here = Day(clocks.today(), ClassId("c")), set[str]()
    for comes_in, pupils in moves:
        chosen = [PupilId(each) for each in sorted(pupils)]
        if comes_in:
            day = day.handed_in(chosen, (), at=now, by="person:a")
            here |= pupils
        else:
            day = day.handed_out(chosen, at=now, by="person:a")
            here -= pupils

        assert here == set(day.here)
        assert not day.here & day.gone
