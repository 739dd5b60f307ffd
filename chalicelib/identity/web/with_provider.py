"""Going to Microsoft or Google and coming back (R11).

The way there is a plain link, since a form may only go to ourselves; it sets a cookie and writes
nothing. Coming back is a page whose button sends what the provider gave, so that opening an address
spends nothing (R13, R15); a script presses it.
"""

from chalicelib.errors import NotFound
from chalicelib.identity import return_path, sessions
from chalicelib.identity.access import PersonAccess, public, signed_in
from chalicelib.identity.entering import SignedIn
from chalicelib.identity.forms import BackForm
from chalicelib.identity.model import Session
from chalicelib.identity.sso import entry, pending, providers
from chalicelib.identity.sso.pending import Pending, Purpose
from chalicelib.identity.sso.providers import Provider
from chalicelib.identity.web.welcome import welcome
from chalicelib.web import Pages, Public, Request, Response, page

pages = Pages(__name__)
_SECONDS = int(pending.LIFE.total_seconds())
_LONGEST = 4096


@pages.get("/signin/with/{provider}", access=public())
def go(visitor: Public, provider: str) -> Response:
    return _go(visitor.request, provider, Purpose.SIGN_IN)


@pages.get("/signin/again/with/{provider}", access=signed_in())
def go_again(person: PersonAccess, provider: str) -> Response:
    return _go(person.request, provider, Purpose.CONFIRM, person.session)


@pages.get("/account/connect/{provider}", access=signed_in(fresh=True))
def go_to_connect(person: PersonAccess, provider: str) -> Response:
    return _go(person.request, provider, Purpose.CONNECT, person.session)


@pages.get("/signin/with/{provider}/back", access=public())
def come_back(visitor: Public, provider: str) -> Response:
    """What the provider sends is only shown here, and is still good for whoever presses."""
    found, query = _named(provider), visitor.request.query
    code, state = query.get("code", ""), query.get("state", "")
    if not 0 < len(code) <= _LONGEST or not 0 < len(state) <= 200:
        return _refused(found)
    form = BackForm.blank(code=code, state=state)
    return page("identity/come_back", provider=found, form=form)


@pages.post("/signin/with/{provider}/back", access=public())
def finish(visitor: Public, provider: str) -> Response:
    found, form = _named(provider), BackForm.read(visitor.request)
    try:
        under_way = pending.current(visitor.request, found, form.state.data or "")
        response = welcome(_done(found, under_way, form.code.data or "", visitor.request))
    except entry.OfNoPlace:
        response = _refused(found, why="place")
    except entry.OfNowhere:
        response = _refused(found, why="nowhere")
    except entry.TooMany:
        response = _refused(found, why="many")
    except entry.Unknown:
        response = _refused(found, why="unknown")
    except (pending.Lost, entry.Refused):
        response = _refused(found)
    response.drop_cookie(pending.COOKIE)
    return response


def _done(provider: Provider, under_way: Pending, code: str, request: Request) -> SignedIn:
    session = _session_of(under_way, request)
    who = entry.identify(provider, under_way, code)
    if session is None:
        return entry.sign_in(under_way, who, request)
    serve = entry.confirm if under_way.purpose is Purpose.CONFIRM else entry.connect
    return serve(under_way, who, request, session)


def _session_of(under_way: Pending, request: Request) -> Session | None:
    """The session that went there, which must be the one that comes back. None for a sign-in."""
    if under_way.purpose is Purpose.SIGN_IN:
        return None
    session = sessions.here(request)
    if session is None or session.id != under_way.session:
        raise pending.Lost
    return session


def _go(
    request: Request, provider: str, purpose: Purpose, session: Session | None = None
) -> Response:
    after = return_path.checked(request.query.get("next", ""))
    if purpose is Purpose.CONNECT:
        after = after or "/account"
    address, cookie = pending.start(_named(provider), purpose, return_to=after, session=session)
    response = Response(303, "", {"Location": address})
    response.set_cookie(pending.COOKIE, cookie, seconds=_SECONDS)
    return response


def _named(provider: str) -> Provider:
    found = providers.named(provider)
    if found is None:
        raise NotFound
    return found


def _refused(provider: Provider, why: str = "") -> Response:
    return page("identity/provider_refused", provider=provider, why=why, status=422)
