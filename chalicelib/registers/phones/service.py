"""Handing phones in and out, a class at a time; and who may bring one at all."""

from collections.abc import Callable, Collection
from datetime import date, timedelta

from chalicelib import audit, clock
from chalicelib.audit import Event
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.people import service as people
from chalicelib.people.model import ClassId, PupilId
from chalicelib.registers.phones import repository
from chalicelib.registers.phones.model import ClassDay, Day, Left, Permit
from chalicelib.storage import transaction

_TRIES = 4
_LOOK_BACK = timedelta(days=28)


def overview(school: SchoolId, on: date) -> list[ClassDay]:
    """Every class with its phones of a day, by name."""
    classes = people.classes(school)
    days = repository.days(school, on, [each.id for each in classes])
    permits = frozenset(repository.permits(school))
    pupils = people.pupils(school)
    return [
        ClassDay(
            each,
            tuple(pupil for pupil in pupils if pupil.class_id == each.id),
            permits,
            days[each.id],
        )
        for each in classes
    ]


def of_class(school: SchoolId, class_id: ClassId, on: date) -> ClassDay:
    """One class with its phones of a day. Raises NotFound."""
    return ClassDay(
        people.class_of(school, class_id),
        tuple(people.pupils_in(school, class_id)),
        frozenset(repository.permits(school)),
        repository.day(school, on, class_id).day,
    )


def left_behind(school: SchoolId, today: date) -> list[Left]:
    """Phones of the last four weeks that were never handed out, oldest first."""
    days = repository.between(school, today - _LOOK_BACK, today - timedelta(days=1))
    kept = [(day, pupil) for day in days for pupil in sorted(day.here)]
    if not kept:
        return []
    groups = {each.id: each for each in people.classes(school)}
    pupils = {each.id: each for each in people.pupils(school)}
    return [
        Left(day.on, groups[day.class_id], pupils[pupil])
        for day, pupil in kept
        if day.class_id in groups and pupil in pupils
    ]


def hand_in(
    school: SchoolId, class_id: ClassId, on: date, pupils: Collection[PupilId], *, by: str
) -> int:
    """Take these phones in; gives how many were new. Raises NotFound for no class of the school."""
    inside = {each.id for each in people.pupils_in(school, _real(school, class_id))}
    wanted = [each for each in pupils if each in inside]
    permitted = repository.permits(school)
    now = clock.now()
    return _change(
        school,
        class_id,
        on,
        "phones.handed_in",
        lambda day: day.handed_in(wanted, permitted, at=now, by=by),
        by=by,
    )


def hand_out(
    school: SchoolId, class_id: ClassId, on: date, pupils: Collection[PupilId], *, by: str
) -> int:
    """Give these phones back; gives how many lay there."""
    now = clock.now()
    return _change(
        school,
        class_id,
        on,
        "phones.handed_out",
        lambda day: day.handed_out(pupils, at=now, by=by),
        by=by,
    )


def set_permits(
    school: SchoolId, class_id: ClassId, pupils: Collection[PupilId], *, by: str
) -> None:
    """Say who of a class may bring a phone; the others may not any more."""
    inside = [each.id for each in people.pupils_in(school, _real(school, class_id))]
    before = repository.permits(school)
    given = [each for each in inside if each in pupils and each not in before]
    taken = [each for each in inside if each not in pupils and each in before]
    for start in range(0, len([*given, *taken]), 40):
        part = [*given, *taken][start : start + 40]
        with transaction() as tx:
            for pupil in part:
                if pupil in given:
                    repository.give_permit(tx, school, Permit(pupil, clock.today(), by))
                else:
                    repository.take_permit(tx, school, pupil)
                action = "phone.permitted" if pupil in given else "phone.permission_ended"
                audit.record(tx, school, by=by, action=action, about=f"pupil/{pupil}")


def _change(
    school: SchoolId,
    class_id: ClassId,
    on: date,
    name: str,
    change: Callable[[Day], Day],
    *,
    by: str,
) -> int:
    """Save what a change does to the day; two people at one class take turns."""
    for _ in range(_TRIES):
        before = repository.day(school, on, class_id)
        after = change(before.day)
        moved = _moved(before.day, after)
        if not moved:
            return 0
        try:
            with transaction() as tx:
                event = Event(name, clock.now(), by, open={"pupils": sorted(moved)})
                repository.save(tx, school, before, after, event)
        except Conflict:
            continue
        return len(moved)
    raise Conflict


def _moved(before: Day, after: Day) -> list[PupilId]:
    return [p for p, mark in after.marks.items() if before.marks.get(p) != mark]


def _real(school: SchoolId, class_id: ClassId) -> ClassId:
    return people.class_of(school, class_id).id
