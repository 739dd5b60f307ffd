"""The only place that reads the time: UTC with milliseconds inside, London when shown."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib import config

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This instant, aware, in UTC, cut to milliseconds.

    On the local stage alone the offset that `make clock` keeps is added.
    """
    instant = datetime.now(UTC) + _local_offset()  # house rule: the one call allowed
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def today() -> date:
    """The date in London, which is the date that schools mean."""
    return london(now()).date()


def london(instant: datetime) -> datetime:
    return instant.astimezone(LONDON)


def stamp(instant: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`: fixed width, so that text order is time order."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{instant.microsecond // 1000:03d}Z"
    )


def parse(text: str) -> datetime:
    """The instant that `stamp` wrote. Raises ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _local_offset() -> timedelta:
    path = config.local_clock_file()
    if not path:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(path).read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()
