"""Reports that come by themselves: the list with the next day of each, and one page to keep one."""

from collections.abc import Sequence

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission
from chalicelib.reports import telling
from chalicelib.reports.layout import WHOLE, Layout
from chalicelib.reports.schedules import service
from chalicelib.reports.schedules.forms import ScheduleForm
from chalicelib.reports.schedules.model import Schedule
from chalicelib.reports.templates import service as templates
from chalicelib.tenancy import directory
from chalicelib.tenancy.model import School
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_RUN = trust(Permission.RUN_TRUST_REPORTS)


@pages.get("/t/{trust}/reports/schedules", access=_RUN)
def index(staff: TrustAccess) -> Response:
    members = identity.members(staff.trust)
    titles = {each.template: each.title for each in templates.templates(staff.trust)}
    return page(
        "reports/schedules",
        trust=staff.trust,
        schedules=[
            {
                "of": each.schedule,
                "next_on": each.next_on,
                "template": titles.get(each.schedule.template, WHOLE.title),
                "readers": [one.name for one in telling.named_by(members, each.schedule.to)],
            }
            for each in service.schedules(staff.trust)
        ],
    )


@pages.get("/t/{trust}/reports/schedules/new", access=_RUN)
def new(staff: TrustAccess) -> Response:
    return _asked(staff, ScheduleForm.shown(None, *_known(staff)))


@pages.post("/t/{trust}/reports/schedules/new", access=_RUN)
def make(staff: TrustAccess) -> Response:
    form = ScheduleForm.sent(staff.request, *_known(staff))
    if not form.problems:
        return _kept(staff, form, form.record.data)
    return _asked(staff, form, status=422)


@pages.get("/t/{trust}/reports/schedules/{schedule}", access=_RUN)
def show(staff: TrustAccess, schedule: str) -> Response:
    found = service.schedule(staff.trust, schedule)
    return _asked(staff, ScheduleForm.shown(found, *_known(staff)), found)


@pages.post("/t/{trust}/reports/schedules/{schedule}", access=_RUN)
def change(staff: TrustAccess, schedule: str) -> Response:
    found = service.schedule(staff.trust, schedule)
    form = ScheduleForm.sent(staff.request, *_known(staff))
    if not form.problems:
        return _kept(staff, form, schedule, found)
    return _asked(staff, form, found, status=422)


@pages.post("/t/{trust}/reports/schedules/{schedule}/pause", access=_RUN)
def pause(staff: TrustAccess, schedule: str) -> Response:
    service.pause(staff.trust, schedule, paused=True, by=staff.actor)
    return redirect(f"/t/{staff.trust}/reports/schedules")


@pages.post("/t/{trust}/reports/schedules/{schedule}/resume", access=_RUN)
def resume(staff: TrustAccess, schedule: str) -> Response:
    service.pause(staff.trust, schedule, paused=False, by=staff.actor)
    return redirect(f"/t/{staff.trust}/reports/schedules")


@pages.post("/t/{trust}/reports/schedules/{schedule}/drop", access=_RUN)
def drop(staff: TrustAccess, schedule: str) -> Response:
    service.drop(staff.trust, schedule, by=staff.actor)
    return redirect(f"/t/{staff.trust}/reports/schedules")


def _kept(
    staff: TrustAccess, form: ScheduleForm, schedule: str, before: Schedule | None = None
) -> Response:
    try:
        service.keep(form.schedule(schedule, staff.trust, clock.today()), by=staff.actor)
        return redirect(f"/t/{staff.trust}/reports/schedules")
    except Invalid as e:
        form.refuse_all(e.fields)
    except Conflict:
        form.refuse("", "Somebody else changed this schedule. Open it again to see how.")
    return _asked(staff, form, before, status=422)


def _asked(
    staff: TrustAccess, form: ScheduleForm, schedule: Schedule | None = None, status: int = 200
) -> Response:
    return page(
        "reports/schedule",
        status=status,
        trust=staff.trust,
        form=form,
        schedule=schedule,
        next_on=service.coming(schedule) if schedule else None,
    )


def _known(staff: TrustAccess) -> tuple[Sequence[School], Sequence[Layout], Sequence[Member]]:
    """What a schedule may name."""
    return (
        directory.schools_of(staff.trust),
        templates.templates(staff.trust),
        identity.members(staff.trust),
    )
