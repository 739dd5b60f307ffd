"""What somebody had agreed to on the day of an incident, beside the incident (features 3.24, S210).

And what the school's own tables say on the matter: what may be done online, and with which
devices (S319 to S334, S367 to S371). A line that contradicts itself says so, for until it is
settled nobody can be held to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.agreements import standing
from chalicelib.agreements.standing import InForce
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.service import people
from chalicelib.incidents.service.people import Found
from chalicelib.incidents.web.case import READ, around_page, open_file
from chalicelib.registers import tables
from chalicelib.tenancy import matrix
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)

# Which lines of which table a kind of incident is about, by the types of form H.
_LINES = {
    "gambling": [("actions", "gambling")],
    "copyright": [("actions", "file_sharing")],
    "age_inappropriate": [("actions", "gaming"), ("devices", "social")],
    "images_without_permission": [("devices", "photos_own_camera"), ("devices", "social")],
    "online_bullying": [("devices", "messaging"), ("devices", "social"), ("devices", "chat")],
    "other_breach": [("devices", "phones_in_lessons"), ("devices", "personal_devices")],
    "bypassing_security": [("devices", "personal_devices")],
}


@dataclass(frozen=True)
class Bound:
    """Somebody of the record, and what they were bound by that day."""

    name: str
    key: str
    found: Found | None
    agreements: Sequence[InForce]


@dataclass(frozen=True)
class Rule:
    """A line of a table: what it allows whom, and whether that is settled."""

    table: str
    link: str
    label: str
    says: tuple[tuple[str, str], ...]
    unsettled: tuple[str, ...]


@pages.get("/s/{school}/incidents/{incident}/file/rules", access=READ)
def show(staff: SchoolAccess, incident: str) -> Response:
    file = open_file(staff, incident)
    sees = staff.may(Permission.READ_AGREEMENTS)
    return page(
        "incidents/file/rules",
        **around_page(staff, file, "rules"),
        bound=bound(staff.school, file.record) if sees else (),
        rules=rules(staff.school, file.record.report.types),
        day=file.record.report.first.on,
    )


def bound(school: SchoolId, record: Incident) -> tuple[Bound, ...]:
    """Each person of a record with the agreements in force for them on the day it happened."""
    on = record.report.first.on
    found = []
    for person in record.report.people:
        linked = record.linked.get(person.key)
        who = people.who(school, linked) if linked else None
        agreed = standing.in_force(school, linked.id, on) if linked else []
        found.append(Bound(person.name, person.key, who, agreed))
    return tuple(found)


def rules(school: SchoolId, types: Sequence[str]) -> tuple[Rule, ...]:
    """What the school's tables say on such a matter."""
    wanted = dict.fromkeys(line for each in types for line in _LINES.get(each, ()))
    shipped = tables.shipped()
    versions = {key: matrix.current(school, shipped[key]) for key, _ in wanted}
    found = []
    for key, line_key in wanted:
        table, line = shipped[key], versions[key].line(line_key)
        if line is None:
            continue
        says = [
            (audience.label, words)
            for audience in table.audiences
            for words, _ in audience.said(line.marked(audience.key))
        ]
        odd = tuple(each.says for each in table.contradictions([line]))
        link = f"/s/{school}/tables/{key}"
        found.append(Rule(table.title, link, line.label, tuple(says), odd))
    return tuple(found)
