"""Where the pages of alerts are."""

from chalicelib.ids import SchoolId


def inbox(school: SchoolId) -> str:
    return f"/s/{school}/alerts"


def alert(school: SchoolId, alert_id: str) -> str:
    return f"{inbox(school)}/{alert_id}"


def sources(school: SchoolId) -> str:
    return f"{inbox(school)}/sources"


def report(school: SchoolId, report_id: str) -> str:
    """A report of the filter that came by mail."""
    return f"{inbox(school)}/reports/{report_id}"


def source(school: SchoolId, source_id: str) -> str:
    return f"{sources(school)}/{source_id}"
