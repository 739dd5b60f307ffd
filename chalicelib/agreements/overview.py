"""Who has signed and who has not, by class: what the school's pages list (S117, S163)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.agreements import deliveries, library
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.rag import Count
from chalicelib.agreements.repository import links, requests
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.standing import Standing, standing
from chalicelib.agreements.subjects import Audience, Subject, everybody, groups, pupils
from chalicelib.ids import SchoolId
from chalicelib.notifications import State
from chalicelib.people.model import year_label

PUPILS = "pupil"


@dataclass(frozen=True)
class Line:
    """One person in a list."""

    family: Subject
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
    def count(self) -> Count:
        return Count(self.total, self.asked, self.complete)

    @property
    def attention(self) -> tuple[Line, ...]:
        """The children about whom the school has something to do."""
        return tuple(line for line in self.lines if line.standing.needs_attention)


def together(groups: Sequence[Group]) -> Group:
    """All classes as one, for the figures of the whole school."""
    return Group("", "", tuple(line for group in groups for line in group.lines))


def of_year(
    school: SchoolId,
    year: str,
    kind: str = PUPILS,
    counts: Callable[[Record], bool] | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[Group, ...]:
    """Every class of the school with its pupils' agreements of an academic year.

    `counts` says which requests do; `names` are those of the classes, where they have been read.
    """
    newest = latest(filter(counts, requests.requests(school, year)), kind)
    if names is None:
        names = pupils.classes(school)
    lines = _lines(school, pupils.of_school(school, names), newest)
    return tuple(
        Group(class_id, name, tuple(line for line in lines if line.family.group == class_id))
        for class_id, name in names.items()
    )


def by_year(groups: Sequence[Group]) -> tuple[Group, ...]:
    """The same pupils by year group instead of by class."""
    lines = together(groups).lines
    years = sorted({one.family.year_group for one in lines if one.family.year_group is not None})
    return tuple(
        Group("", year_label(year), tuple(one for one in lines if one.family.year_group == year))
        for year in years
    )


def of_adults(school: SchoolId, year: str, kind: str) -> tuple[Group, ...]:
    """Everybody grown-up by role, and those from outside by kind, with an agreement of a year."""
    newest = latest(requests.requests(school, year), kind)
    lines = _lines(school, everybody(school, Audience.ADULTS), newest)
    inside = [
        Group(group, name, tuple(line for line in lines if line.family.group == group))
        for group, name in groups(school, Audience.ADULTS).items()
    ]
    return tuple(group for group in inside if group.lines)


def of_class(
    school: SchoolId,
    class_id: str,
    year: str,
    kind: str = PUPILS,
    counts: Callable[[Record], bool] | None = None,
) -> Group | None:
    """One class, or None when the school has no such class. `counts` says which requests do."""
    names = pupils.classes(school)
    if class_id not in names:
        return None
    inside = pupils.of_class(school, class_id, names)
    return Group(class_id, names[class_id], of_people(school, inside, year, kind, counts))


def of_people(
    school: SchoolId,
    people: Sequence[Subject],
    year: str,
    kind: str,
    counts: Callable[[Record], bool] | None = None,
) -> tuple[Line, ...]:
    """Some people who have been read, in their order."""
    return _lines(school, people, latest(filter(counts, requests.requests(school, year)), kind))


def of_campaign(school: SchoolId, year: str, campaign: str, audience: Audience) -> Group:
    """The people whom a campaign has asked so far."""
    asked = {
        record.request.id.pupil: record for record in requests.requests(school, year, campaign)
    }
    inside = [one for one in everybody(school, audience) if one.id in asked]
    return Group(campaign, "", _lines(school, inside, asked))


def latest(records: Iterable[Record], kind: str) -> dict[str, Record]:
    """The request that counts for each person: the newest that was not withdrawn, if any."""
    found: dict[str, Record] = {}
    for record in records:
        request = record.request
        if library.kind(request.template) != kind:
            continue
        if request.withdrawn_at is None or request.id.pupil not in found:
            found[request.id.pupil] = record
    return found


def _lines(
    school: SchoolId, people: Sequence[Subject], asked: dict[str, Record]
) -> tuple[Line, ...]:
    wanted = [asked[one.id] for one in people if one.id in asked]
    mails: dict[str, State] = {}
    opens: set[tuple[str, str]] = set()
    for campaign in {record.request.id.campaign for record in wanted}:
        mails |= deliveries.of_campaign(school, campaign)
        opens |= links.opened(school, campaign).keys()
    now = clock.now()
    lines = []
    for family in people:
        record = asked.get(family.id)
        if record is None or of_another_class(record, family):
            lines.append(Line(family, Standing.NOT_ASKED))
            continue
        opened = frozenset(contact for pupil, contact in opens if pupil == family.id)
        where = standing(record.request, mails, opened, now)
        lines.append(Line(family, where, record.request.id))
    return tuple(lines)


def of_another_class(record: Record, one: Subject) -> bool:
    """What a class wrote itself counts there alone, wherever a child has moved since (S255)."""
    return record.request.template == library.OF_CLASS and record.class_id != one.group
