"""Where each page of the feature is."""

from chalicelib.ids import SchoolId
from chalicelib.incidents.forms.draft import Step


def log(school: SchoolId) -> str:
    return f"/s/{school}/incidents"


def record(school: SchoolId, incident: str) -> str:
    return f"{log(school)}/{incident}"


def search(school: SchoolId) -> str:
    return f"{log(school)}/search"


def transfers(school: SchoolId) -> str:
    return f"/s/{school}/transfers"


def document(school: SchoolId, job: str) -> str:
    return f"/s/{school}/documents/{job}"


def step(school: SchoolId, draft: str, at: Step, *, change: bool = False) -> str:
    return f"{log(school)}/new/{draft}/{at}" + ("?change=yes" if change else "")


def held(school: SchoolId) -> str:
    return f"{log(school)}/held"


def community(school: SchoolId) -> str:
    return f"/r/{school}"


def community_step(school: SchoolId, draft: str, at: str, *, change: bool = False) -> str:
    return f"{community(school)}/new/{draft}/{at}" + ("?change=yes" if change else "")


def received(school: SchoolId, draft: str) -> str:
    return f"{community(school)}/received/{draft}"


def come_back(school: SchoolId) -> str:
    return f"{community(school)}/return"


def own_reports(school: SchoolId) -> str:
    return f"/s/{school}/my-reports"


def receipt(school: SchoolId, incident: str) -> str:
    return f"{own_reports(school)}/{incident}"


def section(school: SchoolId, incident: str, key: str) -> str:
    return f"{record(school, incident)}/file/{key}"


def part(school: SchoolId, incident: str, part_id: str) -> str:
    return f"{record(school, incident)}/parts/{part_id}"


def blank_forms(school: SchoolId) -> str:
    return f"/s/{school}/blank-forms"


def concerns(school: SchoolId) -> str:
    return f"/s/{school}/staff-concerns"
