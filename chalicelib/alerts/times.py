"""When an event happened: one rule for every vendor (alerts.md section 6).

Senders write epochs of four lengths, local clocks without a zone, day-first dates and clocks that
are wrong. A reader hands over the record's own clocks in order of trust; this module decides, and
marks whatever a person should know about the answer.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Europe/London"
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=10)
APART = timedelta(minutes=5)


class TimeBasis(StrEnum):
    """What the stored instant rests on, best first."""

    EVENT_CLOCK = "event_clock"
    STATED_ZONE = "stated_zone"
    ASSUMED_ZONE = "assumed_zone"
    RECEIVED = "received"


class TimeMark(StrEnum):
    """What a reader of the instant should know."""

    CLOCK_SUSPECT = "clock_suspect"
    CLOCKS_DISAGREE = "clocks_disagree"
    REPEATED_HOUR = "repeated_hour"
    SKIPPED_HOUR = "skipped_hour"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as the record writes it; `zone` if the record or the vendor's manual states one."""

    text: str
    zone: str = ""
    day_first: bool = True


@dataclass(frozen=True, slots=True)
class When:
    at: datetime
    basis: TimeBasis
    marks: tuple[TimeMark, ...] = ()


def decide(clocks: Iterable[Clock], *, zone: str, received_at: datetime) -> When:
    """The instant of an event. Total: any text gives an answer, at worst the receipt time."""
    found: list[When] = []
    marks: list[TimeMark] = []
    for clock in clocks:
        when = read(clock, zone=zone)
        if when is None:
            continue
        if EARLIEST <= when.at <= received_at + AHEAD:
            found.append(when)
        elif when.at > received_at:
            marks.append(TimeMark.CLOCK_SUSPECT)
    if not found:
        return When(received_at, TimeBasis.RECEIVED, tuple(dict.fromkeys(marks)))
    first = min(found, key=_trust)
    if any(abs(other.at - first.at) > APART for other in found):
        marks.append(TimeMark.CLOCKS_DISAGREE)
    return When(first.at, first.basis, tuple(dict.fromkeys([*first.marks, *marks])))


def _trust(when: When) -> int:
    return list(TimeBasis).index(when.basis)


def read(clock: Clock, *, zone: str = DEFAULT_ZONE) -> When | None:
    """One clock's instant, or None for what is no time at all."""
    text = clock.text.strip().strip("[]\"'")
    if not text or len(text) > 64:
        return None
    try:
        return _epoch(text) or _written(text, clock, zone)
    except (ValueError, OverflowError):
        return None


# --- epochs --------------------------------------------------------------------------------------

_EPOCH = re.compile(r"(\d{9,19})(?:\.(\d{1,9}))?", re.ASCII)
_PER_SECOND = {9: 1, 10: 1, 13: 10**3, 16: 10**6, 19: 10**9}


def _epoch(text: str) -> When | None:
    match = _EPOCH.fullmatch(text)
    per_second = _PER_SECOND.get(len(match[1])) if match else None
    if match is None or per_second is None:
        return None
    microseconds = int(match[1]) * 10**6 // per_second
    if match[2] and per_second == 1:
        microseconds += int(match[2].ljust(6, "0")[:6])
    return When(
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds),
        TimeBasis.EVENT_CLOCK,
    )


# --- written times -------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII),
    re.compile(
        r"(?:[A-Za-z]{3,9},?\s+)?(?P<day>\d{1,2})[-/\s](?P<name>[A-Za-z]{3,9})[-/\s,]+(?P<year>\d{4})"
    ),
    re.compile(
        r"(?:[A-Za-z]{3,9},?\s+)?(?P<name>[A-Za-z]{3,9})\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})"
    ),
)
_TIME = re.compile(
    r"(?:[T\s:,]+|\s+at\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?:[.,](?P<part>\d{1,9}))?\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>.*)",
    re.ASCII | re.DOTALL,
)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?", re.ASCII)
_UTC_WORDS = frozenset({"z", "gmt", "utc", "zulu"})


def _written(text: str, clock: Clock, zone: str) -> When | None:
    for pattern in _DATES:
        date = pattern.match(text)
        if date is None:
            continue
        time = _TIME.fullmatch(text[date.end() :])
        if time is None:
            return None
        naive = _naive(date.groupdict(), time.groupdict(), day_first=clock.day_first)
        offset = _offset(time["zone"]) or _offset(clock.zone)
        if offset is not None:
            return When(naive.replace(tzinfo=offset).astimezone(UTC), TimeBasis.STATED_ZONE)
        return _in_zone(naive, zone)
    return None


def _naive(
    date: dict[str, str | None], time: dict[str, str | None], *, day_first: bool
) -> datetime:
    if date.get("first"):
        pair = (int(date["first"] or 0), int(date["second"] or 0))
        day, month = pair if (day_first and pair[1] <= 12) or pair[0] > 12 else pair[::-1]
    else:
        day = int(date["day"] or 0)
        name = date.get("name")
        month = _MONTHS.get(name[:3].lower(), 0) if name else int(date["month"] or 0)
    hour = int(time["hour"] or 0)
    if time["half"]:
        hour = hour % 12 + (12 if time["half"].lower() == "pm" else 0)
    return datetime(  # noqa: DTZ001 - the zone is decided by the caller
        int(date["year"] or 0),
        month,
        day,
        hour,
        int(time["minute"] or 0),
        min(int(time["second"] or 0), 59),
        int((time["part"] or "0").ljust(6, "0")[:6]),
    )


def _offset(text: str) -> timezone | None:
    """`Z`, `GMT`, `UTC`, `+01:00`, `+0100`, `+11`; every other zone name is nobody's promise."""
    text = text.strip().strip("()[]\"'")
    if text.lower() in _UTC_WORDS:
        return UTC
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if ahead > timedelta(hours=14):
        return None
    return timezone(ahead if match[1] == "+" else -ahead)


def _in_zone(naive: datetime, zone: str) -> When:
    """A clock without a zone, in the source's own; the later of two where the hour repeats."""
    local = zone_named(zone)
    early = naive.replace(tzinfo=local, fold=0)
    late = naive.replace(tzinfo=local, fold=1)
    marks: tuple[TimeMark, ...] = ()
    if early.utcoffset() != late.utcoffset():
        exists = early.astimezone(UTC).astimezone(local).replace(tzinfo=None) == naive
        marks = (TimeMark.REPEATED_HOUR if exists else TimeMark.SKIPPED_HOUR,)
        chosen = late if exists else early
    else:
        chosen = early
    return When(chosen.astimezone(UTC), TimeBasis.ASSUMED_ZONE, marks)


def zone_named(name: str) -> ZoneInfo:
    """The named zone, or London when the name means nothing."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(DEFAULT_ZONE)
