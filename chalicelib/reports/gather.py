"""Everything a report needs, from the trust's own copies: one query, no school's records (P10)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from chalicelib import clock
from chalicelib.ids import SchoolId, TrustId
from chalicelib.observability import failure
from chalicelib.reports import copies, periods, protect
from chalicelib.reports.model import (
    Figures,
    Job,
    Missing,
    Period,
    PeriodKind,
    Point,
    Snapshot,
)
from chalicelib.storage import tenants
from chalicelib.tenancy import directory, settings
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.model import School, in_force

Progress = Callable[[int, str], None]
_FROM, _TO = 5, 60  # the part of all the work that counting is, in per cent


def gather(job: Job, progress: Progress) -> Snapshot:
    """The figures of a report, counted up to now where they can still change.

    Those of a report in a set are of all the trust's schools, whichever of them is made first:
    `alone` makes any of them of it.
    """
    with tenants({job.trust}):
        trust = directory.trust(job.trust)
        schools = directory.schools_of(job.trust)
        found = {(each.part, each.school): each for each in stored(job.trust, job.period)}
    missing = []
    for number, school in enumerate(schools):
        progress(_FROM + (_TO - _FROM) * number // len(schools), f"Counting {school.name}")
        try:
            for each in _refreshed(school, job.period, found):
                found[each.part, each.school] = each
        except Exception as e:  # noqa: BLE001  # it is named in the report
            # One school's failure never stops the others'; what is old of it is left out.
            failure("figures of a school not counted", e, school=school.id)
            missing.append(Missing(school.name, "its figures could not be read this time"))
            for part in _reported(job.period):
                found.pop((part, school.id), None)
    own = {school.id for school in schools}
    return assembled(
        trust.name,
        job.period,
        [each for each in found.values() if each.school in own],
        chosen=() if job.set else job.schools,
        threshold=threshold_of(job.trust),
        missing=missing,
        of_set=bool(job.set),
    )


def alone(of_set: Snapshot, school: SchoolId) -> Snapshot | None:
    """What one report of a set is made of; None where its school could not be counted then."""
    if all(each.school != school for each in of_set.figures):
        return None
    trend = tuple(Point(p.label, *p.by_school.get(school, (0, 0))) for p in of_set.trend)
    return replace(of_set, chosen=(school,), trend=trend, missing=())


def threshold_of(trust: TrustId) -> int:
    with tenants({trust}):
        choices, _ = settings.of_trust(trust)
    return in_force(choices).small_number_threshold


def stored(trust: TrustId, period: Period) -> Iterable[Figures]:
    """The copies of a period, of the one before it and of the terms that lead to it."""
    earlier = periods.before(period)
    if period.kind in (PeriodKind.MONTHS, PeriodKind.WEEK):
        first = earlier.parts[0] if earlier else period.parts[0]
        return copies.read(trust, first, period.parts[-1])
    trend = [term.key for term in periods.up_to(period)]
    parts = sorted([*period.parts, *trend, *(earlier.parts if earlier else ())])
    return copies.read(trust, parts[0], parts[-1])


def assembled(
    trust: str,
    period: Period,
    found: Sequence[Figures],
    *,
    threshold: int,
    chosen: tuple[SchoolId, ...] = (),
    missing: Sequence[Missing] = (),
    of_set: bool = False,
) -> Snapshot:
    """A snapshot from copies; a period that is not over is compared with none."""
    now = clock.now()
    over = clock.london(now).date() > period.last
    earlier = periods.before(period) if over else None
    figures = _of(period.parts, found)
    return Snapshot(
        trust=trust,
        period=period,
        before=earlier,
        threshold=threshold,
        counted_at=min((each.counted_at for each in figures), default=now),
        figures=figures,
        chosen=chosen,
        figures_before=_of(earlier.parts, found) if earlier else (),
        trend=_trend(period, found, chosen, threshold, of_set=of_set),
        missing=tuple(missing),
    )


def _of(parts: Sequence[str], found: Iterable[Figures]) -> tuple[Figures, ...]:
    return tuple(
        sorted(
            (each for each in found if each.part in parts),
            key=lambda each: (each.part, each.name.casefold(), each.school),
        )
    )


def _trend(
    period: Period,
    found: Sequence[Figures],
    chosen: Sequence[SchoolId],
    threshold: int,
    *,
    of_set: bool,
) -> tuple[Point, ...]:
    points = []
    for term in periods.up_to(period) if period.kind in (PeriodKind.TERM, PeriodKind.YEAR) else ():
        schools = _of((term.key,), found)
        if any(each.totals for each in schools):
            label = f"{term.name.capitalize()} {term.first_on.year}"
            shown = chosen or [each.school for each in schools]
            incidents = protect.incidents(schools, threshold).only(shown)
            alerts = protect.alerts(schools, threshold).only(shown)
            both = zip(incidents.by_school, alerts.by_school, strict=True)
            by_school = dict(zip(incidents.schools, both, strict=True)) if of_set else {}
            points.append(Point(label, incidents.total, alerts.total, by_school))
    return tuple(points)


def _refreshed(
    school: School, period: Period, found: Mapping[tuple[str, SchoolId], Figures]
) -> list[Figures]:
    """What of a period, and of what it is compared with, must be counted again for a school."""
    with tenants({school.id}):
        own = tenancy.calendar_of(school.id)
    parts = [
        part
        for part in _reported(period)
        # Nobody copies a week when something of it changes later.
        if periods.is_week(part) or not copies.is_final(found.get((part, school.id)), own, part)
    ]
    return copies.copy_parts(school, own, parts)


def _reported(period: Period) -> tuple[str, ...]:
    """The parts of a period and of the one before it."""
    earlier = periods.before(period)
    return (*period.parts, *(earlier.parts if earlier else ()))
