"""The calendar asks for reports: once a term, and all of them however many mornings were missed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ids import TrustId
from chalicelib.reports import morning, plan, repository, service
from chalicelib.storage import tenants
from chalicelib.tenancy.calendar import Break, Calendar, Term, TermName
from tests import builders
from tests.doubles import FrozenClock

TRUST = TrustId("0123456789abcdef")
OPENED = date(2026, 1, 12)


def _planned(ticks: list[date], calendars: list[Calendar] | None = None) -> list[str]:
    """The terms planned by running on these days, each day knowing what was made before."""
    made: dict[str, str] = {}
    for today in ticks:
        for due in plan.termly(TRUST, calendars or [], since=OPENED, today=today, made=made.keys()):
            assert due.id not in made
            made[due.id] = due.period.parts[0]
    return list(made.values())


@pytest.mark.parametrize("skipped", [0, 1, 5, 48])
def test_missed_mornings_are_caught_up(skipped: int) -> None:
    """After a year the same reports have been asked for, in the order the terms ended."""
    days = [OPENED + timedelta(days=n) for n in range(0, 366, skipped + 1)]
    days.append(OPENED + timedelta(days=366))

    assert ["2025-26-spring", "2025-26-summer", "2026-27-autumn"] == _planned(days)


@given(ticks=st.lists(st.integers(0, 1100), max_size=40))
def test_any_history_of_mornings_comes_to_the_same(ticks: list[int]) -> None:
    """Whatever mornings were missed or ran twice, the last one finds everything."""
    last = OPENED + timedelta(days=1101)
    days = [OPENED + timedelta(days=n) for n in sorted(ticks)]

    assert _planned([last]) == _planned([*days, last])


def test_the_day_after_a_term_ends_is_the_first_that_plans_it() -> None:
    """The last day still counts."""
    last = date(2026, 12, 18)

    assert "2026-27-autumn" not in _planned([last])
    assert "2026-27-autumn" in _planned([last + timedelta(days=1)])


def test_a_trust_waits_for_the_school_whose_term_ends_last() -> None:
    """Schools keep their own dates; one that goes on a few days longer is waited for."""
    longer = Term(TermName.AUTUMN, date(2026, 9, 3), date(2026, 12, 23), (Break(
        date(2026, 10, 26), date(2026, 10, 30)),))  # fmt: skip
    calendars = [Calendar(), Calendar((longer,))]

    assert "2026-27-autumn" not in _planned([date(2026, 12, 22)], calendars)
    assert "2026-27-autumn" in _planned([date(2026, 12, 24)], calendars)


def test_a_term_that_ended_before_the_trust_came_is_not_reported() -> None:
    """There is nothing to say about it."""
    assert "2025-26-autumn" not in _planned([date(2026, 1, 13)])


def test_the_planner_asks_once_and_sorts_with_the_reports_people_asked_for(
    store: str, clock: FrozenClock
) -> None:
    """Run the morning after term and run again: one report, in its place by time."""
    assert store
    trust = builders.a_trust()
    builders.a_school(trust=trust)
    clock.advance(days=75)

    asked = [morning.plan_day(trust) for _ in range(3)]

    assert [1, 0, 0] == asked
    with tenants({trust}):
        [job] = service.reports(trust).jobs
        assert repository.job(trust, job.id) == job
    assert "Autumn term 2026/27" == job.period.label
    assert "system:plan_day" == job.asked_by


def test_one_school_that_cannot_be_counted_keeps_no_other_from_it(
    store: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The morning goes on with the other schools and with the planning."""
    assert store
    trust = builders.a_trust()
    schools = {builders.a_school(trust=trust) for _ in range(3)}
    tried = []

    def breaks(school: str, today: date) -> None:
        tried.append(school)
        if len(tried) == 2:
            raise RuntimeError(today)

    monkeypatch.setattr("chalicelib.reports.copies.catch_up", breaks)
    clock.advance(days=75)

    assert 1 == morning.plan_day(trust)
    assert schools == set(tried)
