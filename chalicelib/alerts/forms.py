"""What is typed about sources and alerts."""

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
        options=[fields.Option(each.value, each.label, each.hint) for each in SourceKind],
        required="Choose what sends the alerts",
    )
    zone = fields.Choice(
        "Time zone of its clock",
        hint="Used only when an alert does not say which zone its time is in",
        options=ZONES,
        select=True,
        default="Europe/London",
        required="Choose the time zone of its clock",
    )


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
