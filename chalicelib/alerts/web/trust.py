"""A trust's own sources: set up once for all its schools, rules, and what no rule matched."""

from chalicelib import config
from chalicelib.alerts.forms import POSTING, ZONES, AssignForm, RuleForm, SourceForm
from chalicelib.alerts.matching import RuleField, problem_of
from chalicelib.alerts.proofs.header import SECRET_HEADER
from chalicelib.alerts.senders import Keeper, SourceKind, SourceState
from chalicelib.alerts.service import sources, trust_sources
from chalicelib.alerts.service.sources import Shown
from chalicelib.alerts.web import setup
from chalicelib.alerts.web.blueprint import pages
from chalicelib.alerts.web.sources import brought
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId, TrustId
from chalicelib.tenancy import directory
from chalicelib.web import Response, navigation, page, redirect

MANAGE = trust(Permission.MANAGE_TRUST)
navigation.register(
    navigation.Entry("Alert sources", "/t/{trust}/alerts", Permission.MANAGE_TRUST, order=50)
)
_STATES = {"off": SourceState.OFF, "on": SourceState.ON}
_DONE = {
    "off": "The source is switched off. What it sends is refused until you switch it on again.",
    "on": "The source is switched on.",
    "dropped": "The older secret no longer works.",
    "rule": "The rule is added. It counts from the next alert on.",
    "rule-gone": "The rule is taken away. What it gave to a school stays there.",
    "assigned": "The school has the alert now, and is told as of any other.",
}


@pages.get("/t/{trust}/alerts", access=MANAGE)
def index_of_trust(staff: TrustAccess) -> Response:
    return page(
        "alerts/trust/index",
        trust=staff.trust,
        here=_home(staff.trust),
        sources=sources.listed(staff.trust),
        waiting=len(trust_sources.waiting(staff.trust)),
        banner_text=_said(staff),
    )


@pages.get("/t/{trust}/alerts/new", access=MANAGE)
def new_at_trust(staff: TrustAccess) -> Response:
    return _new(staff, SourceForm.blank(options=POSTING))


@pages.post("/t/{trust}/alerts/new", access=MANAGE)
def create_at_trust(staff: TrustAccess) -> Response:
    form = SourceForm.read(staff.request, options=POSTING)
    if form.problems:
        return _new(staff, form, status=422)
    made = sources.create(
        staff.trust,
        name=form.name.data,
        kind=SourceKind(form.kind.data),
        zone=form.zone.data,
        form=form.record.data,
        by=staff.actor,
        brought=brought(form),
        keeper=Keeper.TRUST,
    )
    return _secret(staff, made, heading="Your new source is ready")


@pages.get("/t/{trust}/alerts/unmatched", access=MANAGE)
def unmatched(staff: TrustAccess) -> Response:
    return page(
        "alerts/trust/unmatched",
        trust=staff.trust,
        here=_home(staff.trust),
        events=trust_sources.waiting(staff.trust),
        banner_text=_said(staff),
    )


@pages.get("/t/{trust}/alerts/unmatched/{event}", access=MANAGE)
def ask_whose(staff: TrustAccess, event: str) -> Response:
    return _whose(staff, event, AssignForm.blank(options=_offered(staff)))


@pages.post("/t/{trust}/alerts/unmatched/{event}", access=MANAGE)
def assign(staff: TrustAccess, event: str) -> Response:
    """Give it to a school; and, when asked to, all that follows from the same place."""
    form = AssignForm.read(staff.request, options=_offered(staff))
    if form.problems:
        return _whose(staff, event, form, status=422)
    found = trust_sources.load_waiting(staff.trust, event)
    school = SchoolId(form.school.data)
    trust_sources.assign(staff.trust, event, school, by=staff.actor)
    values = dict(found.where)
    field = RuleField(form.always.data) if form.always.data in set(RuleField) else None
    if field in values:
        trust_sources.add_rule(
            staff.trust, found.source, field, values[field], school, by=staff.actor
        )
    return redirect(f"{_home(staff.trust)}/unmatched?done=assigned")


@pages.get("/t/{trust}/alerts/{source}", access=MANAGE)
def show_at_trust(staff: TrustAccess, source: str) -> Response:
    return _show(staff, source, RuleForm.blank(options=_offered(staff)))


@pages.post("/t/{trust}/alerts/{source}/rules", access=MANAGE)
def add_rule(staff: TrustAccess, source: str) -> Response:
    form = RuleForm.read(staff.request, options=_offered(staff))
    if not form.problems:
        problem = problem_of(RuleField(form.field.data), form.value.data)
        if problem:
            form.refuse("value", problem)
    if form.problems:
        return _show(staff, source, form, status=422)
    trust_sources.add_rule(
        staff.trust,
        source,
        RuleField(form.field.data),
        form.value.data,
        SchoolId(form.school.data),
        by=staff.actor,
    )
    return redirect(f"{_home(staff.trust)}/{source}?done=rule")


@pages.post("/t/{trust}/alerts/{source}/rules/{rule}/remove", access=MANAGE)
def drop_rule(staff: TrustAccess, source: str, rule: str) -> Response:
    trust_sources.drop_rule(staff.trust, source, rule, by=staff.actor)
    return redirect(f"{_home(staff.trust)}/{source}?done=rule-gone")


@pages.post("/t/{trust}/alerts/{source}/rotate", access=MANAGE)
def rotate_at_trust(staff: TrustAccess, source: str) -> Response:
    made = sources.rotate(staff.trust, source, by=staff.actor)
    return _secret(staff, made, heading="A second secret is ready")


@pages.post("/t/{trust}/alerts/{source}/drop", access=MANAGE)
def drop_at_trust(staff: TrustAccess, source: str) -> Response:
    sources.drop_older(staff.trust, source, by=staff.actor)
    return redirect(f"{_home(staff.trust)}/{source}?done=dropped")


@pages.post("/t/{trust}/alerts/{source}/turn", access=MANAGE)
def turn(staff: TrustAccess, source: str) -> Response:
    """Switch it on or off."""
    to = staff.request.form.get("to", "")
    if to in _STATES:
        sources.switch(staff.trust, source, _STATES[to], by=staff.actor)
    return redirect(f"{_home(staff.trust)}/{source}?done={to if to in _STATES else ''}")


def _home(trust_id: TrustId) -> str:
    return f"/t/{trust_id}/alerts"


def _said(staff: TrustAccess) -> str:
    return _DONE.get(staff.request.query.get("done", ""), "")


def _schools(trust_id: TrustId) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in directory.schools_of(trust_id)]


def _offered(staff: TrustAccess) -> dict[str, list[tuple[str, str]]]:
    return {"school": _schools(staff.trust)}


def _new(staff: TrustAccess, form: SourceForm, *, status: int = 200) -> Response:
    return page(
        "alerts/sources/new", status=status, trust=staff.trust, here=_home(staff.trust), form=form
    )


def _show(staff: TrustAccess, source: str, form: RuleForm, *, status: int = 200) -> Response:
    found = sources.load(staff.trust, source)
    address = f"{config.public_url()}/hooks/…" if found.kind.posts else "…"
    return page(
        "alerts/trust/show",
        status=status,
        trust=staff.trust,
        list_=_home(staff.trust),
        here=f"{_home(staff.trust)}/{source}",
        source=found,
        zone=dict(ZONES).get(found.zone, found.zone),
        rules=trust_sources.rules(staff.trust, source),
        names=dict(_schools(staff.trust)),
        form=form,
        setup=setup.text(found, address, "the secret you were given"),
        banner_text=_said(staff),
    )


def _whose(staff: TrustAccess, event: str, form: AssignForm, *, status: int = 200) -> Response:
    found = trust_sources.load_waiting(staff.trust, event)
    return page(
        "alerts/trust/assign",
        status=status,
        trust=staff.trust,
        here=f"{_home(staff.trust)}/unmatched",
        event=found,
        form=form,
    )


def _secret(staff: TrustAccess, made: Shown, *, heading: str) -> Response:
    address = made.address or f"{config.public_url()}/hooks/…"
    return page(
        "alerts/sources/secret",
        trust=staff.trust,
        here=f"{_home(staff.trust)}/{made.source.id}",
        heading_text=heading,
        made=made,
        header=SECRET_HEADER.title(),
        setup=setup.text(made.source, address, made.secret),
    )
