"""Letting the trust read one record, for a time."""

from datetime import date

from chalicelib import clock
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.texts import MOST_NOTE, Words
from chalicelib.incidents.model.sharing import LONGEST, USUAL
from chalicelib.web.fields import Date


def _in_a_month() -> date:
    return clock.today() + USUAL


class SharingForm(RecordForm):
    """`once` becomes the sharing's id."""

    why = Words(
        "Why do they need to read it?",
        hint="They read this too",
        most=MOST_NOTE,
        rows=3,
        required="Say why they need to read it",
    )
    until = Date(
        "Until when?",
        hint="It ends by itself after this day. At most a year; you can end it sooner",
        default=_in_a_month,
        required="Enter the last day",
    )

    def check(self) -> None:
        today = clock.today()
        if self.until.data and not today <= self.until.data <= today + LONGEST:
            self.refuse("until", "Choose a day from today on, at most a year ahead")
