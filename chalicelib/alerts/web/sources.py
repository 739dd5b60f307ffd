"""Sources: who sends us alerts, how sure we are of them, and when each was last heard."""

from collections.abc import Mapping

from chalicelib import config
from chalicelib.alerts.forms import POSTING, ZONES, KeyForm, SourceForm
from chalicelib.alerts.proofs.header import SECRET_HEADER
from chalicelib.alerts.senders import SourceKind, SourceState
from chalicelib.alerts.service import mail_reading, sources
from chalicelib.alerts.service.sources import Brought, Shown
from chalicelib.alerts.web import paths, setup
from chalicelib.alerts.web.blueprint import pages
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, fields, page, redirect

MANAGE = school(Permission.MANAGE_SOURCES)
_STATES = {"off": SourceState.OFF, "on": SourceState.ON, "retired": SourceState.RETIRED}
_DONE = {
    "off": "The source is switched off. What it sends is refused until you switch it on again.",
    "on": "The source is switched on.",
    "taught": "From now on Holdfast reads the mails of this source as you showed it.",
    "forgotten": "Holdfast looks for usual labels again.",
    "key": "The new key works now, beside the older one.",
    "dropped": "The older secret no longer works.",
    "retired": "The source is retired for good.",
}


@pages.get("/s/{school}/alerts/sources", access=MANAGE)
def index(staff: SchoolAccess) -> Response:
    return page(
        "alerts/sources/index",
        school=staff.school,
        here=paths.sources(staff.school),
        sources=sources.listed(staff.school),
        banner_text=_DONE.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/s/{school}/alerts/sources/new", access=MANAGE)
def new(staff: SchoolAccess) -> Response:
    return _form(staff, SourceForm.blank(options=_offered()))


@pages.post("/s/{school}/alerts/sources/new", access=MANAGE)
def create(staff: SchoolAccess) -> Response:
    form = SourceForm.read(staff.request, options=_offered())
    if form.problems:
        return _form(staff, form, status=422)
    made = sources.create(
        staff.school,
        name=form.name.data,
        kind=SourceKind(form.kind.data),
        zone=form.zone.data,
        form=form.record.data,
        by=staff.actor,
        brought=brought(form),
    )
    return _secret(staff, made, heading="Your new source is ready")


@pages.get("/s/{school}/alerts/sources/{source}", access=MANAGE)
def show(staff: SchoolAccess, source: str) -> Response:
    found = sources.load(staff.school, source)
    domain = config.mail_in_domain()
    address = f"{config.public_url()}/hooks/…" if found.kind.posts else f"…@{domain}"
    return page(
        "alerts/sources/show",
        school=staff.school,
        here=paths.source(staff.school, source),
        list_=paths.sources(staff.school),
        source=found,
        is_taught=found.kind is SourceKind.EMAIL and mail_reading.is_taught(staff.school, source),
        zone=dict(ZONES).get(found.zone, found.zone),
        setup=setup.text(found, address, "the secret you were given"),
        banner_text=_DONE.get(staff.request.query.get("done", ""), ""),
    )


@pages.post("/s/{school}/alerts/sources/{source}/rotate", access=MANAGE)
def rotate(staff: SchoolAccess, source: str) -> Response:
    return _secret(
        staff,
        sources.rotate(staff.school, source, by=staff.actor),
        heading="A second secret is ready",
    )


@pages.get("/s/{school}/alerts/sources/{source}/key", access=MANAGE)
def ask_key(staff: SchoolAccess, source: str) -> Response:
    return _key_page(staff, source, KeyForm.blank())


@pages.post("/s/{school}/alerts/sources/{source}/key", access=MANAGE)
def add_key(staff: SchoolAccess, source: str) -> Response:
    form = KeyForm.read(staff.request)
    if form.problems:
        return _key_page(staff, source, form, status=422)
    sources.rotate(staff.school, source, by=staff.actor, key=form.key.data)
    return redirect(f"{paths.source(staff.school, source)}?done=key")


@pages.post("/s/{school}/alerts/sources/{source}/drop", access=MANAGE)
def drop(staff: SchoolAccess, source: str) -> Response:
    sources.drop_older(staff.school, source, by=staff.actor)
    return redirect(f"{paths.source(staff.school, source)}?done=dropped")


@pages.post("/s/{school}/alerts/sources/{source}/off", access=MANAGE)
def switch_off(staff: SchoolAccess, source: str) -> Response:
    return _switch(staff, source, "off")


@pages.post("/s/{school}/alerts/sources/{source}/on", access=MANAGE)
def switch_on(staff: SchoolAccess, source: str) -> Response:
    return _switch(staff, source, "on")


@pages.post("/s/{school}/alerts/sources/{source}/retire", access=MANAGE)
def retire(staff: SchoolAccess, source: str) -> Response:
    sources.switch(staff.school, source, SourceState.RETIRED, by=staff.actor)
    return redirect(f"{paths.sources(staff.school)}?done=retired")


def _offered() -> Mapping[str, list[fields.Option]]:
    """Every kind; no mails where this installation receives none."""
    return {} if config.mail_in_domain() else POSTING


def brought(form: SourceForm) -> Brought:
    """What the form says that the sender brings."""
    account = form.account.data if form.kind.data == SourceKind.GOOGLE else form.domain.data
    return Brought(form.key.data or "", account or "")


def _switch(staff: SchoolAccess, source: str, to: str) -> Response:
    sources.switch(staff.school, source, _STATES[to], by=staff.actor)
    return redirect(f"{paths.source(staff.school, source)}?done={to}")


def _form(staff: SchoolAccess, form: SourceForm, *, status: int = 200) -> Response:
    return page(
        "alerts/sources/new",
        status=status,
        school=staff.school,
        here=paths.sources(staff.school),
        form=form,
    )


def _key_page(staff: SchoolAccess, source: str, form: KeyForm, *, status: int = 200) -> Response:
    return page(
        "alerts/sources/key",
        status=status,
        school=staff.school,
        here=paths.source(staff.school, source),
        source=sources.load(staff.school, source),
        form=form,
    )


def _secret(staff: SchoolAccess, made: Shown, *, heading: str) -> Response:
    """The one page that ever holds a secret. It is not kept, and a reload asks before it posts."""
    address = made.address or f"{config.public_url()}/hooks/…"
    return page(
        "alerts/sources/secret",
        school=staff.school,
        here=paths.source(staff.school, made.source.id),
        heading_text=heading,
        made=made,
        header=SECRET_HEADER.title(),
        setup=setup.text(made.source, address, made.secret),
    )
