"""Agencies, families and support: who outside the handling team was spoken to, and what for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.parts import Kind
from chalicelib.web.fields import Choice, Choices, Date, Option, Options, Time

# Who schools turn to (S217, S218, S344 to S347); a school's own names stand before them.
AGENCIES: Mapping[str, str] = {
    "social_care": "Children's social care (the local authority's front door)",
    "education_safeguarding": "Education safeguarding service of the local authority",
    "lado": "LADO (local authority designated officer)",
    "police": "Police",
    "ceop": "CEOP (the National Crime Agency's child protection command)",
    "prevent": "Prevent (risk of being drawn into terrorism)",
    "site": "The social media company, site or app",
    "isp": "The internet or filtering provider",
    "health": "Health service, including CAMHS",
    "helpline": "Professionals Online Safety Helpline",
    "other_school": "Another school",
    "other": "Somebody else",
}


class How(StrEnum):
    PHONE = "phone"
    MEETING = "meeting"
    LETTER = "letter"
    FORM = "form"

    @property
    def label(self) -> str:
        return {
            How.PHONE: "By telephone",
            How.MEETING: "At a meeting",
            How.LETTER: "By letter or email",
            How.FORM: "By their own form or website",
        }[self]


class What(StrEnum):
    REFERRAL = "referral"
    ADVICE = "advice"
    REPORT = "report"

    @property
    def label(self) -> str:
        return {
            What.REFERRAL: "A referral",
            What.ADVICE: "A question: we asked for advice",
            What.REPORT: "A report: we told them",
        }[self]


class ReferralForm(PartForm):
    """Agency, person spoken to, date, reference, outcome (2.8; S217, S218, S344 to S347)."""

    kind = Kind.REFERRAL

    agency = Choice("Who was contacted?", select=True, required="Choose who was contacted")
    agency_name = Line("Their name, if it is not in the list", most=MOST_LINE)
    what = Choice("What was it?", options=What, required="Choose what it was")
    on = Date("Date", past=True, required="Enter the date")
    at = Time("Time")
    how = Choice("How?", options=How, required="Choose how they were contacted")
    by = Line("Contacted by", most=MOST_LINE, required="Enter who contacted them")
    spoken_to = Line("Person spoken to", hint="Name and part they play there", most=MOST_LINE)
    reference = Line("Their reference", most=MOST_LINE)
    reason = Words(
        "Why, and what they were told",
        most=MOST_NOTE,
        rows=4,
        required="Say why they were contacted",
    )
    outcome = Words(
        "What they said or decided",
        hint="Leave it empty until they answer, then come back and add it",
        most=MOST_NOTE,
        rows=4,
    )
    outcome_on = Date("Date of their answer", past=True)

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:
        own = [Option(f"own:{name}", name) for name in around.agencies]
        return {"agency": [*own, *(Option(key, name) for key, name in AGENCIES.items())]}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name}

    def check(self) -> None:
        if self.agency.data in {"other", "other_school"}:
            self.needs("agency_name", "Enter their name")
        if self.outcome_on.data and not self.outcome.data:
            self.refuse("outcome", "Say what they answered on that date")
        if self.on.data and self.outcome_on.data and self.outcome_on.data < self.on.data:
            self.refuse("outcome_on", "Date of their answer must not be before they were contacted")

    def headline(self) -> str:
        verb = {
            What.REFERRAL: "Referral to",
            What.ADVICE: "Advice sought from",
            What.REPORT: "Reported to",
        }[self.what.data]
        return f"{verb} {self.agency_name.data or self.agency.shown()}"


class Informed(StrEnum):
    YES = "yes"
    NO = "no"

    @property
    def label(self) -> str:
        return "Yes" if self is Informed.YES else "No, and this is why"


class FamilyForm(PartForm):
    """Who of a family was told, when and how; or why not (2.9; S220, S231)."""

    kind = Kind.FAMILY
    later = ("why_not",)

    about = Choices("Whose family?")
    informed = Choice(
        "Were parents or carers told?",
        options=[
            Option(Informed.YES, Informed.YES.label),
            Option(Informed.NO, Informed.NO.label, reveals="why_not"),
        ],
        required="Choose yes or no",
    )
    whom = Line("Who was told", hint="Name and relation to the child", most=MOST_LINE)
    on = Date("Date", past=True, required="Enter the date")
    at = Time("Time")
    how = Choice(
        "How?", options=[(str(each), each.label) for each in (How.PHONE, How.MEETING, How.LETTER)]
    )
    by = Line("Told, or decided, by", most=MOST_LINE, required="Enter who told them or decided")
    answer = Words("What they said, and what was agreed", most=MOST_NOTE, rows=4)
    why_not = Words(
        "Why they were not told",
        hint="For example because it would put a child at risk, or on the advice of the police",
        most=MOST_NOTE,
        rows=3,
    )

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:
        return {"about": around.involved}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name}

    def check(self) -> None:
        if self.informed.data == Informed.YES:
            self.needs("whom", "Enter who was told")
            self.needs("how", "Choose how they were told")
        if self.informed.data == Informed.NO:
            self.needs("why_not", "Say why they were not told")

    def headline(self) -> str:
        if self.informed.data == Informed.YES:
            return f"Told: {self.whom.data}"
        return "Parents or carers not told"


class SupportForm(PartForm):
    """Support given to somebody affected, whoever they are (2.21; S89, S174, S180, S267)."""

    kind = Kind.SUPPORT

    whom = Line(
        "Who is supported",
        hint="A child, a family or a member of staff",
        most=MOST_LINE,
        required="Enter who is supported",
    )
    support = Words(
        "What support is given", most=MOST_NOTE, rows=4, required="Say what support is given"
    )
    by = Line("Given by", most=MOST_LINE, required="Enter who gives it")
    on = Date("Since", past=True, required="Enter the date it began")
    look_again_on = Date("Look again on")
    outcome = Words("How it went", most=MOST_NOTE, rows=3)

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name}

    def headline(self) -> str:
        return f"Support for {self.whom.data}"
