"""How serious a record is, who may read it, and who has it in hand."""

from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.texts import MOST_NOTE, Words
from chalicelib.incidents.model.severity import Severity
from chalicelib.web.fields import Choice, Choices
from chalicelib.web.forms import Form


class SeverityForm(RecordForm):
    """2.20: with its reason, always."""

    severity = Choice("How serious is it?", options=Severity, required="Choose how serious it is")
    why = Words(
        "Why?",
        hint="Stands beside it wherever the record is shown",
        most=MOST_NOTE,
        rows=3,
        required="Say why",
    )


class ReadersForm(RecordForm):
    """2.15: by role, or by person."""

    circle = Choice("Which roles may read it?", required="Choose which roles may read it")
    only = Choices(
        "Or only these people",
        hint="If you tick anybody, they alone can read it, whatever their role. Tick yourself too",
    )
    why = Words("Why?", most=MOST_NOTE, rows=3, required="Say why")


class HandOverForm(RecordForm):
    """2.19."""

    to = Choice("Who takes it over?", select=True, required="Choose who takes it over")
    why = Words("Why, and what they need to know", most=MOST_NOTE, rows=3, required="Say why")


class HandOverAllForm(Form):
    """Several records at once."""

    records = Choices("Which records?", required="Choose at least one record")
    to = Choice("Who takes them over?", select=True, required="Choose who takes them over")
    why = Words("Why, and what they need to know", most=MOST_NOTE, rows=3, required="Say why")
