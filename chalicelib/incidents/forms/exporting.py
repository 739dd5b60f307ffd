"""The forms of what leaves: for whom, why, and how."""

from enum import StrEnum

from chalicelib.incidents.exports.asking import Purpose
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.report import Group
from chalicelib.web.fields import Choice, Hidden, Option, Options, RecordId
from chalicelib.web.forms import Form


class Names(StrEnum):
    WITH = "with"
    WITHOUT = "without"

    @property
    def label(self) -> str:
        return {Names.WITH: "With the names of staff", Names.WITHOUT: "Without them"}[self]

    @property
    def hint(self) -> str:
        if self is Names.WITH:
            return "For the police, social care or another school"
        return "For families, complaints and subject access: each gets a number instead"


class Lock(StrEnum):
    PASSWORD = "password"  # noqa: S105 - an answer, not one
    OPEN = "open"

    @property
    def label(self) -> str:
        return {Lock.PASSWORD: "A PDF that a password opens", Lock.OPEN: "A plain PDF"}[self]

    @property
    def hint(self) -> str:
        if self is Lock.PASSWORD:
            return "We show you the password once. Tell it to the reader by telephone"
        return "Only to print it here. Do not send it by email"


class ExportForm(Form):
    """`once` is the same for a second press of the button."""

    to = Line(
        "Who is it for?",
        hint="For example: Hampshire police, Sergeant Lowe",
        most=MOST_LINE,
        required="Say who it is for",
    )
    why = Words(
        "Why do they need it?",
        hint="This stands in the record and in the audit",
        most=MOST_NOTE,
        rows=3,
        required="Say why they need it",
    )
    once = RecordId()

    def purpose(self) -> Purpose:
        return Purpose(self.to.data, self.why.data)


WHOLE = "whole"


class CaseForm(ExportForm):
    """`copy` offers the whole record, and the children it names: whose copy it shall be."""

    copy = Choice("What is in it?", required="Choose what is in it")
    names = Choice("Names of staff", options=Names, required="Choose with or without names")
    lock = Choice("The file", options=Lock, required="Choose how it is kept")

    def purpose(self) -> Purpose:
        return Purpose(
            self.to.data,
            self.why.data,
            names=self.names.data is Names.WITH,
            locked=self.lock.data is Lock.PASSWORD,
            of="" if self.copy.data == WHOLE else self.copy.data,
        )


def copies(incident: Incident) -> dict[str, Options]:
    """What a file of a record can hold: all of it, or one child's copy."""
    whole = Option(WHOLE, "The whole record", "For the police, social care or another school")
    children = [
        Option(
            each.key,
            f"A copy for {each.name}: for a parent or their file",
            "Names of other children are taken out; no chronology, nothing said with others",
        )
        for each in incident.report.of_group(Group.CHILD)
    ]
    return {"copy": [whole, *children]}


class LogForm(ExportForm):
    """`view` is the search as the log's address had it."""

    view = Hidden("")
