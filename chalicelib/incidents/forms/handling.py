"""The forms of the record: what the safeguarding lead decides, marks, writes and closes."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from chalicelib import clock
from chalicelib.incidents.forms.texts import MOST_DESCRIPTION, MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.actions import WORDINGS, Action, Decision, Taken
from chalicelib.incidents.model.record import CLOSING, Incident, Mark
from chalicelib.incidents.model.report import Involved
from chalicelib.web.fields import Choice, Choices, Date, Hidden, RecordId, Time
from chalicelib.web.forms import Form


class RecordForm(Form):
    """Says what its page was showing (`seen` events), and which form it is (`once`)."""

    seen = Hidden("")
    once = RecordId()

    @property
    def seen_events(self) -> int:
        """How many events the page had; 0, which is never right, for anything else."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0

    def look_again(self, seen: int) -> None:
        """Let the next press count against what the page shows now."""
        self.seen.typed = [str(seen)]


class AcknowledgeForm(RecordForm):
    """One button."""


class NoteForm(RecordForm):
    note = Words(
        "Add a note",
        hint="For example a call made, an answer received, a meeting",
        most=MOST_NOTE,
        rows=4,
        required="Write the note first",
    )


class SummaryForm(RecordForm):
    """S224."""

    summary = Words(
        "Summary of the incident, the investigation and the outcome",
        hint="Used for monitoring: what happened, how it was followed up, what was decided and why",
        most=MOST_DESCRIPTION,
        rows=12,
        required="Write the summary",
    )


class CloseForm(RecordForm):
    """A record cannot close without outcome and reasons (R-KCSIE 7), nor without its summary."""

    outcome = Choice(
        "How did it end?",
        options=[(str(o), o.label) for o in CLOSING],
        required="Choose how it ended",
    )
    reasons = Words(
        "Reasons for closing it now",
        hint="Why this outcome is right, and what was decided",
        most=MOST_NOTE,
        rows=4,
        required="Give the reasons for closing it",
    )
    summary = Words(
        "Summary of the incident, the investigation and the outcome",
        hint="Read by whoever opens this record in years to come",
        most=MOST_DESCRIPTION,
        rows=8,
        required="Write the summary",
    )


class ReopenForm(RecordForm):
    why = Words(
        "Why are you opening it again?", most=MOST_NOTE, rows=4, required="Say why it is reopened"
    )


class StrikeForm(RecordForm):
    why = Words(
        "Why should it not count?", most=MOST_NOTE, rows=3, required="Say why it is struck out"
    )


class WhyForm(Form):
    """Asked beside a part that is changed; carrying it on needs no reason."""

    why = Words(
        "Why are you changing it?",
        hint="Leave it empty if you are only adding what came later",
        most=MOST_NOTE,
        rows=2,
    )


class ActionsForm(RecordForm):
    """The nine immediate actions (S215 to S223), each with its own questions."""

    def __init__(self, *sent: Any, **values: Any) -> None:
        super().__init__(*sent, **values)
        for action in Action:  # asked only once their answer is chosen, and then not optional
            needed = ["on", "by", "why_not"] + ["detail"] * WORDINGS[action].must_specify
            for part in needed:
                self[f"{action}_{part}"].flags.required = True

    def taken(self) -> dict[Action, Taken]:
        """What was decided about each action."""
        return {action: self._taken(action) for action in Action}

    def check(self) -> None:
        for action in Action:
            self._check(action)

    def questions(self, action: Action) -> Mapping[str, Any]:
        """An action's questions by their short names, for the page."""
        return {part: self[f"{action}_{part}"] for part in _PARTS}

    def _check(self, action: Action) -> None:
        decision = self[f"{action}_decision"].data
        detail = self[f"{action}_detail"]
        if decision is Decision.DONE:
            if not self[f"{action}_on"].data:
                self.refuse(f"{action}_on", "Enter the date it was done")
            if not self[f"{action}_by"].data:
                self.refuse(f"{action}_by", "Enter who did it")
            if WORDINGS[action].must_specify and not detail.data:
                self.refuse(
                    f"{action}_detail", f"Please specify: {WORDINGS[action].detail.lower()}"
                )
        if decision is Decision.NOT_NEEDED and not self[f"{action}_why_not"].data:
            self.refuse(f"{action}_why_not", "Say why it was not needed")

    def _taken(self, action: Action) -> Taken:
        said = {part: self[f"{action}_{part}"].data for part in _PARTS}
        if said["decision"] is Decision.DONE:
            return Taken(
                Decision.DONE, said["on"], said["at"], said["by"] or "", said["detail"] or ""
            )
        if said["decision"] is Decision.NOT_NEEDED:
            return Taken(Decision.NOT_NEEDED, detail=said["why_not"] or "")
        return Taken()


_PARTS = ("decision", "on", "at", "by", "detail", "why_not")

# Nine times the same six questions: written once, declared for each action.
for _action in Action:
    _wording = WORDINGS[_action]
    for _name, _question in {
        "decision": Choice(_wording.short, options=Decision),
        "on": Date("Date it was done", past=True),
        "at": Time("Time"),
        "by": Line("Done by", most=MOST_LINE),
        "detail": Words(_wording.detail, most=MOST_NOTE, rows=3),
        "why_not": Words("Why it is not needed", most=MOST_NOTE, rows=2),
    }.items():
        setattr(ActionsForm, f"{_action}_{_name}", _question)


def actions_values(incident: Incident, who: str) -> dict[str, Any]:
    """The record's actions as the form's values; an open one offers today and whoever looks."""
    values: dict[str, Any] = {}
    for action in Action:
        taken = incident.action(action)
        done = taken.decision is Decision.DONE
        values |= {
            f"{action}_decision": taken.decision,
            f"{action}_on": taken.on if done else clock.today(),
            f"{action}_at": taken.at,
            f"{action}_by": taken.by_whom if done else who,
            f"{action}_detail": taken.detail if done else None,
            f"{action}_why_not": taken.detail if taken.decision is Decision.NOT_NEEDED else None,
        }
    return values


class PeopleForm(RecordForm):
    """Who was target, offender or witness: one question a person, more than one answer allowed."""

    def marks(self, people: Sequence[Involved]) -> dict[str, frozenset[Mark]]:
        return {each.key: frozenset(self[each.key].data or ()) for each in people}


def people_form(people: Sequence[Involved]) -> type[PeopleForm]:
    """The form for the people of one record."""
    questions = {each.key: Choices(each.name, options=Mark) for each in people}
    return cast(type[PeopleForm], type("PeopleFormOfRecord", (PeopleForm,), questions))
