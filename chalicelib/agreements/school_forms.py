"""What the school fills in: whom to ask, who is from outside, its own texts, paper answers."""

from enum import StrEnum

from chalicelib.agreements.forms import LONGEST_NAME, a_name
from chalicelib.agreements.model import Relation
from chalicelib.agreements.subjects.model import OutsideKind
from chalicelib.web.fields import (
    Choice,
    Choices,
    Date,
    Email,
    Hidden,
    LongText,
    RecordId,
    Text,
    Tick,
)
from chalicelib.web.forms import Form


class CampaignForm(Form):
    """Which agreement goes to which groups, and to which people named one by one (10.2)."""

    record = RecordId()
    template = Choice("Which agreement?", required="Choose an agreement")
    classes = Choices("Who is asked?", hint="Tick as many as you like.")
    people = LongText(
        "Or a list of people",
        hint="Paste rows from a spreadsheet: one person a line, with their email address or their "
        "full name. A pupil may be named by the email address of a parent.",
        most=60000,
        rows=4,
    )

    def check(self) -> None:
        if not self.classes.data and not self.people.data and not self.problems:
            self.refuse("classes", "Choose at least one group, or paste a list of people")


class OutsiderForm(Form):
    """Somebody from outside who signs something (S80, S81, S8)."""

    record = RecordId()
    kind = Choice("Who are they?", required="Choose who they are", options=OutsideKind)
    name = Text("Full name", required="Enter their full name", most=LONGEST_NAME)
    organisation = Text("Company or organisation", most=LONGEST_NAME)
    email = Email("Email address", hint="Without one you can print a letter or enter a paper form.")
    here_until = Date("Last day here", hint="Leave empty if it is not known.")
    policy_seen = Tick(
        "We have seen their own online safety policy", hint="For organisations and hirers"
    )
    uses_network = Tick("They use our network or equipment")


class WhoGetsLetters(StrEnum):
    NO_EMAIL = "no_email"
    NOT_ANSWERED = "not_answered"

    @property
    def label(self) -> str:
        return {
            "no_email": "Families we have no email address for",
            "not_answered": "Everybody who has not answered",
        }[self.value]


class LettersForm(Form):
    """Whom a letter with a code is printed for."""

    classes = Choices("Which pupils?", required="Choose at least one group")
    who = Choice("Which families?", required="Choose which families", options=WhoGetsLetters)


class EnteredHow(StrEnum):
    PAPER = "paper"
    SPOKEN = "spoken"

    @property
    def label(self) -> str:
        return {"paper": "On paper", "spoken": "Aloud, in person or by telephone"}[self.value]


class EnteredAnswer(StrEnum):
    SIGNED = "signed"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return {"signed": "They agree", "declined": "They do not want to sign"}[self.value]


class EnterForm(Form):
    """An answer that came on paper or aloud, entered by the office (3.16)."""

    who = Choice("Whose answer is it?", required="Choose whose answer it is")
    how = Choice("How did it come?", required="Choose how it came", options=EnteredHow)
    answer = Choice("What is the answer?", required="Choose the answer", options=EnteredAnswer)
    name = Text(
        "Name as it was signed or said",
        required="Enter the name",
        most=LONGEST_NAME,
        checks=(a_name,),
    )
    relation = Choice("Who are they to the child?", options=Relation, select=True)
    reason = LongText("If they do not want to sign, why?", most=1000, rows=3)


class Again(StrEnum):
    AGAIN = "again"
    KEEP = "keep"

    @property
    def label(self) -> str:
        return {
            "again": "Yes: everybody who has signed is asked again",
            "keep": "No: what was signed stays in force, the new text is for those to come",
        }[self.value]


class Approval(StrEnum):
    DRAFT = "draft"
    APPROVE = "approve"

    @property
    def label(self) -> str:
        return {
            "draft": "Keep it as a draft: no signer sees it",
            "approve": "Approve it: somebody who speaks it has read it against the English",
        }[self.value]


def _words(label: str) -> LongText:
    return LongText(label, most=40000, rows=14)


class AdaptForm(Form):
    """The school's own text, part by part."""

    number = Hidden()
    letter = _words("The letter that is read first")
    people = _words("Who to talk to")
    rules = _words("The rules")
    child = _words("What the child agrees to")
    parent = _words("What the parent or carer agrees to")
    adult = _words("What the signer agrees to")
    why = LongText(
        "What have you changed, and why?", required="Say what has changed", most=500, rows=2
    )
    again = Choice("Must it be signed again?", required="Choose one", options=Again)


class TranslateForm(Form):
    """The words in another language, part by part; beside which English, after which version."""

    wording = Hidden()
    version = Hidden()
    letter = _words("The letter that is read first")
    people = _words("Who to talk to")
    rules = _words("The rules")
    child = _words("What the child agrees to")
    parent = _words("What the parent or carer agrees to")
    adult = _words("What the signer agrees to")
    approve = Choice("Is it ready?", required="Choose one", options=Approval)


class CodeForm(Form):
    """The code of a letter, typed."""

    code = Text(
        "Code from the letter",
        hint="Eight groups of four letters and numbers. Capitals and spaces do not matter.",
        required="Type the code from the letter",
        most=80,
    )


class ReasonForm(Form):
    """Why the school takes a request back."""

    reason = LongText("Why is it withdrawn?", required="Say why it is withdrawn", most=500, rows=3)


class SendForm(Form):
    """Sending again: to one contact, or to all when none is named."""

    contact = Hidden()
