"""Who has signed and who has not, by class: what the school's pages list (S117, S163)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.agreements import deliveries, families, library
from chalicelib.agreements.families import Family
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import links, requests
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.standing import Standing, standing
from chalicelib.ids import SchoolId
from chalicelib.notifications import State

PUPILS = "pupil"


@dataclass(frozen=True)
class Line:
    """One child in a list."""

    family: Family
    standing: Standing
    request: RequestId | None = None


@dataclass(frozen=True)
class Group:
    """The children of a class, or of a campaign."""

    id: str
    name: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def asked(self) -> int:
        return sum(1 for line in self.lines if line.request is not None)

    @property
    def complete(self) -> int:
        return self.counts[Standing.COMPLETE]

    @property
    def counts(self) -> Counter[Standing]:
        return Counter(line.standing for line in self.lines)

    @property
    def attention(self) -> tuple[Line, ...]:
        """The children about whom the school has something to do."""
        return tuple(line for line in self.lines if line.standing.needs_attention)


def together(groups: Sequence[Group]) -> Group:
    """All classes as one, for the figures of the whole school."""
    return Group("", "", tuple(line for group in groups for line in group.lines))


def of_year(school: SchoolId, year: str) -> tuple[Group, ...]:
    """Every class of the school with its pupils' agreements of an academic year."""
    latest = _latest(requests.requests(school, year))
    names = families.classes(school)
    lines = _lines(school, families.of_school(school, names), latest)
    return tuple(
        Group(class_id, name, tuple(line for line in lines if line.family.class_id == class_id))
        for class_id, name in names.items()
    )


def of_class(school: SchoolId, class_id: str, year: str) -> Group | None:
    """One class, or None when the school has no such class."""
    names = families.classes(school)
    if class_id not in names:
        return None
    latest = _latest(requests.requests(school, year))
    inside = families.of_class(school, class_id, names)
    return Group(class_id, names[class_id], _lines(school, inside, latest))


def of_campaign(school: SchoolId, year: str, campaign: str) -> Group:
    """The children that a campaign has asked so far."""
    asked = {
        record.request.id.pupil: record for record in requests.requests(school, year, campaign)
    }
    everybody = families.of_school(school, families.classes(school))
    inside = [family for family in everybody if family.pupil in asked]
    return Group(campaign, "", _lines(school, inside, asked))


def _latest(records: Iterable[Record]) -> dict[str, Record]:
    """The request that counts for each child: the newest that was not withdrawn, if any."""
    found: dict[str, Record] = {}
    for record in records:
        request = record.request
        if library.kind(request.template) != PUPILS:
            continue
        if request.withdrawn_at is None or request.id.pupil not in found:
            found[request.id.pupil] = record
    return found


def _lines(
    school: SchoolId, everybody: Sequence[Family], asked: dict[str, Record]
) -> tuple[Line, ...]:
    wanted = [asked[family.pupil] for family in everybody if family.pupil in asked]
    mails: dict[str, State] = {}
    opens: set[tuple[str, str]] = set()
    for campaign in {record.request.id.campaign for record in wanted}:
        mails |= deliveries.of_campaign(school, campaign)
        opens |= links.opened(school, campaign).keys()
    now = clock.now()
    lines = []
    for family in everybody:
        record = asked.get(family.pupil)
        if record is None:
            lines.append(Line(family, Standing.NOT_ASKED))
            continue
        opened = frozenset(contact for pupil, contact in opens if pupil == family.pupil)
        where = standing(record.request, mails, opened, now)
        lines.append(Line(family, where, record.request.id))
    return tuple(lines)
