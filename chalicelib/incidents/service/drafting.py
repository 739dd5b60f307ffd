"""Half-filled reports of one person, kept on the server (1.11, R14)."""

from collections.abc import Mapping, Sequence

from chalicelib.ids import SchoolId
from chalicelib.storage import drafts, transaction
from chalicelib.storage.drafts import Draft

FORM = "incident"
Fields = Mapping[str, Sequence[str]]


def unfinished(school: SchoolId, owner: str) -> list[Draft]:
    """The owner's unfinished reports, last saved first."""
    found = drafts.of_owner(school, owner, FORM)
    return sorted(found, key=lambda each: each.saved_at, reverse=True)


def load(school: SchoolId, owner: str, record: str) -> Fields | None:
    """What was typed so far into the form that will make this record."""
    found = drafts.load(school, owner, FORM, record)
    return found.fields if found else None


def save(school: SchoolId, owner: str, record: str, fields: Fields) -> None:
    drafts.save(school, owner, FORM, record, fields)


def discard(school: SchoolId, owner: str, record: str) -> None:
    """Throw an unfinished report away: it was nobody's record yet, so nothing is kept of it."""
    with transaction() as tx:
        drafts.discard(tx, school, owner, FORM, record)
