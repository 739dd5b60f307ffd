"""Who may read a record: the one rule that every page, list, export and act asks (2.15, 1.17).

A wall has four parts. `without` are people who never read it, whatever they hold: those whom it
is about. `only`, where anybody is named, are the people who alone may. `circle` narrows the roles
that may, for kinds of incident that a school keeps to fewer people and for allegations about staff.
`area` is where the record is listed: concerns about staff are in none of the ordinary lists, counts
and files, not even for those who may read them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Circle(StrEnum):
    """Which of those who may read incidents at all may read this one. Stored words."""

    ALL = "all"
    SAFEGUARDING = "safeguarding"
    HEAD = "head"
    HEAD_ALONE = "head_alone"
    CHAIR = "chair"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def roles(self) -> frozenset[str]:
        """Roles that are inside; empty for whoever may read incidents."""
        return _ROLES[self]


_CHAIR = "chair_of_governors"
_LABELS = {
    Circle.ALL: "Everybody who handles incidents",
    Circle.SAFEGUARDING: "Safeguarding leads, their deputies and the headteacher",
    Circle.HEAD: "The headteacher and the designated safeguarding lead",
    Circle.HEAD_ALONE: "The headteacher alone",
    Circle.CHAIR: "The chair of governors alone",
}
_ROLES: dict[Circle, frozenset[str]] = {
    Circle.ALL: frozenset(),
    Circle.SAFEGUARDING: frozenset({"dsl", "deputy_dsl", "headteacher"}),
    Circle.HEAD: frozenset({"headteacher", "dsl"}),
    Circle.HEAD_ALONE: frozenset({"headteacher"}),
    Circle.CHAIR: frozenset({_CHAIR}),
}
_WIDEST_FIRST = tuple(Circle)
_HANDLERS = frozenset({"dsl", "deputy_dsl", "headteacher", "online_safety_lead"})


@dataclass(frozen=True, slots=True)
class Wall:
    """No part set: whoever may read incidents at the school."""

    without: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    circle: Circle = Circle.ALL
    area: str = ""

    def lets(self, person: str, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles may read; being named in `only` is enough of a role.

        A chair of governors reads what is kept for the chair, and no ordinary record (R-KCSIE 8).
        """
        if person in self.without:
            return False
        if self.only:
            return person in self.only
        held = frozenset(roles)
        if not self.circle.roles:
            return _CHAIR not in held or not held.isdisjoint(_HANDLERS)
        return not held.isdisjoint(self.circle.roles)

    @property
    def stands(self) -> bool:
        """Whether anybody is kept out who could read an ordinary record."""
        return bool(self.without or self.only or self.circle is not Circle.ALL or self.area)


OPEN = Wall()


def narrower(first: Circle, second: Circle) -> Circle:
    """The one of the two that lets fewer people in."""
    return max(first, second, key=_WIDEST_FIRST.index)


def circle_of(types: Collection[str], restricted: Iterable[tuple[str, Circle]]) -> Circle:
    """The narrowest circle that a school keeps any of these types of incident to."""
    found = Circle.ALL
    for kind, circle in restricted:
        if kind in types:
            found = narrower(found, circle)
    return found
