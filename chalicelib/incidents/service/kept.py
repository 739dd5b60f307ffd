"""What a mail about a concern carries with it, sealed: for whom the record is kept. Whoever sends
mail, or hears that one failed, asks this and has no business in the records themselves.
"""

import json
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.incidents import codec
from chalicelib.incidents.model.concerns import Post
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.report import Report
from chalicelib.incidents.model.wall import Wall
from chalicelib.notifications.outbox import MessageRow

NAME = "kept"


@dataclass(frozen=True)
class Kept:
    """A concern as its mails know it."""

    record: str
    reference: str
    posts: tuple[Post, ...]
    wall: Wall

    @classmethod
    def of(cls, incident: Incident) -> Self:
        return cls.held(incident.id, incident.reference, incident.report, incident.wall)

    @classmethod
    def held(cls, record: str, reference: str, report: Report, wall: Wall) -> Self:
        """One that is no record yet."""
        return cls(record, reference, report.about_posts, wall)

    @property
    def values(self) -> dict[str, str]:
        """To be added to a mail's values; nothing of it is in the mail. Empty for anything else."""
        if not self.wall.area:
            return {}
        wall = codec.wall_json(self.wall)
        return {NAME: json.dumps([self.record, self.reference, list(self.posts), wall])}


def of_message(message: MessageRow) -> Kept | None:
    """What a mail carries; None for one that is about no concern."""
    packed: Any = message.unseal()["values"].get(NAME)
    if not packed:
        return None
    record, reference, posts, wall = json.loads(packed)
    return Kept(record, reference, tuple(Post(each) for each in posts), codec.wall_of(wall))
