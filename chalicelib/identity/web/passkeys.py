"""Pages on which a browser uses or makes a passkey. Opened, they show; a press spends (R12, R15).

The script fills one hidden field and sends the form; with scripts off the page says what to do
instead.
"""

import json
from typing import Any

from chalicelib.errors import Invalid
from chalicelib.identity import ceremonies, passkeys, recovery_codes, return_path, ways
from chalicelib.identity.access import PersonAccess, public, signed_in
from chalicelib.identity.ceremonies import Kind
from chalicelib.identity.forms import NewPasskeyForm, PasskeyForm, ProofForm
from chalicelib.identity.model import Session
from chalicelib.identity.web.welcome import welcome
from chalicelib.web import Pages, Public, Request, Response, page, redirect

pages = Pages(__name__)
_SECONDS = int(ceremonies.LIFE.total_seconds())


@pages.post("/signin/passkey", access=public())
def ask(visitor: Public) -> Response:
    return begin(Kind.SIGN_IN, visitor.request, "/signin/passkey")


@pages.post("/signin/again/passkey", access=signed_in())
def ask_again(person: PersonAccess) -> Response:
    return begin(Kind.CONFIRM, person.request, "/signin/passkey", person.session)


@pages.get("/signin/passkey", access=public())
def show(visitor: Public) -> Response:
    try:
        asked = passkeys.asked(visitor.request, Kind.SIGN_IN, Kind.CONFIRM)
    except passkeys.Refused:
        return redirect("/signin")
    return page(
        "identity/passkey",
        form=PasskeyForm.blank(),
        options=_for_script(asked),
        confirming=asked.kind is Kind.CONFIRM,
    )


@pages.post("/signin/passkey/answer", access=public())
def answer(visitor: Public) -> Response:
    form = PasskeyForm.read(visitor.request)
    try:
        return welcome(passkeys.sign_in(form.credential.data or "", visitor.request))
    except passkeys.Refused:
        return page("identity/passkey_refused", status=422)


@pages.post("/account/passkeys", access=signed_in(fresh=True))
def ask_for_new(person: PersonAccess) -> Response:
    return begin(Kind.ADD, person.request, "/account/passkeys/new", person.session)


@pages.get("/account/passkeys/new", access=signed_in())
def show_new(person: PersonAccess) -> Response:
    return _new_page(person.request, NewPasskeyForm.blank())


@pages.post("/account/passkeys/new", access=signed_in())
def keep_new(person: PersonAccess) -> Response:
    form = NewPasskeyForm.read(person.request)
    if form.problems:
        return _new_page(person.request, form, status=422)
    typed = form.credential.data or ""
    try:
        added = passkeys.added(typed, form.name.data, person.request, person.session)
        response = welcome(ways.keep_passkey(added, person.request, person.session))
    except Invalid as e:
        form.refuse_all(e.fields)
        return _new_page(person.request, form, status=422)
    except passkeys.Refused:
        return page("identity/passkey_refused", adding=True, status=422)
    if added.return_to in ("", "/account") and not recovery_codes.state(person.person).left:
        response.headers["Location"] = redirect("/account").headers["Location"]
    return response


def begin(kind: Kind, request: Request, onward: str, session: Session | None = None) -> Response:
    """Start a challenge and lead to the page that uses it."""
    form = ProofForm.read(request)
    cookie = ceremonies.begin(
        kind,
        source_ip=request.source_ip,
        return_to=return_path.checked(form.next.data or ""),
        session=session,
    )
    response = redirect(onward)
    response.set_cookie(ceremonies.COOKIE, cookie, seconds=_SECONDS)
    return response


def _new_page(request: Request, form: NewPasskeyForm, *, status: int = 200) -> Response:
    try:
        asked = passkeys.asked(request, Kind.ADD, Kind.RECOVER)
    except passkeys.Refused:
        return redirect("/account")
    return page("identity/passkey_new", form=form, options=_for_script(asked), status=status)


def _for_script(asked: passkeys.Asked) -> str:
    options: dict[str, Any] = dict(asked.options)
    return json.dumps(options["publicKey"], default=dict)
