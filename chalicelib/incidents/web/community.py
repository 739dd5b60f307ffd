"""The open form at `/r/{school}`: a report by whoever has no account (S183, S129, S138).

Submit-only: what is typed is found again by this browser's visit alone, and once it is sent by
nobody here (S71); a receipt code tells how far it has come (1.9).
"""

from typing import Any, cast

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import VisitorAccess, visitor
from chalicelib.incidents import service
from chalicelib.incidents.forms.community import CommunityDraft, NamedDraft, ReturnForm
from chalicelib.incidents.forms.draft import Step
from chalicelib.incidents.forms.reporting import WhenForm
from chalicelib.incidents.languages import chosen, other_ways, spoken
from chalicelib.incidents.model.reporter import ReporterKind
from chalicelib.incidents.pupil_words import PUPILS
from chalicelib.incidents.service.community import Visitor
from chalicelib.incidents.types import CURRENT
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.tenancy import settings
from chalicelib.web import Response, context, csrf, page, redirect
from chalicelib.web.forms import Form
from chalicelib.web.navigation import Chrome

OPEN = visitor()
TRAP = "website"  # nobody sees this field; what fills it in is no person


@pages.get("/r/{school}", access=OPEN)
@spoken
def welcome(visit: VisitorAccess) -> Response:
    by = _by(visit)
    if not settings.read(visit.school).community_form:
        return _shown(visit, "closed")
    unfinished = service.drafting.unfinished(visit.school, by.owner) if by.secret else []
    resumed = [
        (each, paths.community_step(visit.school, each.key, CommunityDraft(each.fields).next))
        for each in unfinished
    ]
    return _shown(visit, "welcome", resumed=resumed)


@pages.post("/r/{school}", access=OPEN)
@spoken
def begin(visit: VisitorAccess) -> Response:
    """Mints the record's id. The page before set the cookie that the answers are kept under."""
    if not settings.read(visit.school).community_form:
        return redirect(paths.community(visit.school))
    return redirect(paths.community_step(visit.school, ids.new(), Step.YOU))


@pages.get("/r/{school}/new/{draft}/{step}", access=OPEN)
@spoken
def show_page(visit: VisitorAccess, draft: str, step: str) -> Response:
    at = _step(draft, step)
    open_now = settings.read(visit.school)
    if not open_now.community_form:
        return redirect(paths.community(visit.school))
    typed = _typed(visit, draft, nameless=open_now.anonymous_reports)
    if typed is None:
        return redirect(paths.received(visit.school, draft))
    if not _reachable(typed, at):
        return redirect(paths.community_step(visit.school, draft, typed.next))
    return _page(visit, draft, at, typed, typed.shown(at))


@pages.post("/r/{school}/new/{draft}/{step}", access=OPEN)
@spoken
def send_page(visit: VisitorAccess, draft: str, step: str) -> Response:
    at, by = _step(draft, step), _by(visit)
    open_now = settings.read(visit.school)
    if not open_now.community_form:
        return redirect(paths.community(visit.school))
    typed = _typed(visit, draft, nameless=open_now.anonymous_reports)
    if typed is None:
        return redirect(paths.received(visit.school, draft))
    if not _reachable(typed, at):
        return redirect(paths.community_step(visit.school, draft, typed.next))
    form = typed.read(at, visit.request)
    typed = typed.saved(at, form)
    if not service.community.may_save(visit.school, by):
        form.refuse("", "Too much was sent from here. Wait an hour, or tell an adult at school now")
        return _page(visit, draft, at, typed, form, status=429)
    if at is not Step.CHECK or form.problems:
        service.drafting.save(visit.school, by.owner, draft, typed.fields)
    return _answer(visit, draft, at, typed, form)


@pages.post("/r/{school}/new/{draft}/discard", access=OPEN)
@spoken
def throw_away(visit: VisitorAccess, draft: str) -> Response:
    if not ids.is_record(draft):
        raise NotFound
    service.drafting.discard(visit.school, _by(visit).owner, draft)
    return redirect(paths.community(visit.school))


@pages.get("/r/{school}/received/{draft}", access=OPEN)
@spoken
def received(visit: VisitorAccess, draft: str) -> Response:
    """The receipt with its code, to whoever has just sent the report."""
    by = _by(visit)
    found = service.community.receipt(visit.school, by, draft) if ids.is_record(draft) else None
    if found is None or not by.secret:
        raise NotFound
    if not service.community.is_fresh(found):
        return redirect(paths.come_back(visit.school))
    return _shown(visit, "received", report=found, code=by.code(draft))


@pages.get("/r/{school}/return", access=OPEN)
@spoken
def ask_code(visit: VisitorAccess) -> Response:
    return _shown(visit, "return", form=ReturnForm.blank())


@pages.post("/r/{school}/return", access=OPEN)
@spoken
def show_state(visit: VisitorAccess) -> Response:
    """Received, acknowledged or closed, and no word of the report (S88). The code is in no URL."""
    form = ReturnForm.read(visit.request)
    if form.problems:
        return _shown(visit, "return", 422, form=form)
    source = visit.request.source_ip
    found = service.community.by_code(visit.school, form.code.data, source_ip=source)
    if found is None:
        form.refuse("code", "We know no report with this code at this school. Check each letter")
        return _shown(visit, "return", 422, form=form)
    return _shown(visit, "state", report=found)


def _answer(
    visit: VisitorAccess, draft: str, at: Step, typed: CommunityDraft, form: Form
) -> Response:
    """What follows a saved page: another date, its problems, the receipt, the next page."""
    if visit.request.form.get("do", "") == "more" and at is Step.WHEN:
        more = cast(WhenForm, typed.shown(at))
        more.occasions.add_row()
        return _page(visit, draft, at, typed, more)
    if form.problems:
        return _page(visit, draft, at, typed, form, status=422)
    if at is Step.CHECK:
        report = typed.community_report(form)
        suspect = bool(visit.request.form.get(TRAP, ""))
        service.community.submit_community(
            visit.school, report, record=draft, by=_by(visit), suspect=suspect
        )
        return redirect(paths.received(visit.school, draft))
    changing = "change" in visit.request.query
    following = typed.next if changing else typed.after(at)
    return redirect(paths.community_step(visit.school, draft, following))


def _step(draft: str, step: str) -> Step:
    if not ids.is_record(draft) or step not in {*Step}:
        raise NotFound
    return Step(step)


def _by(visit: VisitorAccess) -> Visitor:
    return Visitor(csrf.bound_to(visit.request), visit.request.source_ip, visit.school_name)


def _typed(visit: VisitorAccess, draft: str, *, nameless: bool) -> CommunityDraft | None:
    """What this visit typed so far; None once it was sent (the way back leads to the receipt)."""
    by, made = _by(visit), CommunityDraft if nameless else NamedDraft
    if not by.secret:
        return made({})
    fields = service.drafting.load(visit.school, by.owner, draft)
    if fields is not None:
        return made(fields)
    return None if service.community.receipt(visit.school, by, draft) else made({})


def _reachable(typed: CommunityDraft, at: Step) -> bool:
    """Pages are filled in order, so that no guard can be stepped over; going back is free."""
    return at in typed.steps and typed.steps.index(at) <= typed.steps.index(typed.next)


def _page(
    visit: VisitorAccess,
    draft: str,
    at: Step,
    typed: CommunityDraft,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    before = typed.before(at)
    changing = "change" in visit.request.query and at is not Step.CHECK
    back = paths.community_step(visit.school, draft, Step.CHECK if changing else before or at)
    pupil = at is not Step.YOU and typed.reporter is ReporterKind.PUPIL
    catalogue = PUPILS if pupil else CURRENT
    return _shown(
        visit,
        str(at),
        status,
        form=form,
        typed=typed,
        pupil=pupil,
        catalogue=catalogue,
        sections=catalogue.sections,
        guards=typed.guards,
        action=paths.community_step(visit.school, draft, at, change=changing),
        discard=paths.community_step(visit.school, draft, "discard"),
        back=back if before or changing else paths.community(visit.school),
        number=typed.steps.index(at) + 1,
        of=len(typed.steps),
        change={s.value: paths.community_step(visit.school, draft, s, change=True) for s in Step},
    )


def _shown(visit: VisitorAccess, name: str, status: int = 200, **shown: Any) -> Response:
    visiting = context.current()
    visiting.chrome = Chrome(place_name=visit.school_name, look=visiting.chrome.look)
    language = chosen(visit.request)
    return page(
        f"incidents/community/{name}",
        status,
        language=language,
        languages=other_ways(visit.request),
        school=visit.school,
        school_name=visit.school_name,
        **shown,
    )
