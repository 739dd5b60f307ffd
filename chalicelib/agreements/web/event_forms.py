"""What is asked about an event at which pictures are taken, and by whom (7.8)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from chalicelib import clock
from chalicelib.agreements.consents.model import IMAGES, Consent
from chalicelib.agreements.forms import LONGEST_NAME, YesNo, a_name
from chalicelib.web.fields import Choice, Choices, Date, LongText, Option, RecordId, Text
from chalicelib.web.forms import Form


class Asks(StrEnum):
    """Whether parents are asked for this event by itself. Stored as a yes or no."""

    ASK = "ask"
    INHERIT = "inherit"

    @property
    def label(self) -> str:
        return {
            "ask": "Ask parents for this event: without their yes the answer is no",
            "inherit": "What parents have said already holds, unless they say otherwise for it",
        }[self.value]


class EventForm(Form):
    """An event: when, who takes part, where pictures would go."""

    record = RecordId()
    name = Text(
        "Name of the event", hint="A play, a trip, a match", required="Name the event", most=100
    )
    first_on = Date("On which day?", required="Enter the day of the event")
    last_on = Date("Last day, if it takes several")
    groups = Choices("Who takes part?", required="Choose at least one group")
    channels = Choices(
        "Where would pictures go?",
        required="Choose where pictures would go",
        options=[Option(kind.value, kind.label) for kind in IMAGES],
    )
    asks = Choice("Are parents asked?", required="Choose whether parents are asked", options=Asks)

    def check(self) -> None:
        first, last = self.first_on.data, self.last_on.data
        if first and last and last < first:
            self.refuse("last_on", "The last day must not be before the first")
        if first and (last or first) < clock.today():
            self.refuse("first_on", "The event must be today or later")


class AllowForm(Form):
    """An exception that is agreed beforehand (S67, S135, S140, S315)."""

    record = RecordId()
    who = Text(
        "Who may take pictures, sound or video?",
        required="Say who may",
        most=LONGEST_NAME,
        checks=(a_name,),
    )
    what = LongText(
        "Of what, and on which device?",
        hint="A school device, unless there is a reason. Say where the pictures are kept.",
        required="Say of what, and on which device",
        most=500,
        rows=3,
    )
    why = LongText("Why?", required="Say why", most=500, rows=3)


def answers_form(channels: Sequence[Consent], *, adults: bool = False) -> type[Form]:
    """Yes or no for each channel of one event; with `adults` also whose answer it is."""
    asked: dict[str, Any] = {
        kind.value: Choice(kind.question, required="Say yes or no", options=YesNo, inline=True)
        for kind in channels
    }
    if adults:
        asked = {
            "contact": Choice("Whose answer is it?", required="Choose whose answer it is"),
            **asked,
        }
    return type("EventAnswersForm", (Form,), asked)
