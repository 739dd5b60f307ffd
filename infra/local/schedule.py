"""What the local clock does to schedules.

The local cloud fires the template's own schedules by real time. When a person moves Holdfast's
clock, or the machine was off, the runs that were passed over happen now, as they would have.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from infra.local import clock
from infra.local.cloud import LocalCloud

PLAN_HOUR = 5  # plan_day's cron in app.py, UTC


class Schedule:
    """Asked every second by the launcher; calls a function when one is due."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._planned = cloud.state / "planned"
        self._offset = clock.offset(cloud.clock_file)
        if _read(self._planned) is None:
            _write(self._planned, last_plan(clock.now(cloud.clock_file)))

    def tick(self) -> list[str]:
        """Run what is due because of the clock; return what ran."""
        now = clock.now(self._cloud.clock_file)
        moved = clock.offset(self._cloud.clock_file) != self._offset
        self._offset = clock.offset(self._cloud.clock_file)
        ran = []
        if last_plan(now) > (_read(self._planned) or date.min):
            self._cloud.invoke("plan_day", _event(now))
            _write(self._planned, last_plan(now))
            ran.append("plan_day")
        if moved:
            self._cloud.invoke("sweep", _event(now))
            ran.append("sweep")
        return ran


def last_plan(now: datetime) -> date:
    """The day whose plan should have run by now."""
    return (now.astimezone(UTC) - timedelta(hours=PLAN_HOUR)).date()


def _event(now: datetime) -> dict[str, object]:
    """What EventBridge sends for a schedule."""
    return {
        "version": "0",
        "id": "local",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "eu-west-2",
        "resources": [],
        "detail": {},
    }


def _read(file: Path) -> date | None:
    try:
        return date.fromisoformat(file.read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return None


def _write(file: Path, day: date) -> None:
    file.write_text(f"{day.isoformat()}\n", encoding="utf-8")
