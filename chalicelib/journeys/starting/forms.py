"""What starting up asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.identity.codes import DIGITS
from chalicelib.identity.permissions import Role
from chalicelib.tenancy.model import SchoolKind
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

# Who must be named before a school goes live: the filtering and monitoring standards (R-DFE 3),
# those that alerts go to (S95), and who signs the policies (S3, S7, S251).
POSTS = (
    Role.HEADTEACHER,
    Role.DSL,
    Role.DEPUTY_DSL,
    Role.ONLINE_SAFETY_LEAD,
    Role.SENIOR_LEADER,
    Role.GOVERNOR,
    Role.CHAIR_OF_GOVERNORS,
)
WHY: Mapping[Role, str] = {
    Role.HEADTEACHER: "Manages the school here; told of alerts about staff",
    Role.DSL: "Told first of incidents and alerts",
    Role.DEPUTY_DSL: "Told when the safeguarding lead is away",
    Role.ONLINE_SAFETY_LEAD: "Leads online safety; may be the safeguarding lead too",
    Role.SENIOR_LEADER: "The senior leader responsible for filtering and monitoring",
    Role.GOVERNOR: "The governor who checks that filtering and monitoring work",
    Role.CHAIR_OF_GOVERNORS: "Signs policies; reads a report about the headteacher",
}


def _name() -> fields.Text:
    return fields.Text("Full name", most=100, autocomplete="off", width="20")


def _who() -> fields.Text:
    return fields.Text(
        "Your full name", most=100, required="Enter your name", autocomplete="name", width="20"
    )


def _mail() -> fields.Email:
    return fields.Email(
        "Your own work email address",
        hint="We send a code there. It must not be a shared mailbox, because you sign in with it",
        required="Enter your email address",
    )


def _allowed() -> fields.Tick:
    return fields.Tick(
        "I work for it and may set it up", required="Tick to say that you may set it up"
    )


class StartTrustForm(Form):
    name = fields.Text(
        "Name of the trust", most=100, required="Enter the name of the trust", autocomplete="off"
    )
    person_name = _who()
    email = _mail()
    allowed = _allowed()


def _phase() -> fields.Choice:
    return fields.Choice(
        "What kind of school is it?", options=SchoolKind, required="Choose the kind of school"
    )


def _pupils() -> fields.Number:
    return fields.Number(
        "How many pupils, about?",
        least=1,
        greatest=10_000,
        width="5",
        required="Enter about how many pupils there are",
    )


class StartSchoolForm(Form):
    name = fields.Text(
        "Name of the school", most=100, required="Enter the name of the school", autocomplete="off"
    )
    phase = _phase()
    pupils = _pupils()
    person_name = _who()
    email = _mail()
    roles = fields.Choices(
        "What are you there?",
        options=[
            Option("headteacher", "Headteacher"),
            Option("dsl", "Designated safeguarding lead"),
            Option("online_safety_lead", "Online safety lead"),
            Option("senior_leader", "Senior leader"),
            Option("office", "School office or business manager"),
            Option("staff", "Another member of staff"),
        ],
        required="Choose what you are there",
    )
    allowed = _allowed()


class StartCodeForm(Form):
    code = fields.Code(
        "Code",
        digits=DIGITS,
        hint=f"The {DIGITS} digits in the email",
        required="Enter the code in the email",
    )


@dataclass(frozen=True)
class Named:
    """Somebody named for a post."""

    role: Role
    name: str
    email: str


class PeopleForm(Form):
    """A name and an address for each post that a school must fill, added below."""

    def named(self) -> Iterator[Named]:
        for role in POSTS:
            if email := self[f"{role}_email"].data:
                yield Named(role, self[f"{role}_name"].data or "", email)

    def check(self) -> None:
        for role in POSTS:
            name, email = self[f"{role}_name"].data, self[f"{role}_email"].data
            if name and not email and not self[f"{role}_email"].errors:
                self.refuse(f"{role}_email", f"Enter the email address of {name}")


for _role in POSTS:
    setattr(PeopleForm, f"{_role}_name", _name())
    setattr(PeopleForm, f"{_role}_email", fields.Email(autocomplete="off"))


class OfferForm(Form):
    record = fields.RecordId()
    email = fields.Email(
        "Work email address of the school's headteacher",
        hint="The address they sign in to Holdfast with. They choose the school and confirm",
        required="Enter the email address of the headteacher",
        autocomplete="off",
    )


class JoinForm(Form):
    place = fields.Choice("Which school joins?", required="Choose the school")


class AddSchoolForm(Form):
    """A trust adds a school: what it is, and who will find the rest waiting for them."""

    record = fields.RecordId()
    name = fields.Text(
        "Name of the school", most=100, required="Enter the name of the school", autocomplete="off"
    )
    phase = _phase()
    pupils = _pupils()
    head_name = fields.Text(
        "Name of the headteacher",
        most=100,
        required="Enter the name of the headteacher",
        autocomplete="off",
        width="20",
    )
    head_email = fields.Email(
        "Work email address of the headteacher",
        hint="They are invited, and take the school live",
        required="Enter the email address of the headteacher",
        autocomplete="off",
    )
    copy_from = fields.Choice(
        "Take term dates and the out-of-hours plan from",
        select=True,
        hint="The school can change both. Settings come from the trust by themselves",
    )
    help_along = fields.Tick("I will help to set it up, and see no case there")
