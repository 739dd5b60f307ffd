"""Who is told of a report (S5, S6, S20, S347)."""

from dataclasses import dataclass
from typing import Any

from chalicelib.incidents.model.recipients import Duty, recipients


@dataclass(frozen=True)
class Contact:
    person: str
    name: str = "Somebody"
    email: str = "somebody@school.example"


JO, SAM, DEP, HEAD = (Contact(name) for name in ("jo", "sam", "dep", "head"))
SPLIT = {Duty.DSL: [JO], Duty.LEAD: [SAM], Duty.DEPUTY: [DEP], Duty.HEAD: [HEAD]}


def told(holders: Any, **limits: Any) -> Any:
    return {each.person: each.duties for each in recipients(holders, **limits)}


def test_the_dsl_and_the_lead_are_told() -> None:
    """S5, S6: the lead of every breach, the DSL because a child may be at risk."""
    assert {"jo": (Duty.DSL,), "sam": (Duty.LEAD,)} == told(SPLIT)


def test_one_person_in_both_roles_is_told_once() -> None:
    """S6: one person may hold both, and gets one mail."""
    assert {"jo": (Duty.DSL, Duty.LEAD)} == told({**SPLIT, Duty.LEAD: [JO]})


def test_several_dsls_are_all_told() -> None:
    """A school may have more than one."""
    assert {"jo", "dep", "sam"} == told({**SPLIT, Duty.DSL: [JO, DEP]}).keys()


def test_when_the_dsl_is_away_the_deputy_is_told_as_well() -> None:
    """S20, S95: a report never waits for somebody who is not there."""
    assert {"jo", "sam", "dep"} == told(SPLIT, away={"jo"}).keys()


def test_when_deputies_are_away_too_the_head_is_told() -> None:
    """The next in line, until somebody is there."""
    assert {"jo", "sam", "dep", "head"} == told(SPLIT, away={"jo", "dep"}).keys()


def test_a_report_about_the_dsl_never_reaches_them() -> None:
    """1.17: it goes round them, to the deputy."""
    assert {"sam", "dep"} == told(SPLIT, without={"jo"}).keys()
    assert {"head"} == told(SPLIT, without={"jo", "sam", "dep"}).keys()


def test_a_school_without_a_dsl_tells_the_next_person() -> None:
    """No report falls on the floor for want of a role."""
    assert {"sam", "head"} == told({Duty.LEAD: [SAM], Duty.HEAD: [HEAD]}).keys()
    assert {} == told({})
