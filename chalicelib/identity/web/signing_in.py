"""Signing in and out. Pages that are opened show; only a press of a button spends (R13)."""

from chalicelib.errors import MoreNeeded, ProofNeeded, ReportingOnly, SignInNeeded
from chalicelib.identity import (
    ceremonies,
    devices,
    return_path,
    sessions,
    sign_in,
    unfinished,
)
from chalicelib.identity.access import PersonAccess, public, signed_in
from chalicelib.identity.forms import AskForm, CodeForm
from chalicelib.identity.sign_in import Refusal, Refused
from chalicelib.identity.sso import pending, providers
from chalicelib.identity.web.welcome import welcome
from chalicelib.web import Pages, Public, Request, Response, page, redirect
from chalicelib.web.render import url

pages = Pages(__name__)
COOKIE_SECONDS = int(sign_in.LIFE.total_seconds())


@pages.get("/signin", access=public())
def show(visitor: Public) -> Response:
    after = return_path.checked(visitor.request.query.get("next", ""))
    return _page(AskForm.blank(next=after))


@pages.post("/signin", access=public())
def ask(visitor: Public) -> Response:
    form = AskForm.read(visitor.request)
    if form.problems:
        return _page(form, status=422)
    after = return_path.checked(form.next.data or "")
    try:
        cookie = sign_in.ask(form.email.data, source_ip=visitor.request.source_ip, return_to=after)
    except ValueError as e:
        form.refuse("email", str(e))
        return _page(form, status=422)
    response = redirect("/signin/check")
    response.set_cookie(sign_in.COOKIE, cookie, seconds=COOKIE_SECONDS)
    return response


@pages.get("/signin/check", access=public())
def check_email(visitor: Public) -> Response:
    if not sign_in.asked_here(visitor.request):
        return page("identity/no_cookie")
    return page("identity/check_email", form=CodeForm.blank())


@pages.post("/signin/check", access=public())
def enter_code(visitor: Public) -> Response:
    form = CodeForm.read(visitor.request)
    if form.problems:
        return page("identity/check_email", form=form, status=422)
    try:
        return welcome(sign_in.enter(form.code.data, visitor.request))
    except Refused as refused:
        if refused.why is not Refusal.WRONG_CODE:
            return _refused(refused)
        form.refuse("code", _wrong_code(refused.left))
        return page("identity/check_email", form=form, status=422)


@pages.get("/signin/link/{token}", access=public())
def open_link(visitor: Public) -> Response:
    token = visitor.request.params["token"]
    try:
        sign_in.look(token, visitor.request)
    except Refused as refused:
        return _refused(refused)
    return page("identity/link", token=token)


@pages.post("/signin/link/{token}", access=public())
def press_link(visitor: Public) -> Response:
    try:
        return welcome(sign_in.press(visitor.request.params["token"], visitor.request))
    except Refused as refused:
        return _refused(refused)


@pages.get("/signin/unfinished/{kept}", access=signed_in())
def show_unfinished(person: PersonAccess, kept: str) -> Response:
    form = unfinished.find(person.person, kept)
    if form is None:
        return redirect("/places")
    return page("identity/unfinished", kept=kept, fields=form.fields)


@pages.post("/signin/unfinished/{kept}", access=signed_in())
def send_unfinished(person: PersonAccess, kept: str) -> Response:
    """Send the browser on with everything in the form: 307 keeps the method and the body."""
    form = unfinished.find(person.person, kept)
    if form is None:
        return redirect("/places")
    unfinished.forget(person.person, kept)
    return Response(307, "", {"Location": url(form.path)})


@pages.post("/signout", access=public())
def sign_out(visitor: Public) -> Response:
    sessions.sign_out(visitor.request)
    response = redirect("/signin/ended")
    response.drop_cookie(sessions.COOKIE)
    if devices.is_submit_only(visitor.request):  # its mark stays: it outlives every session (S71)
        for name in (sign_in.COOKIE, ceremonies.COOKIE, pending.COOKIE):
            response.drop_cookie(name)
        response.headers["Clear-Site-Data"] = '"storage"'
    else:
        response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response


@pages.get("/signin/ended", access=public())
def ended(visitor: Public) -> Response:
    return page("identity/signed_out")


def ask_to_sign_in(request: Request, needed: SignInNeeded) -> Response:
    """What answers whoever needs to sign in, or to do so again: the way there, and back.

    A form that was being sent is kept first. `app.py` hands this to `web`.
    """
    if isinstance(needed, ReportingOnly):
        return redirect("/account/device")
    after = needed.next_path
    if request.method == "POST":
        kept = unfinished.keep(request)
        after = f"/signin/unfinished/{kept}" if kept else after
    after = return_path.checked(after)
    ways = {ProofNeeded: "/signin/again", MoreNeeded: "/signin/more"}
    way = ways.get(type(needed), "/signin")
    return redirect(f"{way}?next={after}" if after else way)


def _page(form: AskForm, *, status: int = 200) -> Response:
    return page("identity/sign_in", form=form, providers=providers.offered(), status=status)


def _refused(refused: Refused) -> Response:
    if refused.why is Refusal.OTHER_BROWSER:
        return page("identity/other_device")
    return page("identity/over", used_up=refused.why is Refusal.USED_UP, status=410)


def _wrong_code(left: int) -> str:
    again = "once more" if left == 1 else f"{left} more times"
    return f"That is not the code in the newest email. You can try {again}"
