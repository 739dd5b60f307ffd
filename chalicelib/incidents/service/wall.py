"""Where records are kept from those who may not read them: every reading and every act asks here.

To whoever is outside, a record behind a wall is not there: NotFound, as if it never existed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from chalicelib.audit import actors
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents.model.wall import Circle, Wall, circle_of
from chalicelib.tenancy import matrix
from chalicelib.tenancy.matrix import shared


class Reader(Protocol):
    """Whoever reads or acts: what an access guard gives is one."""

    @property
    def person(self) -> PersonId: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def actor(self) -> str: ...


class Walled(Protocol):
    """Whatever carries the wall of the record it was made from: a line of the log, an entry."""

    @property
    def wall(self) -> Wall: ...


W = TypeVar("W", bound=Walled)


@dataclass(frozen=True)
class By:
    """A reader where there is no request: somebody on whose behalf a document is made."""

    person: PersonId
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def actor(self) -> str:
        return actors.person(self.person)


def reader_of(school: SchoolId, person: PersonId) -> By:
    """Somebody with the roles they hold now. Raises NotFound for one who has left."""
    return By(person, frozenset(identity.member(school, person).roles))


def circle_for(school: SchoolId, types: Collection[str]) -> Circle:
    """The narrowest circle that the school keeps any of these kinds of incident to (2.15)."""
    table = shared.readers()
    lines = matrix.current(school, table).lines
    kept = [(line.key, Circle(mark)) for line in lines for mark in line.marked("readers")]
    return circle_of(types, kept)


def let_in(wall: Wall, reader: Reader) -> None:
    """Raises NotFound for whoever is outside."""
    if not wall.lets(reader.person, reader.roles):
        raise NotFound


def visible(found: Iterable[W], reader: Reader, *, area: str = "") -> tuple[W, ...]:
    """Those records that the reader may open: every list, count, print and file asks here.

    Concerns about staff are in an area of their own, and in no other list.
    """
    return tuple(
        each
        for each in found
        if each.wall.area == area and each.wall.lets(reader.person, reader.roles)
    )
