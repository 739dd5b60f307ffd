"""Signing up: open to anybody, the same for every address (R17)."""

from chalicelib import config
from chalicelib.errors import Invalid
from chalicelib.identity import sessions
from chalicelib.identity.permissions import Role
from chalicelib.journeys.starting import signing_up
from chalicelib.journeys.starting.forms import StartCodeForm, StartSchoolForm, StartTrustForm
from chalicelib.journeys.starting.signing_up import Refusal, Refused, Wanted
from chalicelib.tenancy.model import SchoolKind
from chalicelib.web import Pages, Public, Response, page, public, redirect

pages = Pages(__name__)
_SECONDS = int(signing_up.LIFE.total_seconds())


@pages.get("/start", access=public())
def choose(visitor: Public) -> Response:
    return page("starting/choose", open=config.is_sign_up_open())


@pages.get("/start/trust", access=public())
def show_trust(visitor: Public) -> Response:
    signing_up.require_open()
    return page("starting/trust", form=StartTrustForm.blank())


@pages.post("/start/trust", access=public())
def ask_for_trust(visitor: Public) -> Response:
    signing_up.require_open()
    form = StartTrustForm.read(visitor.request)
    if not form.problems:
        wanted = Wanted(form.name.data, form.person_name.data, form.email.data)
        if response := _asked(visitor, form, wanted):
            return response
    return page("starting/trust", form=form, status=422)


@pages.get("/start/school", access=public())
def show_school(visitor: Public) -> Response:
    signing_up.require_open()
    return page("starting/school", form=StartSchoolForm.blank())


@pages.post("/start/school", access=public())
def ask_for_school(visitor: Public) -> Response:
    signing_up.require_open()
    form = StartSchoolForm.read(visitor.request)
    if not form.problems:
        wanted = Wanted(
            form.name.data,
            form.person_name.data,
            form.email.data,
            phase=SchoolKind(form.phase.data),
            pupils=form.pupils.data,
            roles=frozenset(Role(each) for each in form.roles.data),
        )
        if response := _asked(visitor, form, wanted):
            return response
    return page("starting/school", form=form, status=422)


@pages.get("/start/check", access=public())
def check_email(visitor: Public) -> Response:
    if not signing_up.asked_here(visitor.request):
        return redirect("/start")
    return page("starting/check", form=StartCodeForm.blank())


@pages.post("/start/check", access=public())
def enter_code(visitor: Public) -> Response:
    signing_up.require_open()
    form = StartCodeForm.read(visitor.request)
    if form.problems:
        return page("starting/check", form=form, status=422)
    try:
        opened = signing_up.enter(form.code.data, visitor.request)
    except Refused as refused:
        if refused.why is Refusal.OVER:
            return page("starting/over", status=410)
        again = "once more" if refused.left == 1 else f"{refused.left} more times"
        form.refuse("code", f"That is not the code in the email. You can try {again}")
        return page("starting/check", form=form, status=422)
    if not opened.cookie:  # somebody with an account: they sign in as they always do
        return redirect(f"/signin?next={opened.path}")
    return sessions.give(redirect(opened.path), opened.cookie)


def _asked(
    visitor: Public, form: StartTrustForm | StartSchoolForm, wanted: Wanted
) -> Response | None:
    """The way on, once a code is on its way; what speaks against it is put on the form."""
    try:
        cookie = signing_up.ask(wanted, source_ip=visitor.request.source_ip)
    except Invalid as e:
        form.refuse_all(e.fields)
        return None
    response = redirect("/start/check")
    response.set_cookie(signing_up.COOKIE, cookie, seconds=_SECONDS)
    return response
