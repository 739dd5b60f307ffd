"""What is typed in the inbox: a note, and what to do with several alerts at once."""

from typing import Any, Self

from chalicelib import ids
from chalicelib.alerts.silence import Limit
from chalicelib.web import fields
from chalicelib.web.forms import Carrier, Form


class KeepForm(Form):
    """What was done so far, by whoever has an alert in hand."""

    note = fields.LongText(
        "What have you done so far?",
        most=2000,
        rows=3,
        hint="The alert stays with you, and its time begins anew.",
        required="Say what you have done so far",
    )


class ManyForm(Form):
    """Several alerts of the inbox at once."""

    list = fields.Hidden()
    alerts = fields.Choices("Alerts", required="Choose at least one alert")
    do = fields.Choice(
        "What do you want to do with them?",
        options=[
            ("take", "Take them in hand"),
            ("false_positive", "Close them: false alarms"),
            ("true_positive", "Close them: they were what the filter said"),
        ],
        required="Choose what to do with them",
    )
    note = fields.LongText(
        "Why do you think so?",
        most=2000,
        rows=2,
        hint="Needed for closing. It stands in the history of each of them.",
    )

    @classmethod
    def read(cls, request: Carrier, **given: Any) -> Self:
        """The boxes are on the list itself: whatever record id comes is one of its answers."""
        ticked = [each for each in request.form.getlist("alerts") if ids.is_record(each)]
        return super().read(request, options={"alerts": [(each, each) for each in ticked]}, **given)

    def check(self) -> None:
        if self.do.data and self.do.data != "take" and not self.note.data:
            self.refuse("note", "Say why in a sentence")


class LimitForm(Form):
    """How long one source may be silent."""

    limit = fields.Choice(
        "Too long a silence is",
        options=Limit,
        select=True,
        required="Choose how long it may be silent",
    )
