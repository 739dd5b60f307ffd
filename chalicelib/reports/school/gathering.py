"""What a school's report is made of: its figures, from the days, and how things stand now."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.reports import copies, gather, periods
from chalicelib.reports.model import Figures, Period
from chalicelib.reports.school import states
from chalicelib.reports.school.model import Counted
from chalicelib.reports.school.states import Look
from chalicelib.tenancy import directory, settings
from chalicelib.tenancy import service as tenancy

Progress = Callable[[int, str], None]
_FIGURES, _STATES = 10, 50  # per cent at which each begins
_END = 85


def _nothing(_done: int, _stage: str) -> None:
    pass


def counted(school: SchoolId, period: Period, progress: Progress = _nothing) -> Counted:
    """Everything of a period, counted up to now. Within the school's scope."""
    progress(_FIGURES, "Counting the figures")
    counts = figures_of(school, period)
    look = look_of(school, period)
    found = []
    for number, (key, section) in enumerate(states.SECTIONS.items()):
        done = _STATES + (_END - _STATES) * number // len(states.SECTIONS)
        progress(done, f"Reading {_SAYS[key]}")
        found.append(section(look))
    return replace(counts, states=tuple(found))


def figures_of(school: SchoolId, period: Period) -> Counted:
    """The figures of a period, of the one before it and of the terms that lead to it.

    What can still change is counted anew from the days; the rest is read from its copies.
    """
    found, own = directory.school(school), tenancy.calendar_of(school)
    trend = [each.key for each in periods.up_to(period)]
    earlier = periods.before(period)
    wanted = [*period.parts, *(earlier.parts if earlier else ())]
    parts = sorted({*trend, *wanted})
    kept: dict[str, Figures] = {
        each.part: each for each in copies.read(school, parts[0], parts[-1])
    }
    for part in wanted:
        if not copies.is_final(kept.get(part), own, part):
            kept[part] = copies.count(found, own, part)
    threshold = settings.read(school).small_number_threshold
    snapshot = gather.assembled(found.name, period, list(kept.values()), threshold=threshold)
    # A term before in which nothing was counted is none to compare with.
    before = tuple(each for each in snapshot.figures_before if each.totals)
    return Counted(
        replace(snapshot, figures_before=before),
        trend=tuple(kept[each] for each in trend if each in kept and kept[each].totals),
    )


def look_of(school: SchoolId, period: Period) -> Look:
    """The days of a period by the school's own calendar, up to today."""
    own, today = tenancy.calendar_of(school), clock.today()
    first, _ = periods.days_of(period.parts[0], own)
    _, last = periods.days_of(period.parts[-1], own)
    threshold = settings.read(school).small_number_threshold
    return Look(school, first, min(last, today), today, threshold)


_SAYS = {
    "feeds": "how the filters are heard",
    "outstanding": "agreements",
    "training": "training and reviews",
    "registers": "the registers",
    "late": "what is late",
    "changes": "what changed",
}
