"""Records that schools share with their trust, one by one: to read, no more (row 5.6)."""

from chalicelib import audit, clock, ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.model.report import Group, answers, clock_words
from chalicelib.incidents.service import sharing as service
from chalicelib.incidents.service.sharing import SharedRecord
from chalicelib.incidents.web import chronology
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.sections import SECTIONS
from chalicelib.incidents.web.working import labelled
from chalicelib.storage import tenants
from chalicelib.web import Response, page

_SEE = trust(Permission.READ_SHARED)
_SECTIONS = (
    *((each.label, tuple(shelf.kind for shelf in each.shelves)) for each in SECTIONS.values()),
    ("Procedures", (Kind.STEP,)),
    ("Sanctions", (Kind.SANCTION, Kind.LISTED)),
)


@pages.get("/t/{trust}/shared-records", access=_SEE)
def show_all(staff: TrustAccess) -> Response:
    audit.viewed(staff.trust, by=staff.actor, action="incident.shared_listed", about="shared/all")
    return page("incidents/shared/list", trust=staff.trust, found=service.listed(staff))


@pages.get("/t/{trust}/shared-records/{sharing}", access=_SEE)
def show_one(staff: TrustAccess, sharing: str) -> Response:
    if not ids.is_record(sharing):
        raise NotFound
    found = service.open_shared(staff, sharing)
    opened = found.opened
    record = opened.stored.incident
    with tenants({found.school}, read_only=True):
        actions = [(each, words, record.action(each)) for each, words in labelled(found.school)]
    return page(
        "incidents/shared/record",
        trust=staff.trust,
        found=found,
        record=record,
        severity=record.severity,
        concerns=record.report.catalogue.concerns(record.report.types),
        answers=answers(record.report),
        groups=tuple(Group),
        actions=actions,
        clock_words=clock_words,
        parts=_parts(found),
        moments=chronology.moments(opened.history),
        today=clock.today(),
    )


def _parts(found: SharedRecord) -> list[tuple[str, list[Part]]]:
    """What was added to the record, section by section; empty sections are left out."""
    file = found.opened.file
    return [
        (label, added)
        for label, kinds in _SECTIONS
        if (added := [part for kind in kinds for part in file.of(kind)])
    ]
