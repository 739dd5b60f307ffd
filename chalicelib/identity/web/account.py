"""One's own account: choosing a place, and where one is signed in."""

from chalicelib.identity import places, sessions
from chalicelib.identity.access import PersonAccess, signed_in
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)


@pages.get("/places", access=signed_in())
def choose(person: PersonAccess) -> Response:
    """Where to go after signing in; with one place only, that is where one goes."""
    found = places.of(person.person)
    if len(found) == 1:
        return redirect(found[0].path)
    return page("identity/places", places=found)


@pages.get("/sessions", access=signed_in())
def show_sessions(person: PersonAccess) -> Response:
    return page("identity/sessions", sessions=sessions.live(person.person), here=person.session.id)


@pages.post("/sessions/{session}/end", access=signed_in())
def end_session(person: PersonAccess, session: str) -> Response:
    sessions.end(person.person, session)
    return redirect("/sessions")


@pages.post("/sessions/others/end", access=signed_in())
def end_others(person: PersonAccess) -> Response:
    sessions.end_others(person.person, but=person.session.id)
    return redirect("/sessions")
