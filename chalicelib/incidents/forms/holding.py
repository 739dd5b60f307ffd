"""Why a held report is none."""

from chalicelib.incidents.forms.texts import MOST_NOTE, Words
from chalicelib.web.forms import Form


class DiscardForm(Form):
    why = Words(
        "Why is this not a report?",
        hint="For example: an advertisement; somebody tried the form out",
        most=MOST_NOTE,
        rows=3,
        required="Say why it is not a report",
    )
