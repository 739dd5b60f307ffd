"""Duty as a calendar that others subscribe to, and away days read from a calendar (S95, 4.5).

Out: who is on duty and who is away, under a secret address; it holds names of staff and nothing of
any alert. In: only when somebody is away is read. Titles, places and guests are never kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import duty
from chalicelib.people.plan.rows import DutyRow
from chalicelib.storage import get, transaction

_AHEAD = timedelta(days=180)
_SHOWN = timedelta(days=60)
MOST = 40
_AWAY = {"OOF"}  # Outlook's word for out of office
_NOT_AWAY = {"FREE", "TENTATIVE", "WORKINGELSEWHERE", "BUSY"}


@dataclass(frozen=True, slots=True)
class Days:
    """Days on which somebody is away, both included."""

    first_on: date
    last_on: date

    @property
    def key(self) -> str:
        return f"{self.first_on.isoformat()}/{self.last_on.isoformat()}"


# --- out ------------------------------------------------------------------------------------------


def address(school: SchoolId, person: PersonId, *, by: str) -> str:
    """Make a person's secret address; the one they had before leads nowhere from now on."""
    token = f"{school}.{ids.secret()}"
    mine = get(DutyRow, school, f"duty-feed-of#{person}") or DutyRow(
        school, f"duty-feed-of#{person}"
    )
    old = (mine.data or {}).get("digest", "")
    mine.data = {"digest": ids.digest(token)}
    with transaction() as tx:
        tx.put(mine)
        tx.put(DutyRow(school, f"duty-feed#{ids.digest(token)}", data={"person": person}))
        if old:
            tx.delete(DutyRow, school, f"duty-feed#{old}")
        audit.record(tx, school, by=by, action="calendar.made", about=f"person/{person}")
    return token


def feed(school: SchoolId, digest: str) -> bytes:
    """The calendar behind an address. Raises NotFound, also when its person has left."""
    row = get(DutyRow, school, f"duty-feed#{digest}")
    if row is None:
        raise NotFound
    identity.member(school, PersonId(row.data["person"]))
    return _written(duty.rota(school, clock.now()))


def _written(rota: duty.Rota) -> bytes:
    import icalendar  # type: ignore[import-untyped]  # few requests need it; it ships no types

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Holdfast//Duty//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "On duty for alerts")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    now = rota.team.at
    for start, end, said in _spans(rota):
        event = icalendar.Event()
        event.add("uid", f"{ids.digest(f'{start.isoformat()}{said}')[:24]}@holdfast")
        event.add("dtstamp", now)
        event.add("dtstart", start)
        event.add("dtend", end)
        event.add("summary", said)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _spans(rota: duty.Rota) -> Iterator[tuple[datetime, datetime, str]]:
    """Who is on duty until somebody else is, and who is away meanwhile."""
    now, until = rota.team.at, rota.team.at + _SHOWN
    changes = [(now, rota.chain.on_duty), *rota.coming]
    for (start, link), (end, _) in zip(changes, [*changes[1:], (until, None)], strict=True):
        if start < until:
            said = f"On duty: {link.name}" if link else "Nobody on duty"
            yield start, min(end, until), said
    for absence, member in rota.absences:
        yield absence.from_at, absence.until_at, f"Away: {member.name}"


# --- in -------------------------------------------------------------------------------------------


def away_days(text: str, today: date) -> list[Days]:
    """The days of a calendar on which its owner is away, soonest first, from today on.

    Out of office counts, and whole days that are not marked as free; a meeting does not. Raises
    Invalid at `calendar` for what is no calendar.
    """
    found: set[date] = set()
    for event in _events(text, today):
        if _is_away(event):
            found |= set(_days_of(event, today))
    return _joined(sorted(found))[:MOST]


def _events(text: str, today: date) -> list[Any]:
    import icalendar
    import recurring_ical_events  # type: ignore[import-untyped]

    try:
        calendar = icalendar.Calendar.from_ical(text)
        found: list[Any] = recurring_ical_events.of(calendar).between(today, today + _AHEAD)
    except Exception as e:  # whatever a pasted text does to the two readers
        problem = "This is no calendar: export it as an .ics file and paste all of its text"
        raise Invalid({"calendar": [problem]}) from e
    return found


def _is_away(event: Any) -> bool:
    status = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if status:
        return status in _AWAY
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    is_whole_day = not isinstance(event["DTSTART"].dt, datetime)
    return is_whole_day and str(event.get("TRANSP", "OPAQUE")).upper() == "OPAQUE"


def _days_of(event: Any, today: date) -> Iterator[date]:
    """Whole days, and days of which most of the school day is taken."""
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else start + timedelta(days=1)
    first, last = _london(start), _london(end)
    day = max(first.date(), today)
    while datetime.combine(day, time(), clock.LONDON) < last:
        opens, closes = (datetime.combine(day, at, clock.LONDON) for at in (time(9), time(15)))
        if min(last, closes) - max(first, opens) >= timedelta(hours=4):
            yield day
        day += timedelta(days=1)


def _london(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), clock.LONDON)
    return moment.astimezone(clock.LONDON) if moment.tzinfo else moment.replace(tzinfo=clock.LONDON)


def _joined(days: list[date]) -> list[Days]:
    """Days next to each other as one absence; a week-end between them does not part them."""
    spans: list[Days] = []
    for day in days:
        gap = (day - spans[-1].last_on).days if spans else 0
        if spans and (gap <= 1 or (gap <= 3 and day.weekday() == 0)):
            spans[-1] = Days(spans[-1].first_on, day)
        else:
            spans.append(Days(day, day))
    return spans
