"""Absence, and who is on duty therefore: a school always has somebody to tell (S95, S20, R38).

An absence that would leave nobody is refused when it is saved, not discovered when an alert
comes (features 4.5). Absences and changes of roles at a school go one at a time, since each
decides on what the others left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import model, repository, team
from chalicelib.people.model import Absence, Chain, Link
from chalicelib.people.team import Team
from chalicelib.storage import transaction
from chalicelib.web import words


@dataclass(frozen=True)
class Rota:
    """What the duty page shows."""

    chain: Chain
    coming: list[tuple[datetime, Link | None]]
    absences: list[tuple[Absence, Member]]
    team: Team


def chain(school: SchoolId, at: datetime) -> Chain:
    """Who is told first and next at a moment, and who is passed over because they are away."""
    return team.load(school, at).usual()


def on_duty(school: SchoolId, at: datetime) -> Link | None:
    """Who is told first at a moment; None only at a school that is not set up."""
    return chain(school, at).on_duty


def absent(school: SchoolId, person: PersonId, at: datetime) -> bool:
    """Whether somebody is away at a moment."""
    return person in away(school, at)


def away(school: SchoolId, at: datetime) -> frozenset[PersonId]:
    """Everybody who is away at a moment, in one query."""
    absences = repository.absences(school, since=at)
    return frozenset(each.person for each in absences if each.covers(at))


def rota(school: SchoolId, at: datetime) -> Rota:
    """Who is on duty now and next, and every absence that is not over."""
    known = team.load(school, at)
    by_person = {each.person: each for each in known.members}
    return Rota(
        chain=known.usual(),
        coming=_coming(known, at),
        absences=[
            (each, by_person[each.person])
            for each in sorted(known.absences, key=lambda absence: absence.from_at)
            if each.person in by_person
        ],
        team=known,
    )


_AHEAD = 8  # days for which the hours of the plan are looked at
_MOST_CHANGES = 6


def _coming(known: Team, at: datetime) -> list[tuple[datetime, Link | None]]:
    """When somebody else comes on duty, and who: by absences and by the plan's hours (9.6)."""
    if not known.plan.needs_calendar:
        return model.changes(known.members, known.absences, after=at, order=known.order)
    moments = {edge for each in known.absences for edge in (each.from_at, each.until_at)}
    today = clock.london(at).date()
    for day in (today + timedelta(days=n) for n in range(_AHEAD)):
        for hour in (known.plan.opens, known.plan.closes):
            local = datetime.combine(day, hour, clock.LONDON)
            moments.add(local.astimezone(at.tzinfo))
    found: list[tuple[datetime, Link | None]] = []
    before = known.usual().on_duty
    for moment in sorted(moment for moment in moments if moment > at):
        now = replace(known, at=moment).usual().on_duty
        if (now and now.person) != (before and before.person):
            found.append((moment, now))
            before = now
    return found[:_MOST_CHANGES]


def set_absence(
    school: SchoolId, person: PersonId, *, first_on: date, last_on: date, by: str
) -> Absence:
    """Write down that somebody is away from one London date to another, both included.

    From today means from now: the past is not changed. Raises NotFound when they are not at the
    school, and Invalid when the dates cannot be or nobody would be on duty.
    """
    now = clock.now()
    new = Absence(ids.new(), person, *_span(first_on, last_on, now), by)
    turn = identity.turn(school)
    members = identity.members(school)
    if all(each.person != person for each in members):
        raise NotFound
    others = repository.absences(school, since=now)
    order = team.Team(now, tuple(members), plan=team.read(school)[0]).order
    if gap := model.first_gap(members, [*others, new], from_at=now, order=order):
        raise Invalid({"first_on": [_without_cover(members, [*others, new], gap, order)]})
    with transaction() as tx:
        identity.take_turn(tx, turn)
        repository.add_absence(tx, school, new)
        audit.record(tx, school, by=by, action="absence.set", about=f"person/{person}")
    return new


def end_absence(school: SchoolId, absence_id: str, *, by: str) -> None:
    """They are back, or are not going: what is left of the absence is dropped. Raises NotFound."""
    now = clock.now()
    old = found(school, absence_id)
    with transaction() as tx:
        repository.drop_absence(tx, school, old)
        if old.from_at < now:
            over = Absence(old.id, old.person, old.from_at, now, old.by)
            repository.add_absence(tx, school, over)
        audit.record(tx, school, by=by, action="absence.ended", about=f"person/{old.person}")


def found(school: SchoolId, absence_id: str) -> Absence:
    """An absence that is not over. Raises NotFound."""
    for each in repository.absences(school, since=clock.now()):
        if each.id == absence_id:
            return each
    raise NotFound


def refuse_gap(school: SchoolId, members_after: list[Member]) -> None:
    """Refuse a change of roles that would leave nobody on duty while others are away.

    Raises Invalid at `roles`. The change itself takes the turn.
    """
    now = clock.now()
    absences = repository.absences(school, since=now)
    order = team.Team(now, tuple(members_after), plan=team.read(school)[0]).order
    if gap := model.first_gap(members_after, absences, from_at=now, order=order):
        raise Invalid({"roles": [_without_cover(members_after, absences, gap, order)]})


def _span(first_on: date, last_on: date, now: datetime) -> tuple[datetime, datetime]:
    start, end = _midnight(first_on), _midnight(last_on + timedelta(days=1))
    if last_on < first_on:
        raise Invalid({"last_on": ["The last day must not be before the first day"]})
    if end <= now:
        raise Invalid({"last_on": ["The last day must be today or later"]})
    return max(start, now), end


def _midnight(day: date) -> datetime:
    """The instant a London date begins."""
    return datetime.combine(day, time(), clock.LONDON).astimezone(clock.now().tzinfo)


def _without_cover(
    members: list[Member],
    absences: list[Absence],
    gap: tuple[datetime, datetime],
    order: Sequence[Role],
) -> str:
    start, end = gap
    away = [link.name for link in model.chain(members, absences, start, order).links]
    return (
        f"Nobody would be on duty from {start_said(start)} to {end_said(end)}: "
        f"{words.listed(away)} would all be away. Ask somebody to cover first"
    )


def start_said(instant: datetime) -> str:
    """When something starts, in words: a midnight is the day that it begins."""
    day = clock.london(instant)
    return words.london_date(instant) if day.time() == time() else words.london(instant)


def end_said(instant: datetime) -> str:
    """When something ends, in words: a midnight is the end of the day before."""
    if clock.london(instant).time() != time():
        return words.london(instant)
    return f"the end of {words.london_date(instant - timedelta(minutes=1))}"
