"""Two years at one school, in the order they happened, and then today."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.agreements import boards
from chalicelib.storage import tenants
from chalicelib.tenancy import calendar
from infra.demo import alerts, classwork, incidents, registers, signing
from infra.demo.scenarios import SCENARIOS
from infra.demo.schools import Opened
from infra.demo.time_travel import Past, at_last, in_the_past, school_moments
from infra.demo.world import SchoolPlan

_YEARS = 2
_OPEN_LATELY = timedelta(days=6)


@dataclass(frozen=True)
class Step:
    """One thing lived through, for the progress bar."""


def steps(plan: SchoolPlan) -> int:
    """How many steps a school's history takes."""
    return _YEARS * (plan.incidents_a_year + plan.alerts_a_year) + 3


def begins(today: date) -> date:
    """The first of the September that starts the academic year two years ago: no half terms."""
    then = today - timedelta(days=365 * _YEARS)
    return date(int(calendar.academic_year(then)[:4]), 9, 1)


def live(
    opened: Opened, dice: random.Random, today: date, step: Callable[[], None]
) -> list[dict[str, Any]]:
    """Live the school's history; gives its webhooks, secrets included, for `demo.json`."""
    past = Past()
    first, last = begins(today), today - timedelta(days=1)
    with tenants({opened.school}), in_the_past(past):
        past.go_to(datetime.combine(first, time(9), clock.LONDON))
        sources = alerts.open_sources(opened)
        for at, what in _diary(opened, dice, first, last, sources[0]):
            what(past, at)
            step()
        registers.keep(opened, dice, past, last)
        classwork.keep(opened, random.Random(opened.plan.name), past, last)
        boards.copy(opened.school)
        _lately(opened, dice, past, last)
        with at_last(past):
            _today(opened, dice, past, sources)
    return [source.described() for source in sources]


def _diary(
    opened: Opened, dice: random.Random, first: date, last: date, firewall: alerts.Source
) -> list[tuple[datetime, Callable[[Past, datetime], None]]]:
    plan = opened.plan
    diary: list[tuple[datetime, Callable[[Past, datetime], None]]] = []

    def incident(past: Past, at: datetime) -> None:
        record = incidents.report_one(opened, dice, past, at)
        recent = clock.london(at).date() > last - _OPEN_LATELY
        incidents.work_one(opened, dice, past, record, closed=not recent)

    def alert(past: Past, at: datetime) -> None:
        alerts.one(opened, dice, past, at, firewall)

    reported = school_moments(dice, _YEARS * plan.incidents_a_year, first, last - timedelta(days=2))
    noticed = school_moments(dice, _YEARS * plan.alerts_a_year, first, last - timedelta(days=1))
    diary += [(at, incident) for at in reported] + [(at, alert) for at in noticed]
    for year, share, classes in _septembers(first, last):
        at = datetime.combine(date(year, 9, 10), time(10), clock.LONDON)

        def september(
            past: Past, at: datetime, share: float = share, classes: int = classes
        ) -> None:
            signing.september(opened, dice, past, at, share=share, classes=classes)

        diary.append((at, september))
    return sorted(diary, key=lambda entry: entry[0])


def _septembers(first: date, last: date) -> list[tuple[int, float, int]]:
    """Each September: its year, the share that signs in time, how many classes are asked."""
    years = [y for y in range(first.year, last.year + 1) if first <= date(y, 9, 10) <= last]
    return [(year, 0.72, 3) if year == years[-1] else (year, 0.9, 1) for year in years]


def _lately(opened: Opened, dice: random.Random, past: Past, last: date) -> None:
    """The last days: one record in hand, so that a DSL's page is not all history."""
    at = datetime.combine(last, time(14, 10), clock.LONDON)
    record = incidents.report_one(opened, dice, past, at, scenario=_fitting(opened, SCENARIOS[2]))
    incidents.work_one(opened, dice, past, record, closed=False)


def _today(opened: Opened, dice: random.Random, past: Past, sources: list[alerts.Source]) -> None:
    """This morning: a report and an alert that nobody has acknowledged yet. Mail really goes."""
    at = datetime.now(clock.LONDON) - timedelta(minutes=25)
    incidents.report_one(opened, dice, past, at, scenario=_fitting(opened, SCENARIOS[0]))
    noticed = datetime.now(clock.LONDON) - timedelta(minutes=3)
    alerts.post(opened, dice, past, noticed, sources[0], category="Weapons")


def _fitting(opened: Opened, wanted: Any) -> Any:
    years = {child.year for child in opened.children}
    if any(wanted.years[0] <= year <= wanted.years[1] for year in years):
        return wanted
    return SCENARIOS[-3]
