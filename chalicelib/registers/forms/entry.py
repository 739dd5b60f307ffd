"""A form made of a register's questions: one to add an entry, one for each step, one to correct.

Names of questions are prefixed, since a definition may call its field what it likes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from chalicelib.registers.forms import questions as asking
from chalicelib.registers.forms.questions import PREFIX
from chalicelib.registers.model import answers as answering
from chalicelib.registers.model.definition import Definition, Field, Step
from chalicelib.registers.model.entry import Answers
from chalicelib.registers.model.offers import Offers
from chalicelib.web import fields
from chalicelib.web.fields import Option, Question
from chalicelib.web.forms import Form


class EntryForm(Form):
    """What every such form has; `make` adds the questions."""

    definition: ClassVar[Definition]
    asked: ClassVar[tuple[Field, ...]]
    offers: ClassVar[Offers]
    known: ClassVar[Answers]
    revealed: ClassVar[frozenset[str]]

    def validate(self, extra_validators: Any = None) -> bool:
        """What its conditions leave out is not asked, so that it cannot be missing or wrong."""
        given = {**self.known, **self._values()}
        for each in self.asked:
            if not answering.meets(given, each.when):
                question = self._question(each)
                question.required, question.data = "", None
                question.process_errors = []
        return super().validate(extra_validators)

    def answers_given(self) -> dict[str, Any]:
        """The answers as an entry keeps them; None for what was left empty."""
        return self._values()

    def refuse_all(self, problems: Mapping[str, list[str]]) -> None:
        """A service names fields as the definition does."""
        named = {
            PREFIX + key if PREFIX + key in self else key: messages
            for key, messages in problems.items()
        }
        super().refuse_all(named)

    @property
    def questions(self) -> list[Question]:
        """The questions to render one after the other; those that answers reveal are inside."""
        return [
            self._question(each) for each in self.asked if PREFIX + each.key not in self.revealed
        ]

    def when_of(self, question: Question) -> str:
        """When a question of `questions` is asked, as the page's script reads it: `q_kind=a b`."""
        field = next(each for each in self.asked if PREFIX + each.key == question.name)
        here = {each.key for each in self.asked}
        return ";".join(
            f"{PREFIX}{key}={' '.join(values)}" for key, values in field.when.items() if key in here
        )

    def _question(self, field: Field) -> Any:
        return self[PREFIX + field.key]

    def _values(self) -> dict[str, Any]:
        return {
            each.key: asking.kept(each, self._question(each).data, self.offers)
            for each in self.asked
        }


def make(
    definition: Definition,
    asked: Sequence[Field],
    offers: Offers,
    *,
    known: Answers | None = None,
    first: Mapping[str, Any] | None = None,
    more: Callable[[], Mapping[str, Any]] = dict,
) -> type[EntryForm]:
    """A form class of these questions. `known` are answers given before, `first` other fields that
    stand before the questions; `more` makes those after them, later, since a form is in the order
    in which its fields were made.
    """
    reveals = asking.revealed_by(asked)
    inside = {key for keys in reveals.values() for key in keys}
    attributes: dict[str, Any] = {
        "definition": definition,
        "asked": tuple(asked),
        "offers": offers,
        "known": known or {},
        "revealed": frozenset(PREFIX + key for key in inside),
        **(first or {}),
    }
    for each in asked:
        told = each if each.key in inside else asking.with_condition(each, asked)
        attributes[PREFIX + each.key] = asking.of(told, offers, reveals)
    return type("EntryForm", (EntryForm,), attributes | dict(more()))


def to_add(definition: Definition, asked: Sequence[Field], offers: Offers) -> type[EntryForm]:
    return make(definition, asked, offers, first={"record": fields.RecordId()})


def to_step(
    definition: Definition, step: Step, asked: Sequence[Field], offers: Offers, known: Answers
) -> type[EntryForm]:
    """The questions of a step, what was decided, and why."""
    first: dict[str, Any] = {"seen": fields.Hidden()}

    def more() -> dict[str, Any]:
        found: dict[str, Any] = {}
        if step.outcomes:
            found["outcome"] = fields.Choice(
                "What do you decide?" if step.decides else "What came of it?",
                options=[Option(each.key, each.label, each.hint) for each in step.outcomes],
                required="Choose one of the answers",
            )
        found["why"] = fields.LongText(
            step.reason_label, required=step.reason, most=4000, rows=4 if step.reason else 3
        )
        return found

    return make(definition, asked, offers, known=known, first=first, more=more)


def to_correct(
    definition: Definition, asked: Sequence[Field], offers: Offers, known: Answers
) -> type[EntryForm]:

    def more() -> dict[str, Any]:
        required = "Say why it is corrected"
        return {"why": fields.LongText("Why is it corrected?", required=required, rows=3)}

    first = {"seen": fields.Hidden()}
    return make(definition, asked, offers, known=known, first=first, more=more)


def filled(asked: Iterable[Field], answers: Answers) -> dict[str, Any]:
    """What a form is first shown with, by the names of its questions."""
    return {
        PREFIX + each.key: asking.shown(each, answers[each.key])
        for each in asked
        if each.key in answers
    }


class NoteForm(Form):
    note = fields.LongText("Add a note", required="Write the note", rows=3)


__all__ = ["EntryForm", "NoteForm", "Offers", "filled", "to_add", "to_correct", "to_step"]
