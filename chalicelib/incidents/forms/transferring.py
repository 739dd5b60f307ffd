"""The forms of a child's file for another school (R-KCSIE 6)."""

from collections.abc import Iterable
from datetime import date

from chalicelib.incidents.exports.transfer import Going, Receipt
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.log import LogLine
from chalicelib.web.fields import Choices, Date, Email, Hidden, Option, RecordId, Tick
from chalicelib.web.forms import Form
from chalicelib.web.words import listed


class ChildForm(Form):
    """Whose file it is: the records are found by the name."""

    child = Line(
        "Child's name",
        hint="As the records have it",
        most=MOST_LINE,
        required="Enter the child's name",
    )


class SendForm(Form):
    """`once` becomes the transfer's id: a second press finds it."""

    child = Hidden("")
    records = Choices(
        "Records to send",
        hint="Leave out those that are about another child of this name",
        options=(),
        required="Choose at least one record",
    )
    full_name = Line(
        "Child's full name",
        hint="As the cover of the file should have it",
        most=MOST_LINE,
        required="Enter the child's full name",
    )
    school = Line("New school", most=MOST_LINE, required="Enter the new school")
    contact = Line(
        "Their designated safeguarding lead", most=MOST_LINE, required="Enter who it is for"
    )
    email = Email(
        "Their email address",
        hint="Check it with them by telephone. We write to it without the child's name",
        required="Enter their email address",
    )
    first_on = Date(
        "Child's first day at the new school",
        hint="The file must be there within five days of it",
        required="Enter the child's first day at the new school",
    )
    why = Words(
        "What should they know at once?",
        hint="For example support that must not stop. It stands on the cover of the file",
        most=MOST_NOTE,
        rows=3,
    )
    once = RecordId()

    def check(self) -> None:
        on = self.first_on.data
        if on and not date(2000, 1, 1) <= on <= date(2100, 1, 1):
            self.refuse("first_on", "Child's first day at the new school must be a real date")

    def going(self) -> Going:
        return Going(
            child=self.full_name.data,
            records=tuple(self.records.data),
            school=self.school.data,
            contact=self.contact.data,
            email=self.email.data,
            first_on=self.first_on.data,
            why=self.why.data or "",
        )


def record_options(cards: Iterable[Card], lines: Iterable[LogLine]) -> list[Option]:
    """Each record by its reference and day, with who is named in it and what it was."""
    known = {each.id: each for each in lines}
    return [
        Option(each.id, f"{each.reference}, {known[each.id].when}", _says(known[each.id]))
        for each in cards
        if each.id in known
    ]


def _says(line: LogLine) -> str:
    return f"{listed(each.name for each in line.people)}. {listed(line.nature)}"


class ReceiptForm(Form):
    """What the other school says, at the address it was mailed."""

    name = Line("Your name", most=MOST_LINE, required="Enter your name")
    role = Line(
        "Your role",
        hint="For example: designated safeguarding lead",
        most=MOST_LINE,
        required="Enter your role",
    )
    opened = Tick(
        "We have the file, and could open it with the password",
        required="Confirm this once you have opened the file",
    )

    def receipt(self) -> Receipt:
        return Receipt(self.name.data, self.role.data, "Confirmed by the link")


class ByHandForm(Form):
    """What the sender writes down of a receipt that came another way."""

    name = Line("Who has it?", most=MOST_LINE, required="Enter who has it")
    role = Line("Their role", most=MOST_LINE, required="Enter their role")
    how = Words(
        "How do you know?",
        hint="For example: their email of 6 October, or a signed receipt",
        most=MOST_NOTE,
        rows=2,
        required="Say how you know",
    )

    def receipt(self) -> Receipt:
        return Receipt(self.name.data, self.role.data, self.how.data)


class CancelForm(Form):
    why = Words("Why is it cancelled?", most=MOST_NOTE, rows=2, required="Say why it is cancelled")
