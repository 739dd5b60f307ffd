"""The termly review of who has access: somebody looks at everybody, takes away, and signs (R19).

What was looked at is kept as it stood. A review is of a list: when anything in it changed before it
was signed, it is shown again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import dormant
from chalicelib.identity import service as identity
from chalicelib.identity.dormant import Use
from chalicelib.identity.model import Member, Method, missing_without
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.people import standing
from chalicelib.people.standing import Standing
from chalicelib.storage import Row, Table, every, table, transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy.calendar import Term
from chalicelib.web import words

Place = SchoolId | TrustId
_KEY = "review#"
_WITHIN = timedelta(days=28)  # of the term's first day
KIND = "access.review"
_NO_ACCESS = "No access now"


class ReviewRow(Row):
    """Sealed: who was on the list, with their roles, last use, and whether they were kept."""

    class Meta(Table):
        table_name = table("directory")

    by = UnicodeAttribute()
    at = UnicodeAttribute()
    people = NumberAttribute()
    taken = NumberAttribute()
    form = UnicodeAttribute(null=True)  # the form that was sent, which may come twice


@dataclass(frozen=True)
class Line:
    """One person as the review shows them."""

    member: Member
    use: Use
    standing: Standing | None
    has_access: bool

    @property
    def last_used(self) -> str:
        if not self.has_access:
            return _NO_ACCESS
        return words.short_date(self.use.at) if self.use.how else "Never"

    @property
    def signs_in_by(self) -> str:
        if not self.has_access:
            return _NO_ACCESS
        return Method(self.use.how).label if self.use.how else "Never signed in"


@dataclass(frozen=True)
class Review:
    """A review that was signed: who by, when, of how many, how many were taken away."""

    id: str
    by: str
    at: datetime
    people: int
    taken: int
    lines: tuple[tuple[str, str, str], ...]


def lines_of(place: Place) -> list[Line]:
    """Everybody, by name: one query and one trip for each fifty of them."""
    everybody = identity.everybody(place)
    used = dormant.last_use(everybody)
    now, today = clock.now(), clock.today()
    return [
        Line(each, used[each.person], standing.of(each, now, today), each.has_access(today))
        for each in sorted(everybody, key=lambda each: each.name)
    ]


def mark_of(lines: Sequence[Line]) -> str:
    """Says whether a list is the one that was shown: people, roles and access, not last use."""
    parts = [f"{each.member.person}|{sorted(each.member.roles)}|{each.standing}" for each in lines]
    return ids.digest("\n".join(parts))


def is_signed(place: Place, form: str) -> bool:
    """Whether this form was sent before: it signed the newest review."""
    rows = every(ReviewRow, place, _KEY, newest_first=True, consistent=True)
    last = next(iter(rows), None)
    return last is not None and last.form == form


def check_trust(trust: TrustId, take: Collection[PersonId]) -> None:
    """Raises Invalid at `roles` when a trust cannot lose these people, all of them (R19)."""
    everybody = identity.everybody(trust)
    others = [each for each in everybody if each.person not in take]
    if missing := missing_without(everybody, others, clock.today()):
        raise Invalid({"roles": [missing]})


def sign(
    place: Place,
    shown: str,
    take: Collection[str],
    *,
    form: str,
    by: str,
    leave: Callable[[PersonId], None],
    check: Callable[[Collection[PersonId]], None],
) -> Review:
    """Take away whom the reviewer names, then keep what was looked at and close the task.

    The whole list is checked before anybody goes. Raises Conflict when the list is no longer the
    one that was shown, and Invalid at `take` when they cannot all go.
    """
    lines = lines_of(place)
    if mark_of(lines) != shown:
        raise Conflict("The list has changed since you opened it. Look at it again, then sign.")
    taken = [each.member for each in lines if each.member.person in take]
    try:
        check([each.person for each in taken])
        for each in taken:
            leave(each.person)
    except Invalid as e:
        raise Invalid({"take": [next(iter(e.fields.values()))[0]]}) from e
    return _keep(place, lines, {each.person for each in taken}, form, by=by)


def _keep(
    place: Place, lines: Sequence[Line], taken: Collection[PersonId], form: str, *, by: str
) -> Review:
    now = clock.now()
    row = ReviewRow(
        place,
        f"{_KEY}{clock.stamp(now)}",
        by=by,
        at=clock.stamp(now),
        people=len(lines),
        taken=len(taken),
        form=form,
    )
    row.seal(
        {
            "lines": [
                [
                    each.member.name,
                    ", ".join(each.member.role_names),
                    "taken away" if each.member.person in taken else "kept",
                ]
                for each in lines
            ]
        }
    )
    with transaction() as tx:
        tx.create(row)
        for task in tasks.open_in(place):
            if task.kind == KIND:
                tasks.done(tx, place, task, by=by)
        audit.record(tx, place, by=by, action="access.reviewed", about=f"review/{clock.stamp(now)}")
    return _review(row)


def past(place: Place) -> list[Review]:
    """The reviews that were signed, newest first."""
    found = every(ReviewRow, place, _KEY, newest_first=True, consistent=True)
    return [_review(row) for row in found]


def ask(place: Place, term: Term, role: Role, link: str) -> int:
    """Once a term: a task to look through the list, due four weeks into the term."""
    if any(clock.london(each.at).date() >= term.first_on for each in past(place)):
        return 0
    task = Task(
        id=f"access-review-{term.key}",
        kind=KIND,
        title="Look through who has access",
        why="Once a term somebody makes sure that nobody keeps access who should not.",
        link=link,
        about=f"review/{term.key}",
        due_on=max(term.first_on + _WITHIN, clock.today()),
        role=role,
    )
    if tasks.find_open(place, task.id):
        return 0
    with transaction() as tx:
        tasks.add(tx, place, task, by=actors.system("plan_day"))
        if role is Role.HEADTEACHER:
            reminders.start(tx, SchoolId(place), task)
    return 1


def _review(row: ReviewRow) -> Review:
    lines = row.unseal()["lines"]
    return Review(
        id=row.sk.removeprefix(_KEY),
        by=row.by,
        at=clock.parse(row.at),
        people=int(row.people),
        taken=int(row.taken),
        lines=tuple((str(name), str(roles), str(what)) for name, roles, what in lines),
    )
