"""What is typed about sources and alerts."""

from collections.abc import Iterable

from chalicelib.alerts import signatures
from chalicelib.alerts.matching import RuleField
from chalicelib.alerts.model import Outcome
from chalicelib.alerts.senders import SourceKind
from chalicelib.web import fields
from chalicelib.web.forms import Form

ZONES = (
    ("Europe/London", "United Kingdom (London)"),
    ("UTC", "UTC, all year round"),
    ("Europe/Dublin", "Ireland"),
    ("Europe/Paris", "Central Europe (Paris, Berlin)"),
    ("Europe/Athens", "Eastern Europe (Athens)"),
    ("America/New_York", "United States, Eastern"),
    ("America/Los_Angeles", "United States, Pacific"),
)
_CLOSINGS = (Outcome.TRUE_POSITIVE, Outcome.FALSE_POSITIVE)


_ASKS = {
    SourceKind.SIGNED_KEY: "key",
    SourceKind.GOOGLE: "account",
    SourceKind.EMAIL: "domain",
}


def _kinds(kinds: Iterable[SourceKind]) -> list[fields.Option]:
    return [fields.Option(each, each.label, each.hint, _ASKS.get(each, "")) for each in kinds]


# A trust's source cannot be mails: nobody at a trust may read them.
POSTING = {"kind": _kinds(kind for kind in SourceKind if kind.posts)}


def _is_public_key(text: str) -> str:
    try:
        signatures.public_key_of(text)
    except signatures.Refused:
        return "Enter the key as the provider gave it: whpk_ and 44 letters, digits and signs"
    return ""


class KeyForm(Form):
    """The next public key of a sender that signs with its own."""

    key = fields.Text(
        "The provider's next public key",
        most=120,
        hint="It begins with whpk_. Both keys work until you drop the older.",
        required="Enter the provider's next public key",
        checks=[_is_public_key],
    )


class SourceForm(Form):
    """A new sender."""

    record = fields.RecordId()
    name = fields.Text(
        "Name",
        most=80,
        hint="What you call it, for example “Main firewall”",
        required="Enter a name for the source",
    )
    kind = fields.Choice(
        "What sends the alerts?",
        options=_kinds(SourceKind),
        required="Choose what sends the alerts",
    )
    key = fields.Text(
        "The provider's public key",
        most=120,
        hint="It begins with whpk_. It is not a secret.",
        checks=[_is_public_key],
    )
    account = fields.Email(
        "The service account that Google signs for",
        hint="For example pubsub-push@your-project.iam.gserviceaccount.com",
    )
    domain = fields.Text(
        "The domain its mails come from",
        most=120,
        hint="For example smoothwall.com. Mails from elsewhere are taken in and marked.",
    )
    zone = fields.Choice(
        "Time zone of its clock",
        hint="Used only when an alert does not say which zone its time is in",
        options=ZONES,
        select=True,
        default="Europe/London",
        required="Choose the time zone of its clock",
    )

    def check(self) -> None:
        """A sender that brings its own key, or its own account, must say which."""
        if self.kind.data == SourceKind.SIGNED_KEY and not (self.key.data or self.key.errors):
            self.refuse("key", "Enter the provider's public key")
        if self.kind.data == SourceKind.GOOGLE and not (self.account.data or self.account.errors):
            self.refuse("account", "Enter the service account that Google signs for")


class CloseForm(Form):
    """What an alert turned out to be."""

    outcome = fields.Choice(
        "What was it?",
        options=[(each.value, each.label) for each in _CLOSINGS],
        required="Say what it was",
    )
    note = fields.LongText(
        "Why do you think so?",
        most=2000,
        rows=4,
        hint="For example: it was homework about the Second World War, and I spoke to the pupil.",
        required="Say why in a sentence",
    )


class TeachForm(Form):
    """One mail, and which of its words are what."""

    mail = fields.LongText(
        "The mail, with its subject",
        most=30_000,
        rows=14,
        hint="Begin with its subject, for example “Subject: Safeguarding alert”",
        required="Paste one alert mail",
    )
    user = fields.Text("The person", most=200)
    group = fields.Text("Their group or year", most=200)
    device = fields.Text("The device", most=200)
    site = fields.Text("The site or address", most=2000)
    search = fields.Text("The words typed or searched for", most=500)
    category = fields.Text("The category", most=200)
    severity = fields.Text("The level", most=100)
    time = fields.Text("When it happened", most=100)
    do = fields.Hidden()


class RuleForm(Form):
    """A rule of a trust's source: what matches goes to this school."""

    field = fields.Choice(
        "What the rule looks at",
        options=[fields.Option(each.value, each.label, each.hint) for each in RuleField],
        required="Choose what the rule looks at",
    )
    value = fields.Text(
        "Its value", most=200, hint="Capital letters make no difference", required="Enter a value"
    )
    school = fields.Choice("School", options=[], select=True, required="Choose the school")


class AssignForm(Form):
    """Whose an event is that no rule matched."""

    school = fields.Choice("Which school is it from?", options=[], required="Choose the school")
    always = fields.Choice(
        "Should alerts from the same place go there from now on?",
        options=[("no", "No, only this one")]
        + [(each.value, f"Yes, by its {each.label.lower()}") for each in RuleField],
        default="no",
        select=True,
    )


class TesterForm(Form):
    """An event pasted to see what Holdfast makes of it. Nothing of it is kept."""

    event = fields.LongText(
        "The event, as your filter would send it",
        most=60_000,
        rows=10,
        required="Paste an event",
    )
    zone = fields.Choice(
        "Time zone of its clock",
        options=ZONES,
        select=True,
        default="Europe/London",
        required="Choose the time zone of its clock",
    )
