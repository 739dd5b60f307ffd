"""One's own account: how one signs in, where one is signed in, and choosing a place."""

from chalicelib.errors import Invalid
from chalicelib.identity import devices, passkeys, places, recovery_codes, sessions, ways
from chalicelib.identity.access import PersonAccess, signed_in
from chalicelib.identity.forms import CodesForm
from chalicelib.identity.sso import providers
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)


@pages.get("/places", access=signed_in())
def choose(person: PersonAccess) -> Response:
    """Where to go after signing in; with one place only, that is where one goes."""
    found = places.of(person.person)
    if len(found) == 1:
        return redirect(found[0].path)
    return page("identity/places", places=found)


@pages.get("/account", access=signed_in())
def show(person: PersonAccess) -> Response:
    return _account(person)


@pages.post("/account/passkeys/{passkey}/name", access=signed_in())
def rename_passkey(person: PersonAccess, passkey: str) -> Response:
    try:
        passkeys.rename(person.person, passkey, person.request.form.get("name", ""))
    except Invalid as e:
        return _account(person, problem=next(iter(e.fields.values()))[0], status=422)
    return redirect("/account")


@pages.post("/account/passkeys/{passkey}/remove", access=signed_in(fresh=True))
def remove_passkey(person: PersonAccess, passkey: str) -> Response:
    try:
        ways.remove_passkey(person.session, passkey, by=person.actor)
    except Invalid as e:
        return _account(person, problem=next(iter(e.fields.values()))[0], status=422)
    return redirect("/account")


@pages.post("/account/accounts/{identity}/disconnect", access=signed_in(fresh=True))
def disconnect(person: PersonAccess, identity: str) -> Response:
    try:
        ways.disconnect(person.session, identity, by=person.actor)
    except Invalid as e:
        return _account(person, problem=next(iter(e.fields.values()))[0], status=422)
    return redirect("/account")


@pages.post("/account/codes", access=signed_in(fresh=True))
def make_codes(person: PersonAccess) -> Response:
    """The one time that a set is shown: in the answer to the press, and never again."""
    form = CodesForm.read(person.request)
    codes = recovery_codes.make(person.person, form.record.data, by=person.actor)
    if codes is None:
        return redirect("/account")
    return page("identity/codes", codes=codes)


@pages.get("/account/device", access=signed_in())
def show_device(person: PersonAccess) -> Response:
    only_reports = person.session.submit_only or devices.is_submit_only(person.request)
    return page("identity/device", only_reports=only_reports, places=places.of(person.person))


@pages.post("/account/device", access=signed_in())
def mark_device(person: PersonAccess) -> Response:
    sessions.only_report_from(person.session)
    return devices.mark(redirect("/account/device"))


@pages.post("/account/device/unmark", access=signed_in(fresh=True))
def unmark_device(person: PersonAccess) -> Response:
    """Reading here again takes a new sign-in, so that the session that reported ends with it."""
    sessions.end(person.person, person.session.id)
    response = devices.unmark(redirect("/signin"))
    response.drop_cookie(sessions.COOKIE)
    return response


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


def _account(person: PersonAccess, *, problem: str = "", status: int = 200) -> Response:
    return page(
        "identity/account",
        status=status,
        ways=ways.of(person.person),
        providers=providers.offered(),
        sessions=len(sessions.live(person.person)),
        method=person.session.method,
        codes_form=CodesForm.blank(),
        problem=problem,
    )
