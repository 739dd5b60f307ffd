"""Forms about a school's people: who works here, in which roles, and who is away."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from chalicelib import clock
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import SCHOOL_ROLES, Permission, Role, gives, in_order
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Carrier, Form


def roles_to_give(own: frozenset[Permission]) -> dict[str, list[Option]]:
    """The roles that somebody may give at their school, as a form offers them."""
    given = [role for role in in_order(SCHOOL_ROLES) if gives(own, role)]
    return {"roles": [Option(role.value, role.label, _WHAT_FOR[role]) for role in given]}


class NewMemberForm(Form):
    name = fields.Text(
        "Full name", most=100, required="Enter their name", autocomplete="off", width="20"
    )
    email = fields.Email(
        hint="Their own work address. They sign in with it, so it must not be a shared mailbox.",
        required="Enter their email address",
        autocomplete="off",
    )
    roles = fields.Choices("What do they do here?", required="Choose at least one role")
    ends_on = fields.Date(
        "Last day, for a guest",
        future=True,
        hint="Supply and trainee teachers, visitors: they lose access at the end of this day",
    )

    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or ())


class EndForm(Form):
    """Until when somebody has access; empty: for good."""

    ends_on = fields.Date(
        "Their last day",
        future=True,
        hint="They lose access at the end of this day. Leave it empty to let them stay",
    )


class ReviewForm(Form):
    """Who must lose access, of a list that was looked at whole."""

    record = fields.RecordId()
    shown = fields.Hidden()
    take = fields.Choices("Who must no longer have access?")
    looked = fields.Tick(
        "I have looked at everybody in this list",
        required="Tick to say that you have looked at everybody",
    )


class RolesForm(Form):
    roles = fields.Choices("What do they do here?", required="Choose at least one role")

    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or ())


class OwnAbsenceForm(Form):
    first_on = fields.Date(
        "First day away", future=True, default=clock.today, required="Enter the first day"
    )
    last_on = fields.Date("Last day away", future=True, required="Enter the last day")


class PhoneForm(Form):
    phone = fields.Text(
        "Mobile number",
        most=20,
        inputmode="tel",
        autocomplete="tel",
        width="20",
        hint="A UK mobile number that only you answer. We text it a code",
        required="Enter your mobile number",
    )


class PhoneUseForm(Form):
    uses = fields.Choices(
        "What is it used for?",
        options=[
            Option("texts", "Texts", "For critical and high alerts, beside the email"),
            Option("calls", "Calls", "For critical alerts only"),
        ],
    )

    @property
    def chosen(self) -> dict[str, bool]:
        return {each: each in (self.uses.data or ()) for each in ("texts", "calls")}


class PhoneCodeForm(PhoneUseForm):
    code = fields.Code("Code from the text", digits=6, required="Enter the code from the text")


class ContactForm(Form):
    """The duty contact that a trust names: told when nobody at a school answers (R38)."""

    name = fields.Text("Name", most=100, required="Enter a name", width="20")
    email = fields.Email(required="Enter an email address", autocomplete="off")
    phone = fields.Text(
        "Mobile number", most=20, inputmode="tel", width="20", hint="For texts and calls"
    )


class CalendarForm(Form):
    calendar = fields.LongText(
        "Your calendar",
        most=200_000,
        rows=6,
        hint="Export it as an .ics file, open the file in a text editor, and paste all of it here. "
        "Only the days on which you are away are read; nothing else is kept",
        required="Paste your calendar",
    )


class DaysForm(Form):
    """Days found in a calendar, each to be kept or left out."""

    days = fields.Choices("Which of these are you away?", required="Tick at least one")

    @classmethod
    def read(cls, request: Carrier, **given: Any) -> Self:
        """Whatever days come are the answers offered: saving looks at each of them."""
        typed = [text for text in request.form.getlist("days") if _span(text)]
        return super().read(request, options={"days": [(each, each) for each in typed]}, **given)

    @property
    def chosen(self) -> list[tuple[date, date]]:
        return [span for each in self.days.data or () if (span := _span(each))]


def _span(text: str) -> tuple[date, date] | None:
    """`2026-10-05/2026-10-09` as two dates."""
    first, _, last = text.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


class AbsenceForm(OwnAbsenceForm):
    """The office says who is away, for instance when they have called in ill (4.5)."""

    person = fields.Choice("Who is away?", select=True, required="Choose who is away")


def people_on(members: Iterable[Member]) -> dict[str, list[Option]]:
    """Members as an absence form offers them."""
    return {"person": [Option(each.person, each.name) for each in members]}


_WHAT_FOR = {
    Role.HEADTEACHER: "Everything at this school, including who works here and its settings",
    Role.DSL: "Told first of incidents and alerts; reads and works on them",
    Role.DEPUTY_DSL: "Told when the safeguarding lead is away; reads and works on incidents",
    Role.ONLINE_SAFETY_LEAD: "Told of online-safety incidents; reads and works on them",
    Role.SENIOR_LEADER: "Reports incidents and sees summary figures",
    Role.STAFF: "Reports incidents and sees what became of their own reports",
    Role.TECHNICIAN: "Looks after the filtering feeds; never sees a case",
    Role.OFFICE: "People, agreements and absence; never sees an incident",
    Role.GOVERNOR: "Sees summary figures only",
    Role.CHAIR_OF_GOVERNORS: "Sees summary figures, and reads reports about the headteacher",
    Role.COMPUTING_MANAGER: "Decides on online services, devices and where pictures are kept",
    Role.DATA_PROTECTION_LEAD: "Told of lost data; answers requests and complaints about it",
}
