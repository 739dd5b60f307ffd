"""What a trust sees of its schools' agreements: counts by kind, year group and role (3.6, 3.18).

Each school copies its counts every morning; a trust's page never opens a school's records. Of
families everybody counts, of grown-ups those who were asked: not every agreement is for all.
"""

from collections.abc import Iterable

from chalicelib import clock
from chalicelib.agreements import library, overview
from chalicelib.agreements.rag import NONE, Count
from chalicelib.agreements.repository import boards, requests
from chalicelib.agreements.repository.boards import Board, Figures
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.subjects import Audience, Subject, everybody
from chalicelib.ids import SchoolId, TrustId
from chalicelib.people.model import year_label
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import calendar, directory


def copy(school: SchoolId) -> None:
    """Give the trust the school's counts as they are now; a school alone gives none."""
    found = directory.school(school)
    if not found.trust:
        return
    year = calendar.academic_year(clock.today())
    figures = figures_of(school, year)
    with tenants({found.trust}), transaction() as tx:
        boards.put(tx, found.trust, school, found.name, year, figures)


def of(trust: TrustId) -> list[Board]:
    """The counts of every school that is the trust's today, by name."""
    ours = {each.id for each in directory.schools_of(trust)}
    return [one for one in boards.of(trust) if one.school in ours]


def kinds(found: Iterable[Board]) -> dict[str, str]:
    """Every kind of agreement that any of the schools has asked for, with its name."""
    everything = {**library.kinds(Audience.PUPILS), **library.kinds(Audience.ADULTS)}
    used = {kind for board in found for kind in board.figures}
    return {kind: name for kind, name in everything.items() if kind in used}


def figures_of(school: SchoolId, year: str) -> Figures:
    """A school's counts of one academic year, by kind and by year group or role."""
    records = list(requests.requests(school, year))
    found: dict[str, dict[str, Count]] = {}
    for audience in Audience:
        people = everybody(school, audience)
        for kind in library.kinds(audience):
            latest = overview.latest(records, kind)
            if latest:
                found[kind] = _counted(audience, people, latest)
    return {kind: groups for kind, groups in found.items() if groups}


def _counted(
    audience: Audience, people: Iterable[Subject], latest: dict[str, Record]
) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    for one in people:
        record = latest.get(one.id)
        if record is not None and overview.of_another_class(record, one):
            record = None
        if record is None and audience is Audience.ADULTS:
            continue
        group = year_label(one.year_group) if one.year_group is not None else one.role
        complete = int(record is not None and record.request.complete)
        counts[group] = counts.get(group, NONE) + Count(1, int(record is not None), complete)
    return counts
