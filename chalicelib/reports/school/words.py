"""The words for what a school's report counts: how it is split, and by whom it was done."""

from collections.abc import Mapping

from chalicelib.agreements.consents.model import Consent
from chalicelib.alerts import model as alerts
from chalicelib.figures import Within
from chalicelib.identity.permissions import Role
from chalicelib.incidents.model.record import Outcome
from chalicelib.incidents.types import PLATFORMS, Concern
from chalicelib.reports import wording

NOT_SAID = "Not said"
OPEN = "Still open"
NOBODY = "Nobody yet"

PLATFORM: Mapping[str, str] = {**PLATFORMS, "other": "Another", "unknown": NOT_SAID}
RISK: Mapping[str, str] = {
    **{each.value: each.value.capitalize() for each in Concern},
    "unspecified": NOT_SAID,
}
YEAR: Mapping[str, str] = {
    "nursery": "Nursery",
    "reception": "Reception",
    **{f"year_{n}": f"Year {n}" for n in range(1, 14)},
    "unknown": "Year not known",
    "none": "No pupil of ours",
}
HOUR: Mapping[str, str] = {
    "night": "At night",
    "before_school": "Before school",
    "school_day": "In the school day",
    "after_school": "After school",
    "evening": "In the evening",
    "unknown": "Time not known",
}
SEVERITY: Mapping[str, str] = {**wording.SEVERITIES, "unknown": NOT_SAID}
OUTCOME: Mapping[str, str] = {each.value: each.label for each in Outcome}
ACTION: Mapping[str, str] = {
    "blocked": "Blocked",
    "allowed": "Let through",
    "monitored": "Let through and watched",
    "unknown": NOT_SAID,
}
RESPONSE: Mapping[str, str] = {each.value: each.label for each in alerts.Outcome}
HANDLER: Mapping[str, str] = {
    **{role.value: role.label for role in Role},
    "other": "Somebody else at the school",
    "unknown": "Somebody whose part is not known",
}
CONSENT: Mapping[str, str] = {each.value: each.label for each in Consent}
TOOK: Mapping[str, str] = {
    "day": "Within a day",
    "week": "Within a week",
    "month": "Within a month",
    "term": "Within a term",
    "longer": "Longer",
}
# The whole order of waits, finest first: what the time to acknowledge is shown by.
BANDS: Mapping[str, str] = {
    Within.HOUR: "Within an hour",
    Within.FOUR_HOURS: "Within four hours",
    Within.DAY: "Within a day",
    Within.THREE_DAYS: "Within three days",
    Within.LATER: "Later",
}
