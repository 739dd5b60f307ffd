"""Keys of sessions and last sign-ins, and their way from rows to models and back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.identity.model import Method, Session
from chalicelib.identity.rows import LastSignInRow, SessionRow
from chalicelib.ids import PersonId
from chalicelib.storage import Key, Transaction, every, tenants, together
from chalicelib.storage.tenant_policy import MOST_TENANTS

_LAST_SIGN_IN = "last-sign-in"
_KEPT_AFTER = 24 * 3600  # seconds: an ended night's session still says whose draft a form is

# --- last use ---


def note_sign_in(tx: Transaction, person: PersonId, *, at: datetime, how: str) -> None:
    tx.put(LastSignInRow(person, _LAST_SIGN_IN, at=clock.stamp(at), how=how))


def last_sign_ins(people: Collection[PersonId]) -> Mapping[PersonId, tuple[datetime, str]]:
    """When each last signed in and by what, fifty to a trip; who never did is absent.

    Read in scopes of their own: the people asked for, a lump at a time.
    """
    wanted, found = sorted(people), dict[PersonId, tuple[datetime, str]]()
    for start in range(0, len(wanted), MOST_TENANTS):
        some = wanted[start : start + MOST_TENANTS]
        with tenants(some):
            rows = together(*(Key(LastSignInRow, each, _LAST_SIGN_IN) for each in some))
        for row in rows:
            if isinstance(row, LastSignInRow):
                found[PersonId(row.tenant)] = clock.parse(row.at), row.how
    return found


# --- sessions ---


def session_key(person: PersonId, secret: str) -> Key:
    return Key(SessionRow, person, f"session#{ids.digest(secret)}")


def to_session(row: SessionRow) -> Session:
    proved_at: str | None = row.proved_at
    if proved_at is None:
        proved_at = row.started_at
    return Session(
        id=row.sk.partition("#")[2],
        person=PersonId(row.tenant),
        started_at=clock.parse(row.started_at),
        seen_at=clock.parse(row.seen_at),
        device=row.device,
        places=tuple((name, path) for name, path in row.places or ()),
        method=Method(row.method or Method.MAIL),
        proved_at=clock.parse(proved_at) if proved_at else None,
        submit_only=bool(row.submit_only),
    )


def add_session(tx: Transaction, session: Session, *, until: float) -> None:
    tx.create(
        SessionRow(
            session.person,
            f"session#{session.id}",
            started_at=clock.stamp(session.started_at),
            seen_at=clock.stamp(session.seen_at),
            device=session.device,
            places=[list(place) for place in session.places],
            method=session.method,
            proved_at=clock.stamp(session.proved_at) if session.proved_at else "",
            submit_only=session.submit_only,
            expires=int(until) + _KEPT_AFTER,
        )
    )


def note_use(tx: Transaction, session: Session, *, at: str) -> None:
    """Write down that a session was used. Conflict when it was ended meanwhile."""
    tx.update(
        SessionRow,
        session.person,
        f"session#{session.id}",
        set={"seen_at": at},
        condition=SessionRow.sk.exists(),
    )


def mark_submit_only(tx: Transaction, session: Session) -> None:
    tx.update(
        SessionRow,
        session.person,
        f"session#{session.id}",
        set={"submit_only": True},
        condition=SessionRow.sk.exists(),
    )


def sessions(person: PersonId) -> list[Session]:
    rows = every(SessionRow, person, "session#", consistent=True)
    return [to_session(row) for row in rows]


def drop_session(tx: Transaction, person: PersonId, session_id: str) -> None:
    tx.delete(SessionRow, person, f"session#{session_id}")
