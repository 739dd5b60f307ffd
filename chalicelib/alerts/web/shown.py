"""An alert in words: what the filter did, when, what has been done about it, who was told.

For illegal content the site is never put into words: nobody should go and look (alerts.md 5).
"""

from chalicelib.alerts.facts import Action, Severity
from chalicelib.alerts.model import Alert, Status
from chalicelib.alerts.times import TimeBasis, TimeMark
from chalicelib.web import words

SEVERITY_COLOURS = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "amber",
    Severity.LOW: "blue",
    Severity.INFO: "grey",
}
STATUS_COLOURS = {Status.OPEN: "amber", Status.ACKNOWLEDGED: "blue", Status.CLOSED: "green"}

_VERDICTS = {
    Action.BLOCKED: "Blocked",
    Action.MONITORED: "Let through and flagged",
    Action.ALLOWED: "Let through",
    None: "The filter did not say",
}
BASES = {
    TimeBasis.EVENT_CLOCK: "by the filter's own clock",
    TimeBasis.STATED_ZONE: "as the filter wrote it",
    TimeBasis.ASSUMED_ZONE: "as the filter wrote it, taken in the source's time zone",
    TimeBasis.RECEIVED: "when it reached us: the alert has no usable time of its own",
}
_MARKS = {
    TimeMark.CLOCK_SUSPECT: "The filter's clock is ahead of ours. Ask your technician to set it.",
    TimeMark.CLOCKS_DISAGREE: "The alert carries two times that are more than five minutes apart.",
    TimeMark.REPEATED_HOUR: "It falls in the hour that comes twice when clocks go back; "
    "the later is shown.",
    TimeMark.SKIPPED_HOUR: "It falls in the hour that does not exist when clocks go forward.",
}


def verdict(alert: Alert) -> str:
    return _VERDICTS[alert.facts.action]


def site(alert: Alert) -> str:
    """The site's name; for illegal content, that it is not shown."""
    if alert.theme.restricted:
        return "Not shown: nobody should look for it" if alert.facts.host else ""
    return alert.facts.host or ""


def search(alert: Alert) -> str:
    return "" if alert.theme.restricted else alert.facts.search or ""


def who(alert: Alert) -> str:
    """The person of our roster, else as the filter names them. Never matched by guessing."""
    return alert.subject.name if alert.subject else named(alert)


def named(alert: Alert) -> str:
    """The account as the filter names it."""
    facts = alert.facts
    if facts.user:
        return f"{facts.user} ({facts.user_domain})" if facts.user_domain else facts.user
    return ""


def matched(alert: Alert) -> str:
    """Why we say that it is this person, or why we do not say who it is."""
    if alert.subject and alert.matched_by:
        kind = "A member of staff" if alert.subject.is_staff else "A pupil"
        return f"{kind}, known by their {alert.matched_by.label}"
    if alert.shared and alert.matched_by:
        return f"Several people have this {alert.matched_by.label}, so Holdfast does not say who"
    if named(alert):
        return "As the filter names them: nobody here is known by this account"
    return "Holdfast never guesses"


def filter_words(alert: Alert) -> str:
    """The filter's own category, verdict and level, as it wrote them."""
    facts = alert.facts
    parts = [words.listed(facts.categories), facts.vendor_action, facts.vendor_severity]
    return " · ".join(part for part in parts if part)


def times(alert: Alert) -> str:
    basis = alert.time_basis
    return BASES[TimeBasis(basis)] if basis in set(TimeBasis) else ""


def marks(alert: Alert) -> list[str]:
    return [_MARKS[TimeMark(mark)] for mark in alert.time_marks if mark in set(TimeMark)]
