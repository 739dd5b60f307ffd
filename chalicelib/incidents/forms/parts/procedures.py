"""One step of a procedure: done or not needed, when, by whom, and what a meeting covered."""

from typing import Any, cast

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.parts import Kind, Part, Said
from chalicelib.incidents.procedures import Asked, Procedure, Step
from chalicelib.web.fields import Choice, Choices, Date, Hidden, Option, Time

DONE, NOT_NEEDED = "done", "not_needed"


class StepForm(PartForm):
    """Besides these, a step may ask what only it needs; see `form_of`."""

    kind = Kind.STEP
    later = ("why_not", "on", "by", "covered")
    step_title = ""

    procedure = Hidden()
    step = Hidden()
    decision = Choice(
        "Was it done?",
        options=[
            Option(DONE, "Yes"),
            Option(NOT_NEEDED, "Not needed, and this is why", reveals="why_not"),
        ],
        required="Choose whether it was done",
    )
    why_not = Words("Why it is not needed", most=MOST_NOTE, rows=2)
    on = Date("Date", past=True)
    at = Time("Time")
    by = Line("By whom", most=MOST_LINE)
    covered = Choices("What was covered")
    detail = Words("What came of it", most=MOST_NOTE, rows=4)

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name}

    def check(self) -> None:
        if self.decision.data == NOT_NEEDED:
            self.needs("why_not", "Say why it is not needed")
        if self.decision.data == DONE:
            self.needs("on", "Enter the date it was done")
            self.needs("by", "Enter who did it")
            if self.covered.options:
                self.needs("covered", "Tick what was covered or found")

    def said(self) -> tuple[Said, ...]:
        """Of a step that is not needed only the reason is kept, whatever else stood ready."""
        if self.decision.data == NOT_NEEDED:
            return tuple(Said(q.label.text, q.shown()) for q in (self.decision, self.why_not))
        return super().said()

    def values(self) -> dict[str, Any]:
        kept = super().values()
        if self.decision.data == NOT_NEEDED:
            kept = {name: kept[name] for name in ("decision", "why_not")}
        return {
            **kept,
            "procedure": self.procedure.data,
            "step": self.step.data,
        }

    def headline(self) -> str:
        return f"{self.step_title}: {'done' if self.decision.data == DONE else 'not needed'}"


def form_of(procedure: Procedure, step: Step) -> type[StepForm]:
    """The form of one step, with the questions that it alone asks."""
    own = {each.name: _question(each) for each in step.asks}
    own["covered"] = Choices(
        "What was covered" if step.key.startswith("meeting") else "Tick all that apply",
        options=[Option(key, said) for key, said in step.agenda],
    )
    own["procedure"] = Hidden(default=procedure.key)
    own["step"] = Hidden(default=step.key)
    made = type("StepFormOfStep", (StepForm,), {**own, "step_title": step.title})
    return cast(type[StepForm], made)


def state_of(parts: tuple[Part, ...], procedure: str, step: str) -> Part | None:
    """The part that says how a step stands, if anything was said yet."""
    return next(
        (
            each
            for each in reversed(parts)
            if each.counts and (each.answer("procedure"), each.answer("step")) == (procedure, step)
        ),
        None,
    )


def _question(asked: Asked) -> Any:
    if asked.kind == "date":
        return Date(asked.label)
    return Line(asked.label, most=MOST_LINE)
