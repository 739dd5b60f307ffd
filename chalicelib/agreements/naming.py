"""Naming the child before an agreement is shown, where the school asks for that (R23).

A try counts before it is compared, a wrong one is told nothing, and after five the link is shut
whatever is typed: so nobody finds out a family name by trying.
"""

import unicodedata

from chalicelib.agreements import followup, subjects
from chalicelib.agreements.repository import Raced, confirmations, turn
from chalicelib.agreements.repository.confirmations import MOST
from chalicelib.agreements.subjects import Audience
from chalicelib.agreements.visits import Visit, visit
from chalicelib.errors import Unavailable

_TRIES = 12


def confirm(found: Visit, typed: str) -> bool:
    """Whether the child may be shown from now on. Once it may, it stays so for this link."""
    for _ in range(_TRIES):
        before = found.naming
        if before.is_open or before.is_shut:
            return before.is_open
        child = subjects.of(found.school, Audience.PUPILS, found.request.id.pupil)
        family_name = child.name.removeprefix(child.first_name) if child else ""
        right = bool(plain(typed)) and plain(typed) == plain(family_name)
        try:
            with turn() as tx:
                confirmations.tried(tx, found.school, found.link, before, right=right)
                if not right and before.tries + 1 == MOST:
                    request, contact = found.request.id, found.link.contact
                    followup.open_task(tx, found.school, request, contact, followup.NOT_NAMED)
        except Raced:
            found = visit(found.school, found.link.digest, found.request.id.pupil)
            continue
        return right
    raise Unavailable


def plain(name: str) -> str:
    """A name without what people type differently: capitals, accents, spaces, hyphens."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalnum())
