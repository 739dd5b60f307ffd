"""What may be done to a record, in which state, and what the chronology then tells."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.incidents.model import acts
from chalicelib.incidents.model import report as reports
from chalicelib.incidents.model.actions import Action, Decision, Taken
from chalicelib.incidents.model.record import Mark, NotPossible, Outcome, Status
from chalicelib.incidents.model.report import Group, gathered
from tests.incidents.build import AT, an_incident

LATER = AT + timedelta(minutes=25)
BY = {"by": "dsl", "at": LATER}
ENDING = {"outcome": Outcome.DEALT_WITH, "reasons": "All sides spoken to", "summary": "Settled"}


def names(happened: Any) -> Any:
    return [each.name for each in happened]


def test_acknowledging_says_who_and_when_and_settles_the_first_action() -> None:
    """S215: the report itself is how the lead was told, at the time it was submitted."""
    incident, happened = acts.acknowledged(an_incident(), **BY)

    assert (Status.ACKNOWLEDGED, "dsl", LATER) == (
        incident.status,
        incident.acknowledged_by,
        incident.acknowledged_at,
    )
    assert ["incident.acknowledged"] == names(happened)
    assert incident.action(Action.REPORTED) == Taken(
        Decision.DONE, date(2026, 10, 6), time(10, 0), "Ada Okafor", "Reported through Holdfast"
    )


def test_nobody_acknowledges_twice() -> None:
    """The first name and time stand."""
    incident, _ = acts.acknowledged(an_incident(), **BY)

    with pytest.raises(NotPossible):
        acts.acknowledged(incident, by="deputy", at=LATER)


def test_working_on_a_new_report_acknowledges_it() -> None:
    """Whoever decides an action has it in hand; the chronology says both."""
    done = Taken(Decision.DONE, date(2026, 10, 6), None, "Jo Marsh", "Rang home")
    incident, happened = acts.actions_recorded(an_incident(), {Action.PARENTS: done}, **BY)

    assert ["incident.acknowledged", "incident.actions_recorded"] == names(happened)
    assert (Status.IN_PROGRESS, 2) == (incident.status, incident.decided)
    assert happened[1].detail == {
        "actions": [{"action": "parents", "before": acts.facts(Taken()), "after": acts.facts(done)}]
    }


def test_a_page_that_showed_nothing_done_does_not_undo_the_first_action() -> None:
    """The page sends all nine; the one that acknowledging settles on the way stays settled."""
    taken = dict.fromkeys(Action, Taken()) | {
        Action.POLICE: Taken(Decision.NOT_NEEDED, detail="No")
    }
    incident, _ = acts.actions_recorded(an_incident(), taken, **BY)

    assert Decision.DONE is incident.action(Action.REPORTED).decision


def test_saving_without_a_change_leaves_no_trace() -> None:
    """A chronology full of nothing hides what matters."""
    incident = an_incident()

    assert (incident, ()) == acts.actions_recorded(incident, {Action.POLICE: Taken()}, **BY)
    assert (incident, ()) == acts.people_marked(incident, {}, **BY)
    assert (incident, ()) == acts.summarised(incident, "", **BY)
    assert (incident, ()) == acts.corrected(incident, incident.report, "no reason", **BY)


def test_one_person_may_be_target_and_offender() -> None:
    """S227, S262: more than one mark may be true of one person."""
    marks = {"p1": frozenset({Mark.OFFENDER, Mark.TARGET}), "p2": frozenset[Mark]()}
    incident, happened = acts.people_marked(an_incident(), marks, **BY)

    assert (Mark.TARGET, Mark.OFFENDER) == incident.marks_of("p1")
    assert "p2" not in incident.marks
    assert happened[-1].detail == {
        "people": [{"name": "Alex Smith, 5B", "before": [], "after": ["target", "offender"]}]
    }


def test_a_mark_for_somebody_not_on_the_record_is_dropped() -> None:
    """A forged or old form cannot invent a person."""
    incident, happened = acts.people_marked(an_incident(), {"p9": frozenset({Mark.TARGET})}, **BY)

    assert not incident.marks
    assert () == happened


def test_a_correction_keeps_both_versions_and_the_marks_of_who_stays() -> None:
    """2.16: nothing is overwritten silently."""
    marks = {"p1": frozenset({Mark.TARGET}), "p2": frozenset({Mark.OFFENDER})}
    incident, _ = acts.people_marked(an_incident(), marks, **BY)
    lines = [(Group.CHILD, "Robin Bell, 5B"), (Group.CHILD, "Sam Bell, 6A")]
    people = gathered(lines, known=incident.report.people, used=incident.people_used)
    report = reports.corrected(incident.report, people=people)
    after, happened = acts.corrected(incident, report, "Alex was not there", **BY)

    assert {"p2": frozenset({Mark.OFFENDER})} == after.marks
    assert 3 == after.people_used
    assert "Alex was not there" == happened[-1].why
    assert happened[-1].detail == {
        "changes": [
            {
                "field": "people_child",
                "question": "Children and young people",
                "before": "Alex Smith, 5B\nRobin Bell, 5B",
                "after": "Robin Bell, 5B\nSam Bell, 6A",
            }
        ]
    }


@pytest.mark.parametrize("missing", ["reasons", "summary"])
def test_a_record_cannot_close_without_reasons_and_summary(missing: str) -> None:
    """R-KCSIE 7, S224."""
    with pytest.raises(NotPossible):
        acts.closed(an_incident(), **{**ENDING, missing: ""}, **BY)


def test_a_closed_record_takes_notes_and_nothing_else_until_it_is_reopened() -> None:
    """Closing means something; what arrives later is still written down."""
    closed, _ = acts.closed(an_incident(), **ENDING, **BY)
    noted, happened = acts.noted(closed, "A letter came", **BY)

    assert (Status.CLOSED, ["incident.noted"]) == (noted.status, names(happened))
    with pytest.raises(NotPossible):
        acts.summarised(closed, "Other words", **BY)
    with pytest.raises(NotPossible):
        acts.closed(closed, **ENDING, **BY)

    reopened, happened = acts.reopened(closed, "New messages")
    assert (Status.IN_PROGRESS, None, "") == (reopened.status, reopened.outcome, reopened.reasons)
    assert reopened.closed_at is None
    assert "Settled" == reopened.summary
    assert [("incident.reopened", "New messages")] == [(h.name, h.why) for h in happened]


def test_an_open_record_cannot_be_reopened() -> None:
    """There is nothing to open."""
    with pytest.raises(NotPossible):
        acts.reopened(an_incident(), "Because")


ACTS = {
    "acknowledge": lambda it: acts.acknowledged(it, **BY),
    "action": lambda it: acts.actions_recorded(
        it, {Action.OTHER: Taken(Decision.NOT_NEEDED, detail=f"No {it.people_used}")}, **BY
    ),
    "mark": lambda it: acts.people_marked(it, {"p1": frozenset({Mark.WITNESS})}, **BY),
    "summary": lambda it: acts.summarised(it, it.summary + "x", **BY),
    "note": lambda it: acts.noted(it, "A note", **BY),
    "correct": lambda it: acts.corrected(
        it, replace(it.report, evidence=it.report.evidence + "!"), "Wrong", **BY
    ),
    "close": lambda it: acts.closed(it, **ENDING, **BY),
    "reopen": lambda it: acts.reopened(it, "Again"),
}


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
def test_states_form_the_stated_graph(tried: list[str]) -> None:
    """Whatever is pressed in whatever order, a record is only ever in a state it can explain."""
    incident, log = an_incident(), ["incident.submitted"]
    for name in tried:
        was = incident
        try:
            incident, happened = ACTS[name](incident)
        except NotPossible:
            continue
        log += names(happened)
        assert bool(happened) or incident == was

    closed = log.count("incident.closed") - log.count("incident.reopened")
    assert (incident.status is Status.CLOSED) == (closed == 1) == (incident.outcome is not None)
    assert (incident.status is Status.SUBMITTED) == (incident.acknowledged_at is None)
    assert log.count("incident.acknowledged") <= 1
    if incident.status is Status.SUBMITTED:
        assert {"incident.submitted", "incident.noted"} >= set(log)
