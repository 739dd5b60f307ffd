"""Where a report goes: what it is kept as, who is told, and who may read it (1.17, S241, S347).

An ordinary report goes to the safeguarding lead and the online safety lead. One about a member of
staff goes to the headteacher; where it is about the headteacher, or there is none, to the chair of
governors (R-KCSIE 8). Nobody whom it is about is told of it or reads it. Where that leaves nobody
at the school, the trust's safeguarding lead is told that a report waits, and of nothing in it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.incidents.model.concerns import Matter, concerned
from chalicelib.incidents.model.recipients import Duty, Recipient, recipients, told_by_circle
from chalicelib.incidents.model.report import Group, Report
from chalicelib.incidents.model.wall import Circle, Wall, narrower


class Member(Protocol):
    """Somebody at the school who may be told."""

    @property
    def person(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def roles(self) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Route:
    """`beyond`: nobody at the school may read it."""

    matter: Matter
    wall: Wall
    told: tuple[Recipient, ...]
    beyond: bool = False


def route(
    report: Report,
    members: Iterable[Member],
    *,
    away: Collection[str] = (),
    known: frozenset[str] = frozenset(),
    alone: bool = False,
) -> Route:
    """Where this report goes, with the people the school has now. `known` are people whom it is
    about beyond doubt: whoever's account a filter saw. `alone`: no trust stands behind the school.
    """
    everybody = tuple(members)
    about = report.about_staff
    matter = about.matter if about else Matter.INCIDENT
    if not matter.about_staff:
        return ordinary(everybody, away=away)
    return kept(matter, _without(report, everybody) | known, everybody, alone=alone)


def within(found: Route, circle: Circle) -> Route:
    """The same where a school keeps this kind of incident to fewer people (2.15): whoever is told
    must be able to read it. A circle that would leave nobody to tell is not drawn.
    """
    wall = replace(found.wall, circle=narrower(found.wall.circle, circle))
    told = tuple(each for each in found.told if wall.lets(each.person, each.duties))
    return replace(found, wall=wall, told=told) if told else found


def ordinary(
    members: Iterable[Member],
    *,
    without: frozenset[str] = frozenset(),
    away: Collection[str] = (),
) -> Route:
    """Where a report goes that is about no member of staff."""
    told = recipients(_holders(members), without=without, away=away)
    return Route(Matter.INCIDENT, Wall(without), told)


def kept(
    matter: Matter, without: frozenset[str], members: Iterable[Member], *, alone: bool = False
) -> Route:
    """Where a concern about these people goes: the first circle that somebody is left in."""
    everybody = tuple(members)
    heads = {each.person for each in everybody if Duty.HEAD in each.roles}
    for circle in _circles(matter, about_head=bool(heads & without), alone=alone):
        wall = Wall(without, circle=circle, area=matter)
        inside = [each for each in everybody if wall.lets(each.person, each.roles)]
        if inside:
            return Route(matter, wall, told_by_circle(inside, circle.roles))
    return Route(matter, Wall(without, circle=Circle.CHAIR, area=matter), (), beyond=True)


def named_readers(report: Report, told: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Those who will read a report and whose name was typed among its staff: to be asked about."""
    names = staff_named(report)
    return tuple(each for each in told if concerned((), names, (_Named(each),)))


def staff_named(report: Report) -> tuple[str, ...]:
    """Every name typed where a member of staff may stand."""
    return tuple(
        person.name for group in (Group.STAFF, Group.OTHER) for person in report.of_group(group)
    )


@dataclass(frozen=True, slots=True)
class _Named:
    told: Recipient

    @property
    def person(self) -> str:
        return self.told.person

    @property
    def name(self) -> str:
        return self.told.name

    @property
    def roles(self) -> Collection[str]:
        return ()


def _circles(matter: Matter, *, about_head: bool, alone: bool) -> tuple[Circle, ...]:
    """Allegations are the head's alone; low-level concerns the head's with the safeguarding lead.

    Nobody who works for the head looks into a report about the head, but where there is neither a
    chair nor a trust: better the safeguarding lead than nobody.
    """
    if about_head:
        return (Circle.CHAIR, Circle.SAFEGUARDING) if alone else (Circle.CHAIR,)
    first = Circle.HEAD if matter is Matter.LOW_LEVEL else Circle.HEAD_ALONE
    return (first, Circle.CHAIR, Circle.SAFEGUARDING)


def _without(report: Report, members: Iterable[Member]) -> frozenset[str]:
    return concerned(report.about_posts, staff_named(report), members)


def _holders(members: Iterable[Member]) -> dict[Duty, list[Member]]:
    everybody = tuple(members)
    return {duty: [each for each in everybody if duty in each.roles] for duty in Duty}
