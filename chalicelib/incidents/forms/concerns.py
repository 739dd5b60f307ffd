"""What is decided about a concern about staff: asking the designated officer, and what it is."""

from collections.abc import Sequence
from typing import Any

from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.concerns import Matter, Post
from chalicelib.incidents.model.lado import Asked, Lado
from chalicelib.web.fields import Choice, Choices, Date, Option, Time


class LadoForm(RecordForm):
    """Within one working day (R-REF 1)."""

    asked = Choice(
        "Was the local authority's designated officer (LADO) contacted?",
        options=tuple(
            Option(
                str(each),
                each.label,
                each.hint,
                "on at whom reference" if each is Asked.CONTACTED else "",
            )
            for each in Asked
        ),
        required="Say whether the designated officer was contacted",
    )
    on = Date("Date they were contacted", past=True)
    at = Time("Time")
    whom = Line("Who you spoke to", most=MOST_LINE, autocomplete="off")
    reference = Line("Their reference", most=MOST_LINE, autocomplete="off")
    advice = Words(
        "What they advised, or why they were not contacted",
        hint="For example: who is told and who is not yet, whether the police are involved",
        most=MOST_NOTE,
        rows=5,
        required="Write down what they advised, or why they were not contacted",
    )

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        for name in ("on", "whom"):  # asked for where the officer was contacted: see `check`
            self[name].flags.required = True

    def check(self) -> None:
        if self.asked.data != Asked.CONTACTED:
            return
        if not self.on.data and not self.on.errors:
            self.refuse("on", "Enter the date on which they were contacted")
        if not self.whom.data and not self.whom.errors:
            self.refuse("whom", "Say whom you spoke to")

    def lado(self) -> Lado:
        if self.asked.data == Asked.NOT_NEEDED:
            return Lado(Asked.NOT_NEEDED, advice=self.advice.data)
        return Lado(
            Asked.CONTACTED,
            on=self.on.data,
            at=self.at.data,
            whom=self.whom.data,
            reference=self.reference.data or "",
            advice=self.advice.data,
        )


class MoveForm(RecordForm):
    """It turned out to be something else than whoever reported it thought."""

    matter = Choice(
        "What is this record?",
        options=Matter,
        required="Say what this record is",
    )
    posts = Choices(
        "If it is about a member of staff: is it about any of these?",
        hint="They will be told of nothing, and can never read it again",
        options=Post,
    )
    why = Words(
        "Why are you moving it?",
        hint="It stays in the chronology",
        most=MOST_NOTE,
        rows=3,
        required="Say why you are moving it",
    )

    def check(self) -> None:
        chosen = self.matter.data
        if chosen and chosen.about_staff and not self.posts.data:
            self.refuse(
                "posts", "Say whom it is about, or “Somebody else who works or helps at the school”"
            )

    @property
    def about(self) -> Sequence[Post]:
        return tuple(self.posts.data or ())
