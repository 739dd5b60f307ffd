"""The registers in a browser: a class's phones on a phone, and a request that gets its decision.

Timed as a person does it: what the office does for a class must take far less than a minute (S68).
"""

import time
from collections.abc import Callable

from chalicelib.identity.permissions import Role
from chalicelib.registers.phones import service as phones
from tests.browser.tab import Tab, Way
from tests.builders import a_class, a_person, a_pupil, a_school, within


def test_a_class_goes_in_and_out_on_a_phone(browser_for: Callable[[Way], Tab]) -> None:
    """One is unticked, the others go in with one press and out with another (S68)."""
    school = a_school("Hill School")
    group = a_class(school, "Falcons")
    names = ("Asha", "Ben", "Cleo", "Dev", "Ella", "Finn")
    pupils = [a_pupil(school, group, given_name=name, year_group=6) for name in names]
    with within(school):
        phones.set_permits(school, group, pupils, by="system:test")
    office = browser_for(Way.PHONE)
    office.be(a_person(school, roles=[Role.OFFICE]))

    office.open(f"/s/{school}/phones?do=in")
    began = time.monotonic()
    office.press("Falcons")
    office.page.get_by_role("checkbox", name="Ben Example").uncheck()
    office.press("Hand in the ticked phones")
    office.sees("5 phones handed in.")
    office.press("Hand out (5)")
    office.press("Hand out the ticked phones")
    office.sees("5 phones handed out.")

    assert time.monotonic() - began < 30


def test_a_request_gets_its_decision_without_scripts(browser_for: Callable[[Way], Tab]) -> None:
    """Asked by a teacher, decided by a senior leader with a last look, read by both (S283)."""
    school = a_school("Hill School")
    teacher, leader = browser_for(Way.NO_SCRIPTS), browser_for(Way.DESKTOP)
    teacher.be(a_person(school))
    leader.be(a_person(school, roles=[Role.SENIOR_LEADER]))

    teacher.open(f"/s/{school}/registers/unfilter_requests/new")
    teacher.choose("Unblock a website that is blocked")
    teacher.fill("Website", "castles.example")
    teacher.page.get_by_label("What does the filter say it is?").select_option("Games")
    teacher.fill("Why is it needed?", "We build a castle in history")
    teacher.fill("What could go wrong, and what would prevent it?", "A chat; it is off")
    teacher.press("Add")
    teacher.sees("Waiting for a decision")
    request = teacher.path.partition("?")[0]
    leader.open(request)
    leader.press("Decide")
    leader.choose("Yes", of="Does the benefit outweigh the risk?")
    leader.choose("Approve")
    leader.fill("Reasons", "Worth it for the topic")
    leader.press("Continue")
    leader.sees("Check before it counts")
    leader.press("Decide")
    leader.sees("Approved, to be done")
    teacher.open(request)

    teacher.sees("Worth it for the topic")
