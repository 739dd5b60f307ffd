"""A form that was sent after its session had ended: kept, and given back after signing in (R14).

It is kept only for a session that really was this person's and ended by time, and in their own
partition, so that whoever signs in next on a shared computer never sees it.
"""

from dataclasses import dataclass

from chalicelib import audit, ids
from chalicelib.identity import session_rows, sessions
from chalicelib.ids import PersonId
from chalicelib.storage import drafts, tenants, together, transaction
from chalicelib.web import Request
from chalicelib.web.csrf import FIELD as CSRF_FIELD

_FORM = "unfinished"
_PATH = ""  # no form has a field without a name
_LARGEST = 200_000  # bytes, of what fits a row when sealed


@dataclass(frozen=True)
class Unfinished:
    """What was being sent, and to which of our pages."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(request: Request) -> str:
    """Keep the sent form when the session it came with has ended by time; gives where to find it,
    or an empty text when there was nothing to keep or nobody to keep it for.
    """
    carried = sessions.carried(request)
    if carried is None or not 0 < len(request.body) <= _LARGEST:
        return ""
    fields = {name: v for name, v in request.form.lists().items() if name not in (CSRF_FIELD, "")}
    with tenants({carried.person}):
        (row,) = together(session_rows.session_key(carried.person, carried.secret))
        if row is None or not fields:
            return ""
        key, owner = ids.new(), _owner(carried.person)
        drafts.save(carried.person, owner, _FORM, key, {_PATH: [request.path], **fields})
    return key


def find(person: PersonId, key: str) -> Unfinished | None:
    """The form kept for a person under a key, while it is kept."""
    draft = drafts.load(person, _owner(person), _FORM, key)
    if draft is None:
        return None
    fields = tuple((n, v) for n, values in draft.fields.items() for v in values if n != _PATH)
    return Unfinished(draft.fields[_PATH][0], fields)


def forget(person: PersonId, key: str) -> None:
    with transaction() as tx:
        drafts.discard(tx, person, _owner(person), _FORM, key)


def _owner(person: PersonId) -> str:
    return audit.actors.person(person)
