"""What signers and the school fill in: typed name and a tick, never a drawing (R-A11Y 3)."""

from enum import StrEnum

from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.evidence import Typed
from chalicelib.agreements.model import Relation
from chalicelib.web.fields import (
    Choice,
    Choices,
    Hidden,
    LongText,
    RecordId,
    Text,
    Tick,
)
from chalicelib.web.forms import Form

LONGEST_NAME = 100


def a_name(name: str) -> str:
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
        most=LONGEST_NAME,
        checks=(a_name,),
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
        most=LONGEST_NAME,
        checks=(a_name,),
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
        most=LONGEST_NAME,
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


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


def _asks(kind: Consent) -> Choice:
    return Choice(kind.question, required="Say yes or no", options=YesNo, inline=True)


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
    yes = Choice("What holds?", required="Choose what holds", options=YesNo, inline=True)
    why = LongText("Why?", required="Say why", most=1000, rows=3)


class ProtectForm(Form):
    """A child who must not be seen (S60): the reason is for safeguarding leads only."""

    why = LongText("Reason", required="Give the reason", most=1000, rows=3)


def says(form: Form) -> dict[Consent, bool]:
    """The yes and no of a form with consents; empty for a form without."""
    return {kind: form[kind.value].data is YesNo.YES for kind in Consent if kind.value in form}


class NameChildForm(Form):
    """Whose parent somebody is: asked first, where the school wants that (R23)."""

    family_name = Text(
        "The child's family name",
        hint="As the school knows it.",
        required="Type the child's family name",
        most=LONGEST_NAME,
        width="20",
    )


class DeclineForm(Form):
    """A parent's no, and why: it goes to the school and to nobody else (S163)."""

    reason = LongText(
        "Why do you not want to sign?",
        hint="The school will read this. It helps them to put things right.",
        required="Tell the school why, in a few words",
        most=1000,
        rows=4,
    )
