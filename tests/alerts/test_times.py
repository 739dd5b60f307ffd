"""When an event happened: the four steps of alerts.md section 6, and its marks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.alerts.times import Clock, TimeBasis, TimeMark, When, decide, read

NOW = datetime(2026, 11, 22, 1, 5, 55, tzinfo=UTC)
EVENT = datetime(2026, 11, 20, 10, 42, 17, tzinfo=UTC)


def at(*clocks: Clock, zone: str = "Europe/London") -> When:
    return decide(clocks, zone=zone, received_at=NOW)


@pytest.mark.parametrize(
    "text", ["1795171337", "1795171337000", "1795171337000000", "1795171337000000000"]
)
def test_an_epoch_says_its_own_unit(text: str) -> None:
    """Seconds, milliseconds, microseconds and nanoseconds are told apart by their length."""
    assert (EVENT, TimeBasis.EVENT_CLOCK) == (at(Clock(text)).at, at(Clock(text)).basis)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:42:17Z",
        "2026-11-20T10:42:17.000+00:00",
        "2026-11-20 10:42:17 UTC",
        "2026-11-20T11:42:17+0100",
        "2026-11-20 21:42:17 +11",
        "20/11/2026 10:42:17 GMT",
        "Fri, 20 Nov 2026 10:42:17 +0000",
        "20/Nov/2026:10:42:17 +0000",
        "Nov 20 2026 10:42:17 UTC",
        "11/20/2026 10:42:17Z",
        "20/11/2026 10:42:17 am GMT",
    ],
)
def test_a_written_offset_is_believed(text: str) -> None:
    """ISO and the usual other spellings, with an offset or one of the two names that mean one."""
    assert (EVENT, TimeBasis.STATED_ZONE) == (at(Clock(text)).at, at(Clock(text)).basis)


@pytest.mark.parametrize("zone", ["BST", "Europe/Paris", "GMT Standard Time", "local", "+99"])
def test_other_zone_names_are_nobodys_promise(zone: str) -> None:
    """Only numbers, GMT and UTC count: the source's own zone is assumed instead, and marked."""
    when = at(Clock("2026-07-01 10:00:00", zone=zone))

    assert datetime(2026, 7, 1, 9, tzinfo=UTC) == when.at
    assert TimeBasis.ASSUMED_ZONE == when.basis


def test_a_local_clock_is_in_the_sources_zone() -> None:
    """The school sets the zone of its filter; London unless it says otherwise."""
    paris = at(Clock("2026-07-01 10:00:00"), zone="Europe/Paris").at

    assert datetime(2026, 7, 1, 8, tzinfo=UTC) == paris


def test_day_first_is_the_habit_here() -> None:
    """`02/07/2026` is the second of July unless the source says month first."""
    british = at(Clock("02/07/2026 12:00:00 UTC")).at
    american = at(Clock("02/07/2026 12:00:00 UTC", day_first=False)).at

    assert (7, 2) == (british.month, american.month)


def test_the_hour_that_comes_twice_is_the_later_and_marked() -> None:
    """01:30 on the last Sunday of October could be either: the later, with a mark."""
    when = at(Clock("2026-10-25 01:30:00"))

    assert datetime(2026, 10, 25, 1, 30, tzinfo=UTC) == when.at
    assert (TimeMark.REPEATED_HOUR,) == when.marks


def test_the_hour_that_never_was_is_marked() -> None:
    """01:30 on the last Sunday of March is a clock that did not change over."""
    when = at(Clock("2026-03-29 01:30:00"))

    assert datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == when.at
    assert (TimeMark.SKIPPED_HOUR,) == when.marks


@pytest.mark.parametrize("text", ["0", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "soon", ""])
def test_no_time_at_all_is_the_receipt_time(text: str) -> None:
    """Zero, year one and before 2010 are not times of any event."""
    assert (NOW, TimeBasis.RECEIVED, ()) == (
        at(Clock(text)).at,
        at(Clock(text)).basis,
        at(Clock(text)).marks,
    )


def test_a_clock_ahead_is_suspect() -> None:
    """More than ten minutes ahead: the receipt time, marked. Ten minutes are forgiven."""
    ahead = at(Clock((NOW + timedelta(minutes=11)).isoformat()))
    within = at(Clock((NOW + timedelta(minutes=9)).isoformat()))

    assert (NOW, (TimeMark.CLOCK_SUSPECT,)) == (ahead.at, ahead.marks)
    assert () == within.marks


def test_an_epoch_is_trusted_over_a_written_time_and_disagreement_is_marked() -> None:
    """The event's own clock stays; that another clock of the record is far off is said."""
    when = at(Clock("2026-11-20 09:00:00", zone="+0000"), Clock("1795171337"))

    assert EVENT == when.at
    assert (TimeMark.CLOCKS_DISAGREE,) == when.marks


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_no_text_is_too_strange(text: str, stated: str, zone: str) -> None:
    """Any text at all gives an instant between 2010 and now, and raises nothing."""
    when = decide([Clock(text, zone=stated)], zone=zone, received_at=NOW)

    assert datetime(2010, 1, 1, tzinfo=UTC) <= when.at <= NOW + timedelta(minutes=10)


@given(st.integers(1_300_000_000_000_000, 1_790_000_000_000_000))
def test_iso_times_come_out_as_they_went_in(microseconds: int) -> None:
    """What `isoformat` writes is read back to the microsecond."""
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    when = read(Clock(instant.isoformat()))

    assert when is not None
    assert instant == when.at
