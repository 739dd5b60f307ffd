"""Tying records together, merging them, taking them apart, splitting one in two."""

from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.texts import MOST_NOTE, Line, Words
from chalicelib.web.fields import Choice, Choices, RecordId


class TieForm(RecordForm):
    how = Choice(
        "What are the two?",
        options=[
            ("related", "Two incidents that belong together"),
            ("merge", "The same incident, reported twice"),
        ],
        required="Choose what the two are",
    )
    reference = Line(
        "Reference of the other record",
        hint="As it stands in the log, for example K7M-4QXT",
        most=20,
        width="10",
        required="Enter the reference of the other record",
    )
    why = Words("Why?", most=MOST_NOTE, rows=3, required="Say why")


class PartForm(RecordForm):
    why = Words("Why?", most=MOST_NOTE, rows=3, required="Say why")


class SplitForm(RecordForm):
    new = RecordId()
    people = Choices("Who goes to the new record?")
    types = Choices(
        "What kind of incident is the new record?",
        hint="What you tick goes; if you tick all, they stay here as well",
        required="Choose what kind of incident it is",
    )
    why = Words("Why?", most=MOST_NOTE, rows=3, required="Say why")
