"""A trust's first page, and a school as its trust sees it."""

from urllib.parse import urlencode

from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.reports import listing, service
from chalicelib.reports.document import Kind, said
from chalicelib.reports.overview import board
from chalicelib.reports.overview import service as overviews
from chalicelib.reports.overview.model import Sort, Standing
from chalicelib.reports.overview.service import Wanted
from chalicelib.tasks import listed
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import directory
from chalicelib.tenancy.model import SchoolKind
from chalicelib.web import Pages, Request, Response, navigation, page

pages = Pages(__name__)
navigation.register(navigation.Entry("Overview", "/t/{trust}", Permission.OPEN_TRUST, order=10))

_LATEST = 5
_HEADS = (
    (Sort.SCHOOL, "School"),
    (Sort.PHASE, "Phase"),
    (Sort.PUPILS, "Pupils"),
    (Sort.INCIDENTS, "Incidents"),
    (None, "Each 100 pupils"),
    (Sort.STANDING, "Against these schools"),
    (Sort.ALERTS, "Alerts"),
    (Sort.QUICK, "Taken within a day"),
    (Sort.SIGNED, "Agreements signed"),
)
_WORDS = (Sort.SCHOOL, Sort.PHASE)
_COLOURS = {
    Standing.HIGHER: "amber",
    Standing.ALIKE: "grey",
    Standing.LOWER: "blue",
    Standing.UNKNOWN: "grey",
}


@pages.get("/t/{trust}", access=trust(Permission.OPEN_TRUST))
def home(staff: TrustAccess) -> Response:
    if not staff.may(Permission.READ_TRUST_REPORTS):
        return page(
            "reports/trust",
            trust=staff.trust,
            trust_name=staff.trust_name,
            schools=directory.schools_of(staff.trust),
            overview=None,
            tasks=_waiting(staff),
            may_manage=staff.may(Permission.MANAGE_TRUST),
        )
    wanted = _wanted(staff.request)
    overdue = staff.may(Permission.READ_TRUST_OVERDUE)
    found = overviews.overview(
        staff.trust, staff.trust_name, wanted, overdue=overdue, by=staff.actor
    )
    return page(
        "reports/trust",
        trust=staff.trust,
        trust_name=staff.trust_name,
        schools=found.schools,
        overview=found,
        columns=board.COLUMNS,
        heads=[_head(staff.trust, wanted, *each) for each in _HEADS],
        colours=_COLOURS,
        said=_said,
        jobs=listing.listed(staff.trust, service.reports(staff.trust).jobs[:_LATEST]),
        may_ask=staff.may(Permission.RUN_TRUST_REPORTS),
        may_see_overdue=overdue,
        tasks=_waiting(staff),
        may_manage=staff.may(Permission.MANAGE_TRUST),
    )


@pages.get("/t/{trust}/figures/{place}", access=trust(Permission.READ_TRUST_REPORTS))
def one_school(staff: TrustAccess, place: str) -> Response:
    found = overviews.one_school(
        staff.trust,
        staff.trust_name,
        place,
        staff.request.query.get("term", ""),
        overdue=staff.may(Permission.READ_TRUST_OVERDUE),
        by=staff.actor,
    )
    return page(
        "reports/of_school",
        trust=staff.trust,
        trust_name=staff.trust_name,
        found=found,
        columns=board.COLUMNS,
    )


def _waiting(staff: TrustAccess) -> list[dict[str, str]]:
    """What whoever is there has to do, soonest first: as a school's first page lists it."""
    found = tasks.open_for(staff.trust, staff.person, frozenset(staff.roles))
    return [listed.shown(task) for task in found]


def _wanted(request: Request) -> Wanted:
    asked = request.query
    phase, sort = asked.get("phase", ""), asked.get("sort", "")
    return Wanted(
        term=asked.get("term", ""),
        phase=phase if phase in set(SchoolKind) else "",
        sort=Sort(sort) if sort in set(Sort) else Sort.SCHOOL,
        down=asked.get("down", "") == "1",
    )


def _head(trust_id: str, wanted: Wanted, by: Sort | None, label: str) -> dict[str, object]:
    """A column's heading: a link that sorts by it, and the other way round when it already does."""
    if by is None:
        return {"label": label, "number": True, "href": "", "sorted": ""}
    is_sorted = wanted.sort is by
    down = not wanted.down if is_sorted else by not in _WORDS
    asked = {"term": wanted.term, "phase": wanted.phase, "sort": by.value, "down": "1" * down}
    query = urlencode({name: text for name, text in asked.items() if text})
    return {
        "label": label,
        "number": by not in (*_WORDS, Sort.STANDING),
        "href": f"/t/{trust_id}?{query}#schools",
        "sorted": ("descending" if wanted.down else "ascending") if is_sorted else "",
    }


def _said(cell: object, kind: str = "count") -> str:
    """A cell as people read it."""
    return said(cell, Kind(kind)) if cell is None or isinstance(cell, str | int | float) else ""
