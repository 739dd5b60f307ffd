"""Sessions: kept on the server, known by a digest, ended by stored times (R14).

The cookie is `<person>.<secret>`. Nothing about authority is in it or in the session: what a
person may do is read with each request (R5). The places kept with a session are only links for
the menu.
"""

import secrets
from typing import NamedTuple

from chalicelib import audit, clock, ids
from chalicelib.errors import NotFound
from chalicelib.identity import session_rows
from chalicelib.identity.model import LONGEST, Method, Proof, Session
from chalicelib.identity.rows import SessionRow
from chalicelib.ids import PersonId
from chalicelib.storage import Transaction, tenants, together, transaction
from chalicelib.web import Request, Response
from chalicelib.web.csrf import SESSION_COOKIE

COOKIE = SESSION_COOKIE


class Carried(NamedTuple):
    """What a browser sent as its session; says nothing yet of whether it is one."""

    person: PersonId
    secret: str


def carried(request: Request) -> Carried | None:
    """The session cookie in its two parts, when it has the shape of one."""
    return split(request.cookies.get(COOKIE, ""))


def split(token: str) -> Carried | None:
    """A `<person>.<secret>` text in its two parts, when it has the shape of one."""
    person, _, secret = token.partition(".")
    return Carried(PersonId(person), secret) if ids.is_tenant(person) and secret else None


def start(
    tx: Transaction,
    person: PersonId,
    *,
    device: str,
    places: tuple[tuple[str, str], ...] = (),
    proof: Proof | None = None,
    submit_only: bool = False,
) -> str:
    """Begin a session in the transaction that ends a sign-in; gives its cookie.

    Without a proof it is one by mail, of now.
    """
    now, secret = clock.now(), ids.secret()
    how = proof or Proof(Method.MAIL, now)
    since = how.since or now
    session = Session(
        ids.digest(secret), person, since, now, device, places, how.method, how.at, submit_only
    )
    session_rows.add_session(tx, session, until=(since + LONGEST).timestamp())
    session_rows.note_sign_in(tx, person, at=now, how=how.method)
    audit.record(tx, person, by=_by(person), action="session.started", about=_about(session.id))
    return f"{person}.{secret}"


def here(request: Request) -> Session | None:
    """The session that a browser carries, while it is one; its use is not noted."""
    if (mine := carried(request)) is None:
        return None
    with tenants({mine.person}):
        (row,) = together(session_rows.session_key(mine.person, mine.secret))
    session = session_rows.to_session(row) if isinstance(row, SessionRow) else None
    return session if session and session.is_live(clock.now()) else None


def live(person: PersonId) -> list[Session]:
    """A person's sessions that can still be used, newest first."""
    now = clock.now()
    found = [each for each in session_rows.sessions(person) if each.is_live(now)]
    return sorted(found, key=lambda each: each.started_at, reverse=True)


def end(person: PersonId, session_id: str) -> None:
    """End one session at once. Raises NotFound when the person has no such session."""
    if all(not _same(each.id, session_id) for each in session_rows.sessions(person)):
        raise NotFound
    _end(person, [session_id])


def end_others(person: PersonId, *, but: str) -> None:
    """End every session of a person but one."""
    _end(person, [each.id for each in session_rows.sessions(person) if not _same(each.id, but)])


def end_all(person: PersonId, *, at: str, by: str) -> None:
    """End every session of a person, by whoever may at a place; they may sign in again.

    The place keeps one line of it. The scope covers both.
    """
    for number, each in enumerate(session_rows.sessions(person)):
        with transaction() as tx:
            session_rows.drop_session(tx, person, each.id)
            audit.record(tx, person, by=by, action="session.ended", about=_about(each.id))
            if not number:
                audit.record(tx, at, by=by, action="sessions.ended", about=f"person/{person}")


def only_report_from(session: Session) -> None:
    """Let a session do no more than report from now on (S71)."""
    with transaction() as tx:
        session_rows.mark_submit_only(tx, session)
        about = _about(session.id)
        audit.record(
            tx, session.person, by=_by(session.person), action="session.narrowed", about=about
        )


def sign_out(request: Request) -> None:
    """End the session that the browser carries, if it is one; nothing tells which."""
    if (here := carried(request)) is None:
        return
    with tenants({here.person}):
        (row,) = together(session_rows.session_key(here.person, here.secret))
        if row is not None:
            _end(here.person, [ids.digest(here.secret)])


def note_use(session: Session) -> None:
    """Write down that a session is in use, at most once a minute."""
    now = clock.now()
    if session.should_be_noted(now):
        with transaction() as tx:
            session_rows.note_use(tx, session, at=clock.stamp(now))


def give(response: Response, cookie: str) -> Response:
    """Hand a new session's cookie to the browser; it lasts until the browser or its times end."""
    response.set_cookie(COOKIE, cookie)
    return response


def device_of(request: Request) -> str:
    """A browser in a few words, for its owner to know it by; never used to decide anything."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def _end(person: PersonId, session_ids: list[str]) -> None:
    for session_id in session_ids:
        with transaction() as tx:
            session_rows.drop_session(tx, person, session_id)
            about = _about(session_id)
            audit.record(tx, person, by=_by(person), action="session.ended", about=about)


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _by(person: PersonId) -> str:
    return audit.actors.person(person)


def _about(session_id: str) -> str:
    return f"session/{session_id[:16]}"


# The first mark found counts: Edge also says Chrome, and Chrome also says Safari.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("CrOS", "Chromebook"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
