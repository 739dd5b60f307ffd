"""Whether each source works: what it sent, what was lost to noise or could not be read, how late,
how long it may be silent, and a test alert from end to end.
"""

from datetime import timedelta

from chalicelib.alerts.inbox_forms import LimitForm
from chalicelib.alerts.service import sources, trial, watching
from chalicelib.alerts.service.watching import Health
from chalicelib.alerts.traffic import Fate
from chalicelib.alerts.web import paths
from chalicelib.alerts.web.blueprint import pages
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, charts, page, redirect, words

MANAGE = school(Permission.MANAGE_SOURCES)
_DONE = {
    "tested": "A test alert is on its way to whoever is on duty. When they acknowledge it, the "
    "check is written into the register of filtering checks.",
    "limit": "Saved. The source is watched by it from now on.",
}


@pages.get("/s/{school}/alerts/health", access=MANAGE)
def show_health(staff: SchoolAccess) -> Response:
    return page(
        "alerts/sources/health",
        school=staff.school,
        here=paths.sources(staff.school),
        sources=watching.health(staff.school),
        spark=_spark,
        state=_state,
        allowed=_allowed,
        lag=_lag,
        fate=Fate,
        all_of=_all_of,
        banner_text=_DONE.get(staff.request.query.get("done", ""), ""),
    )


@pages.post("/s/{school}/alerts/health/{source}/test", access=MANAGE)
def test_source(staff: SchoolAccess, source: str) -> Response:
    trial.start(staff.school, source, by=staff.actor, name=staff.person_name)
    return redirect(f"/s/{staff.school}/alerts/health?done=tested")


@pages.post("/s/{school}/alerts/health/{source}/limit", access=MANAGE)
def set_limit(staff: SchoolAccess, source: str) -> Response:
    form = LimitForm.read(staff.request)
    if form.problems:
        return _limit_page(staff, source, form, status=422)
    watching.set_limit(staff.school, source, form.limit.data, by=staff.actor)
    return redirect(f"/s/{staff.school}/alerts/health?done=limit")


@pages.get("/s/{school}/alerts/health/{source}", access=MANAGE)
def show_limit(staff: SchoolAccess, source: str) -> Response:
    limit = watching.watch_of(staff.school, source).limit
    return _limit_page(staff, source, LimitForm.blank(limit=limit.value))


def _limit_page(
    staff: SchoolAccess, source: str, form: LimitForm, *, status: int = 200
) -> Response:
    found = sources.load(staff.school, source)
    return page("alerts/sources/limit", status=status, school=staff.school, source=found, form=form)


def _all_of(health: Health) -> dict[Fate, int]:
    return {fate: sum(day.of(fate) for day in health.days) for fate in Fate}


def _spark(health: Health) -> object:
    return charts.spark([day.events for day in health.days], what="events")


def _state(health: Health) -> tuple[str, str]:
    if health.source.state != "on":
        return "Off", "grey"
    if health.watch.silent_since:
        return "Silent", "red"
    return ("Heard", "green") if health.source.heard_at else ("Not heard yet", "amber")


def _allowed(health: Health) -> str:
    if health.limit is None:
        return "not watched"
    return f"{words.duration(timedelta(minutes=health.limit))} of school"


def _lag(health: Health) -> str:
    lags = [day.lag for day in health.days if day.lag is not None]
    return words.duration(max(lags)) if lags else ""
