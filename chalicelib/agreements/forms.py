"""What signers and the school fill in: typed name and a tick, never a drawing (R-A11Y 3)."""

from enum import StrEnum

from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.evidence import Typed
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

_LONGEST_NAME = 100


def _a_name(name: str) -> str:
    return "" if any(letter.isalpha() for letter in name) else "Type the name with letters"


class _Signing(Form):
    """What both steps carry: the record's id, and the hash of the text that was on the page."""

    record = RecordId()
    shown = Hidden()


class ChildForm(_Signing):
    """The child's own step: a tick for every rule, then the name (S164)."""

    rules = Choices("The rules", required="Tick every rule when you have read it")
    name = Text(
        "Type your name",
        required="Type your name",
        most=_LONGEST_NAME,
        checks=(_a_name,),
        width="20",
    )
    typed = Choice(
        "Who typed your name?",
        required="Say who typed your name",
        options=Typed,
    )
    agree = Tick("I agree", required="Tick the box if you agree to keep to the rules")

    def check(self) -> None:
        missing = [one.value for one in self.rules.options if one.value not in self.rules.typed]
        if missing and not self.rules.errors:
            self.refuse("rules", "Tick every rule when you have read it")


def _full_name() -> Text:
    return Text(
        "Your full name",
        hint="Typing your name here is your signature.",
        required="Enter your full name",
        most=_LONGEST_NAME,
        checks=(_a_name,),
        autocomplete="name",
    )


def _relation() -> Choice:
    return Choice(
        "Who are you to the child?", required="Choose who you are to the child", options=Relation
    )


def _role() -> Text:
    return Text(
        "Your job title or role",
        hint="And your company or organisation, if you come from one.",
        required="Enter your job title or role",
        most=_LONGEST_NAME,
        autocomplete="organization-title",
    )


class ParentForm(_Signing):
    """The parent's or carer's step (S165)."""

    name = _full_name()
    relation = _relation()
    agree = Tick("I agree", required="Tick the box if you agree")


class ParentConfirmForm(_Signing):
    """A parent's or carer's tick under something to read, without a signature."""

    relation = _relation()
    agree = Tick("I agree", required="Tick the box when you have read it")


class AdultForm(_Signing):
    """The block under an adult's own agreement: full name, job or role, date by itself (S131)."""

    name = _full_name()
    role = _role()
    agree = Tick("I agree", required="Tick the box if you agree")


class AdultConfirmForm(_Signing):
    """A tick under something to read: an acknowledgement, not a signature (S82)."""

    agree = Tick("I agree", required="Tick the box when you have read it")


class _YesNo(StrEnum):
    YES = "yes"
    NO = "no"


def _asks(kind: Consent) -> Choice:
    return Choice(kind.question, required="Say yes or no", options=_YesNo, inline=True)


class ConsentForm(_Signing):
    """A parent's or carer's answers, one by one (S56, S29, S291, S293)."""

    website = _asks(Consent.WEBSITE)
    social = _asks(Consent.SOCIAL)
    press = _asks(Consent.PRESS)
    video = _asks(Consent.VIDEO)
    work = _asks(Consent.WORK)
    accounts = _asks(Consent.ACCOUNTS)
    name = _full_name()
    relation = _relation()
    agree = Tick("I agree", required="Tick the box if you agree")


class ImagesForm(_Signing):
    """The same of a member of staff about pictures of themselves (S63)."""

    website = _asks(Consent.WEBSITE)
    social = _asks(Consent.SOCIAL)
    press = _asks(Consent.PRESS)
    video = _asks(Consent.VIDEO)
    name = _full_name()
    role = _role()
    agree = Tick("I agree", required="Tick the box if you agree")


class ChoicesForm(Form):
    """The same questions at the lasting link: what was said before is filled in (S57)."""

    website = _asks(Consent.WEBSITE)
    social = _asks(Consent.SOCIAL)
    press = _asks(Consent.PRESS)
    video = _asks(Consent.VIDEO)
    work = _asks(Consent.WORK)
    accounts = _asks(Consent.ACCOUNTS)


class OwnChoicesForm(Form):
    website = _asks(Consent.WEBSITE)
    social = _asks(Consent.SOCIAL)
    press = _asks(Consent.PRESS)
    video = _asks(Consent.VIDEO)


class SettleForm(Form):
    """The school decides where two parents differ."""

    kind = Hidden()
    yes = Choice("What holds?", required="Choose what holds", options=_YesNo, inline=True)
    why = LongText("Why?", required="Say why", most=1000, rows=3)


class ProtectForm(Form):
    """A child who must not be seen (S60): the reason is for safeguarding leads only."""

    why = LongText("Reason", required="Give the reason", most=1000, rows=3)


def says(form: Form) -> dict[Consent, bool]:
    """The yes and no of a form with consents; empty for a form without."""
    return {kind: form[kind.value].data is _YesNo.YES for kind in Consent if kind.value in form}


class DeclineForm(Form):
    """A parent's no, and why: it goes to the school and to nobody else (S163)."""

    reason = LongText(
        "Why do you not want to sign?",
        hint="The school will read this. It helps them to put things right.",
        required="Tell the school why, in a few words",
        most=1000,
        rows=4,
    )


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


class RulesForm(Form):
    """How often each agreement is asked for: the questions are made from the rules."""

    version = Hidden()


class OutsiderForm(Form):
    """Somebody from outside who signs something (S80, S81, S8)."""

    record = RecordId()
    kind = Choice("Who are they?", required="Choose who they are", options=OutsideKind)
    name = Text("Full name", required="Enter their full name", most=_LONGEST_NAME)
    organisation = Text("Company or organisation", most=_LONGEST_NAME)
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
        most=_LONGEST_NAME,
        checks=(_a_name,),
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
    """The words in another language, part by part."""

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
