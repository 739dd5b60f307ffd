"""The page that says whether a school's figures are what its records say (S91, S226).

Every night they are counted again; what was found to be wrong stands here, with what it was.
"""

from collections.abc import Mapping

from chalicelib import audit
from chalicelib.figures import Measure
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.reports import drifts
from chalicelib.reports.recount import Difference
from chalicelib.web import Pages, Response, page, words

pages = Pages(__name__)

_MEASURES: Mapping[str, str] = {
    Measure.INCIDENTS: "Incidents",
    Measure.INCIDENTS_ACKNOWLEDGED: "Incidents acknowledged",
    Measure.INCIDENTS_CLOSED: "Incidents closed",
    Measure.ALERTS: "Alerts",
    Measure.ALERTS_ESCALATED: "Alerts that went on to somebody else",
    Measure.ALERTS_ACKNOWLEDGED: "Alerts acknowledged",
    Measure.ALERTS_CLOSED: "Alerts closed",
    Measure.FEEDS: "Deliveries of filters",
    Measure.FEEDS_SILENT: "Alarms that a filter is silent",
    Measure.REGISTER_ENTRIES: "Entries of registers",
    Measure.REGISTER_STEPS: "Steps in registers",
    Measure.REGISTER_CLOSED: "Entries of registers that are over",
}
_DIMENSIONS: Mapping[str, str] = {
    "within": "acknowledged within",
    "took": "over within",
    "by": "done by",
    "risk": "risk",
    "hour": "time of day",
    "door": "reported through",
    "sum": "sum of",
}


@pages.get("/s/{school}/figures/checks", access=school(Permission.READ_AUDIT))
def show(staff: SchoolAccess) -> Response:
    """What the recount found, the latest first."""
    cursor = staff.request.query.get("after", "")
    audit.viewed(staff.school, by=staff.actor, action="figures.viewed", about="figures/checks")
    found, more = drifts.page(staff.school, cursor)
    return page(
        "reports/checks",
        school=staff.school,
        looked=drifts.looked(staff.school),
        drifts=[(each.at, [*map(_line, each.differences)]) for each in found],
        after=more,
        first=not cursor,
    )


def _line(found: Difference) -> dict[str, str]:
    return {
        "day": words.short_date(found.on),
        "figure": f"{_measure(found.measure)}{_along(found.name)}",
        "stored": _number(found.stored),
        "counted": _number(found.counted),
    }


def _measure(name: str) -> str:
    return _MEASURES.get(name) or name.replace("_", " ").capitalize()


def _along(name: str) -> str:
    """`type: hate` of `type:hate`; nothing for the number itself."""
    if name == "n":
        return ""
    dimension, _, value = name.partition(":")
    said = _DIMENSIONS.get(dimension, dimension)
    return f", {said}: {value.replace('_', ' ')}"


def _number(number: int) -> str:
    return words.number(number).replace("-", "\N{MINUS SIGN}")
