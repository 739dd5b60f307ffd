"""The nightly recount: figures are compared with the records, drift is named and set right.

Every night the days since the term before this one began are looked at, which few reads tell;
about once a month, on a day of its own for each school, everything is. Only what a look at
everything confirms is drift: then it is written down for the school, counted for the operator,
and set right with an audit line. What was never counted, as after an upgrade, is made anew.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from chalicelib import audit, clock, figures
from chalicelib.agreements import counting as agreements
from chalicelib.alerts.service import counting as alerts
from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.figures import Counted
from chalicelib.ids import SchoolId
from chalicelib.incidents.service import counting as incidents
from chalicelib.observability import count, logger
from chalicelib.registers.service import figured as registers
from chalicelib.reports import drifts, periods, recount
from chalicelib.reports.drifts import Looked
from chalicelib.reports.recount import Difference, Wrong
from chalicelib.retention import repository as retention
from chalicelib.storage import transaction

BY = actors.system("recount")
_BOOKS = (incidents, alerts, agreements, registers)
_AT_ONCE = 15  # days of a book in a transaction: five writes each at most
_MONTH, _SPREAD = 26, 5  # days until everything is looked at again: by school and by chance


def plan(school: SchoolId) -> int:
    """What each morning does for a school's figures; gives how many were set right."""
    today, known = clock.today(), drifts.looked(school)
    if known is None:
        return _made_anew(school)
    first = _since(today)
    whole = today >= known.whole_next_on
    wrong = everything(school) if whole else _confirmed(school, first, today)
    set_right(school, wrong)
    at = clock.now()
    drifts.note_looked(
        school,
        Looked(
            at,
            at if whole else known.whole_at,
            _next(school, today) if whole else known.whole_next_on,
        ),
    )
    return sum(len(each.differences) for each in wrong)


def between(school: SchoolId, first: date, last: date) -> list[Wrong]:
    """The days, both included, that differ from what the records of about that time count for.

    Reads little, and may take for wrong what an alert that came weeks late counts for.
    """
    things = (each.counted_between(school, first, last) for each in _BOOKS)
    return _looked_at(school, (one for some in things for one in some), first, last)


def everything(school: SchoolId) -> list[Wrong]:
    """The days that differ from what all records count for, since the last that a record which was
    destroyed may have counted for: those figures stay as they were counted (R-RET 2).
    """
    things = (each.all_counted(school) for each in _BOOKS)
    first = retention.first_whole_day(school)
    return _looked_at(school, (one for some in things for one in some), first, date.max)


def set_right(school: SchoolId, wrong: Sequence[Wrong], *, name_it: bool = True) -> None:
    """Make the figures what the records say, with a line of the audit and of the school's list.

    A day that somebody writes at this moment stays for the next night.
    """
    at = clock.now()
    for number, start in enumerate(range(0, len(wrong), _AT_ONCE)):
        some = wrong[start : start + _AT_ONCE]
        differences = [one for each in some for one in each.differences]
        try:
            with transaction() as tx:
                for each in some:
                    figures.set_right(tx, school, each.on, each.book, each.add, [*each.moved])
                if name_it:
                    drifts.add(tx, school, at, number, differences)
                audit.record(
                    tx,
                    school,
                    by=BY,
                    action="figures.set_right" if name_it else "figures.made_anew",
                    about=f"figures/{some[0].on.isoformat()}",
                )
        except Conflict:
            continue
        if name_it:
            _told(school, differences)


def _made_anew(school: SchoolId) -> int:
    """The first look at a school: whatever is missing was never counted, and nothing drifted."""
    wrong = everything(school)
    set_right(school, wrong, name_it=False)
    at = clock.now()
    drifts.note_looked(school, Looked(at, at, _next(school, clock.today())))
    return sum(len(each.differences) for each in wrong)


def _confirmed(school: SchoolId, first: date, last: date) -> list[Wrong]:
    """What the last terms' records raise a doubt about, as all records have it."""
    return everything(school) if between(school, first, last) else []


def _looked_at(school: SchoolId, things: Iterable[Counted], first: date, last: date) -> list[Wrong]:
    before = recount.stored(figures.rows(school, first, last))
    read = [*things, *figures.left_behind(school, first, last)]
    after = recount.stored(figures.rows(school, first, last))
    return recount.compared(before, read, after, first, last)


def _told(school: SchoolId, differences: Sequence[Difference]) -> None:
    """Names are measures, never people: the operator may read them."""
    count("FiguresDrifted", len(differences))
    for each in differences[:20]:
        logger.error(
            "a figure was not what the records say",
            school=school,
            measure=each.measure,
            dimension=each.name,
            day=each.on.isoformat(),
            stored=each.stored,
            counted=each.counted,
        )


def _since(today: date) -> date:
    """The first day of the usual term before this one: what is still worked on lies after it."""
    return periods.days_of(periods.recent_terms(today, 2)[-1].key, periods.USUAL)[0]


def _next(school: SchoolId, today: date) -> date:
    """In about a month, each school on days of its own, so that no night has all of them."""
    mark = hashlib.sha256(f"recount {school} {today}".encode()).digest()[0]
    return today + timedelta(days=_MONTH + mark % _SPREAD)
