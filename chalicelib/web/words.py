"""Values as people read them: the filters every template has."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup, escape

from chalicelib import clock
from chalicelib.web import typing_in

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def london(instant: datetime | None) -> str:
    """`22 November 2026 at 1:05am`, in London time; empty for None."""
    if instant is None:
        return ""
    local = clock.london(instant)
    return f"{london_date(local)} at {typing_in.time_in_words(local.time())}"


def london_time(instant: datetime | None) -> str:
    """`1:05am`, in London time."""
    return "" if instant is None else typing_in.time_in_words(clock.london(instant).time())


def london_date(day: date | datetime | None) -> str:
    """`22 November 2026`: of an instant its London date, of a date itself; empty for None."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = clock.london(day).date()
    return f"{day.day} {day:%B %Y}"


def short_date(day: date | datetime | None) -> str:
    """`22 Nov 2026`, for tables."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = clock.london(day).date()
    return f"{day.day} {day:%b %Y}"


def iso(moment: date | datetime | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    if isinstance(moment, datetime):
        return clock.stamp(moment)
    return moment.isoformat() if moment else ""


def ago(instant: datetime | None) -> str:
    """How long since, or until: `5 minutes ago`, `yesterday`, `in 2 hours`; then the date."""
    if instant is None:
        return ""
    seconds = (clock.now() - instant).total_seconds()
    if abs(seconds) < _MINUTE:
        return "just now" if seconds >= 0 else "in less than a minute"
    days = (clock.today() - clock.london(instant).date()).days
    if days == 1 and seconds >= 12 * _HOUR:
        return "yesterday"
    if days == -1 and -seconds >= 12 * _HOUR:
        return "tomorrow"
    if abs(days) > 13:
        return london_date(instant)
    span = _span(abs(seconds), abs(days))
    return f"{span} ago" if seconds > 0 else f"in {span}"


def _span(seconds: float, days: int) -> str:
    if seconds < _HOUR:
        return counted(int(seconds // _MINUTE), "minute")
    if seconds < _DAY:
        return counted(int(seconds // _HOUR), "hour")
    return counted(days, "day")


def duration(length: timedelta | float | None) -> str:
    """A length of time, or a number of minutes, in its two largest units: `2 hours 5 minutes`."""
    if length is None:
        return ""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length * _MINUTE
    units = ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"))
    parts = []
    for size, name in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(counted(int(count), name))
    return " ".join(parts[:2]) or "less than a minute"


def number(value: float | None) -> str:
    """`12,345` or `3.5`; a dash for what is not known."""
    if value is None:
        return "\u2013"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")


def counted(count: int, singular: str, plural: str = "") -> str:
    """`1 incident`, `2 incidents`."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def listed(items: Iterable[Any], last: str = "and") -> str:
    """`a, b and c`."""
    texts = [str(item) for item in items]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def paragraphs(text: str | None) -> Markup:
    """Typed text as escaped paragraphs, its line breaks kept."""
    blocks = [block.strip("\n") for block in (text or "").split("\n\n")]
    return Markup("").join(
        Markup('<p class="govuk-body hf-typed">{}</p>').format(
            Markup("<br>").join(escape(line) for line in block.split("\n"))
        )
        for block in blocks
        if block.strip()
    )


FILTERS: Mapping[str, Callable[..., Any]] = {
    "london": london,
    "london_time": london_time,
    "london_date": london_date,
    "short_date": short_date,
    "iso": iso,
    "ago": ago,
    "duration": duration,
    "number": number,
    "counted": counted,
    "listed": listed,
    "paragraphs": paragraphs,
}
