"""Counting: in the change's own transaction, by day, and never wrong after a correction."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import figures
from chalicelib.figures import Measure, Within, within
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants, transaction
from tests import builders
from tests.reports.meter import metered

DAY = date(2026, 10, 6)


@pytest.fixture
def school(store: str) -> SchoolId:
    assert store
    return builders.a_school()


def test_counts_of_one_change_are_one_write_and_add_up(school: SchoolId) -> None:
    """An item may be written once in a transaction: several counts of a day are merged."""
    with tenants({school}):
        with transaction() as tx:
            for kind in ("hate", "grooming"):
                figures.count(tx, school, Measure.INCIDENTS, {"type": [kind, "violence"]}, DAY)

            assert 1 == tx.writes

        found = figures.totals(school, Measure.INCIDENTS, DAY, DAY)

    assert 2 == found.n
    assert {"hate": 1, "grooming": 1, "violence": 2} == found.of("type")


def test_a_correction_moves_what_was_counted(school: SchoolId) -> None:
    """Taking back and counting anew leaves nothing behind on the old day."""
    later = DAY + timedelta(days=1)
    with tenants({school}):
        for on, by in ((DAY, 1), (DAY, -1), (later, 1)):
            with transaction() as tx:
                figures.count(tx, school, "incidents", {"type": "hate"}, on, by)

        before = figures.totals(school, "incidents", DAY, DAY)
        after = figures.totals(school, "incidents", later, later)

    assert (0, {}) == (before.n, before.of("type"))
    assert (1, {"hate": 1}) == (after.n, after.of("type"))


def test_amounts_are_summed_and_taken_back(school: SchoolId) -> None:
    """Minutes waited are summed with the count they belong to."""
    with tenants({school}):
        for minutes, by in ((30, 1), (50, 1), (30, -1)):
            with transaction() as tx:
                amounts = {"minutes": minutes}
                figures.count(tx, school, "alerts_acknowledged", {}, DAY, by, amounts=amounts)

        found = figures.totals(school, "alerts_acknowledged", DAY, DAY)

    assert (1, 50) == (found.n, found.amount("minutes"))


def test_a_period_holds_its_first_and_last_day_and_one_measure(school: SchoolId) -> None:
    """Both ends count, the days beside them and other measures do not."""
    with tenants({school}):
        for days, measure in ((-1, "alerts"), (0, "alerts"), (9, "alerts"), (10, "alerts"),
                              (3, "alerts_acknowledged")):  # fmt: skip
            with transaction() as tx:
                figures.count(tx, school, measure, {}, DAY + timedelta(days=days))

        found = figures.totals(school, "alerts", DAY, DAY + timedelta(days=9))

    assert 2 == found.n


def test_nothing_typed_by_people_can_be_counted(school: SchoolId) -> None:
    """A dimension is a word of code: names and sentences are refused before anything is written."""
    for dimensions in ({"type": "Ben Smith"}, {"Pupil name": "x"}, {"type": "a#b"}, {"type": ""}):
        with tenants({school}), pytest.raises(ValueError), transaction() as tx:  # noqa: PT011
            figures.count(tx, school, "incidents", dimensions, DAY)


def test_nothing_is_counted_when_the_change_fails(school: SchoolId) -> None:
    """Figures are part of the change: an error before the end leaves them as they were."""
    with tenants({school}):
        with pytest.raises(RuntimeError):
            _count_and_fail(school)

        assert 0 == figures.totals(school, "incidents", DAY, DAY).n


def _count_and_fail(school: SchoolId) -> None:
    with transaction() as tx:
        figures.count(tx, school, "incidents", {}, DAY)
        raise RuntimeError


def test_totals_are_one_query(school: SchoolId) -> None:
    """A term costs one trip, whatever the number of its days."""
    with tenants({school}):
        for days in range(0, 60, 3):
            with transaction() as tx:
                figures.count(tx, school, "alerts", {"theme": "bullying"}, DAY + timedelta(days))
        with metered() as calls:
            found = figures.totals(school, "alerts", DAY, DAY + timedelta(days=90))

    assert 20 == found.n
    assert ["Query"] == [operation for operation, _ in calls]


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_figures_equal_a_recount_after_any_history(engine: str, seed: int) -> None:
    """Counts, corrections and withdrawals in any order come to what the records say."""
    assert engine
    chance = random.Random(seed)
    school, records = builders.a_school(), dict[int, tuple[date, tuple[str, ...]]]()

    def some() -> tuple[date, tuple[str, ...]]:
        types = chance.sample(["hate", "grooming", "hacking"], chance.randint(1, 3))
        return DAY + timedelta(days=chance.randint(0, 4)), tuple(types)

    with tenants({school}):
        for number in range(25):
            with transaction() as tx:
                gone = records.pop(chance.choice([*records, -1]), None) if records else None
                if gone:
                    figures.count(tx, school, "incidents", {"type": gone[1]}, gone[0], -1)
                if not gone or chance.random() < 0.7:
                    records[number] = some()
                    on, types = records[number]
                    figures.count(tx, school, "incidents", {"type": types}, on)
        first, last = DAY + timedelta(days=1), DAY + timedelta(days=3)
        found = figures.totals(school, "incidents", first, last)

    within_ = [types for on, types in records.values() if first <= on <= last]
    assert len(within_) == found.n
    assert Counter(each for types in within_ for each in types) == found.of("type")


def test_waiting_times_fall_in_bands_with_their_limits() -> None:
    """Exactly an hour is within an hour."""
    waited = [timedelta(0), timedelta(hours=1), timedelta(hours=1, seconds=1), timedelta(days=9)]

    assert [Within.HOUR, Within.HOUR, Within.FOUR_HOURS, Within.LATER] == list(map(within, waited))
