"""Tasks about records, for counts that others see than those who may open the records (1.17).

One more overdue thing than the lists show would tell that there is a concern, and since when.
"""

from collections.abc import Iterable

from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.service import wall
from chalicelib.incidents.service.wall import Reader
from chalicelib.tasks.model import Task

_ABOUT = "incident/"


def without_concerns(school: SchoolId, found: Iterable[Task]) -> list[Task]:
    """Tasks without those about concerns of staff, for counts that no reader is asked about."""
    listed = (each for each in repository.cards(school) if not each.wall.area)
    return _about_these(found, listed)


def told_to(school: SchoolId, found: Iterable[Task], reader: Reader) -> list[Task]:
    """Tasks without those about records that the reader may not open, or finds in no list."""
    return _about_these(found, wall.visible(repository.cards(school), reader))


def _about_these(found: Iterable[Task], cards: Iterable[Card]) -> list[Task]:
    there = {f"{_ABOUT}{card.id}" for card in cards}
    return [task for task in found if not task.about.startswith(_ABOUT) or task.about in there]
