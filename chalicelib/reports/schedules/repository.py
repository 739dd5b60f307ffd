"""Schedules in the trust's partition of the reports table."""

from datetime import date

from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports.repository import from_recipients, to_recipients
from chalicelib.reports.rows import ScheduleRow
from chalicelib.reports.schedules.model import Every, Schedule
from chalicelib.storage import Transaction, every, get, transaction

_SCHEDULE = "schedule#"


def all_of(trust: TrustId) -> list[Schedule]:
    """Every schedule of a trust, oldest first; one query."""
    return [_to_model(row) for row in every(ScheduleRow, trust, _SCHEDULE, consistent=True)]


def found(trust: TrustId, schedule: str) -> Schedule | None:
    row = get(ScheduleRow, trust, _SCHEDULE + schedule)
    return _to_model(row) if row else None


def add(tx: Transaction, made: Schedule) -> None:
    """Raises Conflict at commit when it is there already."""
    tx.create(_to_row(made))


def replace(tx: Transaction, changed: Schedule) -> None:
    """Write a schedule that was read; Conflict at commit when somebody else did since."""
    tx.replace(_to_row(changed))


def drop(tx: Transaction, schedule: Schedule) -> None:
    tx.delete(
        ScheduleRow,
        schedule.trust,
        _SCHEDULE + schedule.id,
        condition=ScheduleRow.version == schedule.version,
    )


def planned(schedule: Schedule, on: date) -> None:
    """Note that everything up to a day was asked for; somebody who changed it meanwhile wins."""
    try:
        with transaction() as tx:
            tx.update(
                ScheduleRow,
                schedule.trust,
                _SCHEDULE + schedule.id,
                set={"planned_on": on.isoformat()},
                condition=ScheduleRow.version == schedule.version,
            )
    except Conflict:
        return  # the next morning plans the changed one


def _to_row(of: Schedule) -> ScheduleRow:
    row = ScheduleRow(
        of.trust,
        _SCHEDULE + of.id,
        every=of.every,
        template=of.template,
        schools=list(of.schools),
        each=of.each,
        to=from_recipients(of.to),
        in_holidays=of.in_holidays,
        since=of.since.isoformat(),
        paused=of.paused,
        planned_on=of.planned_on.isoformat() if of.planned_on else None,
        version=of.version,
    )
    row.seal({"name": of.name})
    return row


def _to_model(row: ScheduleRow) -> Schedule:
    return Schedule(
        id=row.sk.removeprefix(_SCHEDULE),
        trust=TrustId(row.tenant),
        name=str(row.unseal()["name"]),
        every=Every(row.every),
        since=date.fromisoformat(row.since),
        to=to_recipients(row.to),
        template=row.template,
        schools=tuple(SchoolId(each) for each in row.schools),
        each=bool(row.each),
        in_holidays=bool(row.in_holidays),
        paused=bool(row.paused),
        planned_on=date.fromisoformat(row.planned_on) if row.planned_on else None,
        version=int(row.version or 0),
    )
