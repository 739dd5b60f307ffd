"""Reading the log: the page as it stands, and what somebody looks for in it (S225 to S227).

Everything here goes through `wall.visible`, and names people, so it is audited.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import audit
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.log import LogLine
from chalicelib.incidents.model.search import Class, Search, found
from chalicelib.incidents.repository import LogPage
from chalicelib.incidents.service import wall
from chalicelib.incidents.service.wall import Reader
from chalicelib.people import service as people
from chalicelib.people.model import ClassId

PAGE = 50


@dataclass(frozen=True)
class Found:
    """One page of what was found, and how many there are in all."""

    lines: tuple[LogLine, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def starts_at(self) -> int:
        return (self.page - 1) * PAGE + 1


def latest(school: SchoolId, *, cursor: str, reader: Reader) -> LogPage | None:
    """A page of the whole log, the latest incident first: one query.

    None where a line of it is behind a wall: a page that is a line short would tell, so that
    whoever reads is given the same by `search`, whose pages are full.
    """
    page = repository.latest(school, cursor=cursor)
    if len(wall.visible(page.lines, reader)) < len(page.lines):
        return None
    _viewed(school, reader, "all")
    return page


def search(school: SchoolId, wanted: Search, *, page: int, reader: Reader) -> Found:
    """A page of what is looked for. Asked past its end, it gives the last page."""
    cards = matching(school, wanted, reader=reader)
    last = max(1, -(-len(cards) // PAGE))
    number = min(max(page, 1), last)
    shown = cards[(number - 1) * PAGE : number * PAGE]
    _viewed(school, reader, wanted.status)
    return Found(repository.lines_of(school, shown), len(cards), number)


def whole(school: SchoolId, wanted: Search, *, most: int, reader: Reader) -> Found:
    """What is looked for in one piece, for paper: up to `most` lines, and how many there are."""
    cards = matching(school, wanted, reader=reader)
    _viewed(school, reader, f"{wanted.status}/print")
    return Found(repository.lines_of(school, cards[:most]), len(cards), 1)


def matching(school: SchoolId, wanted: Search, *, reader: Reader) -> list[Card]:
    """The cards of what the reader looks for and may open, in the order asked."""
    group = class_of(school, wanted.group) if wanted.group else None
    if wanted.group and group is None:
        return []
    return list(wall.visible(found(wanted, repository.cards(school), group), reader))


def class_of(school: SchoolId, class_id: str) -> Class | None:
    """A class with its pupils as the records link them; None where there is none."""
    known = next((each for each in people.classes(school) if each.id == class_id), None)
    if known is None:
        return None
    pupils = people.pupils_in(school, ClassId(class_id))
    return Class(class_id, known.name, frozenset(f"pupil:{each.id}" for each in pupils))


def open_cards(school: SchoolId) -> Sequence[Card]:
    """Every open record's card: for daily work, which shows them to nobody."""
    return [each for each in repository.cards(school) if each.is_open]


def _viewed(school: SchoolId, reader: Reader, what: str) -> None:
    audit.viewed(school, by=reader.actor, action="incident.log_viewed", about=f"log/{what}")
