"""What categories mean here and how serious they are, and what nobody alerts on (4.3, 4.20)."""

from dataclasses import replace
from datetime import timedelta

from chalicelib import clock, figures
from chalicelib.alerts import coverage
from chalicelib.alerts.service import mapping, sources
from chalicelib.alerts.theme_forms import CategoryForm, SeverityForm, changeable
from chalicelib.alerts.themes import lists, named
from chalicelib.alerts.web import shown
from chalicelib.alerts.web.blueprint import pages
from chalicelib.errors import Conflict, Invalid
from chalicelib.figures import Measure
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, page, redirect

READ = school(Permission.READ_ALERTS)
WORK = school(Permission.WORK_ALERTS)
_LISTS = {"filtering": "appropriate filtering", "monitoring": "appropriate monitoring"}
_HEARD_IN = timedelta(days=90)


@pages.get("/s/{school}/alerts/themes", access=READ)
def show_themes(staff: SchoolAccess) -> Response:
    return _themes(staff, CategoryForm.blank())


@pages.post("/s/{school}/alerts/themes", access=WORK)
def set_category(staff: SchoolAccess) -> Response:
    form = CategoryForm.read(staff.request)
    if not form.problems:
        try:
            mapping.set_category(
                staff.school,
                vendor=form.vendor.data or "",
                name=form.name.data,
                theme=form.theme.data or "",
                by=staff.actor,
            )
            return redirect(f"/s/{staff.school}/alerts/themes?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _themes(staff, form, status=422)


@pages.get("/s/{school}/alerts/themes/severities", access=WORK)
def show_severities(staff: SchoolAccess) -> Response:
    return _severities(staff, SeverityForm.of(mapping.current(staff.school)))


@pages.post("/s/{school}/alerts/themes/severities", access=WORK)
def set_severities(staff: SchoolAccess) -> Response:
    form = SeverityForm.read(staff.request)
    if not form.problems:
        version = int(form.version.data) if str(form.version.data or "").isdecimal() else 0
        changes = replace(mapping.current(staff.school), severities=form.severities())
        try:
            mapping.save(staff.school, changes, version=version, by=staff.actor)
            return redirect(f"/s/{staff.school}/alerts/themes?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict:
            form.refuse("", "Somebody else changed these meanwhile. Open the page again")
    return _severities(staff, form, status=422)


@pages.get("/s/{school}/alerts/coverage", access=READ)
def show_coverage(staff: SchoolAccess) -> Response:
    today = clock.today()
    heard = figures.totals(staff.school, Measure.ALERTS, today - _HEARD_IN, today).of("theme")
    asked = [theme for theme in lists().by_id.values() if theme.lists]
    found = sources.listed(staff.school)
    return page(
        "alerts/coverage",
        school=staff.school,
        sources=[(each, coverage.of(each.kind)) for each in found],
        unseen=[
            theme.label
            for theme in asked
            if found and all(theme.id in coverage.of(each.kind).unseen for each in found)
        ],
        silent=[theme.label for theme in asked if not heard.get(theme.id)],
        unclassified=heard.get("unclassified", 0),
        named=named,
    )


def _themes(staff: SchoolAccess, form: CategoryForm, *, status: int = 200) -> Response:
    changes = mapping.current(staff.school)
    return page(
        "alerts/themes/show",
        status=status,
        school=staff.school,
        themes=[(theme, *changes.columns(theme)) for theme in lists().by_id.values()],
        changed=changes.severities,
        own=[(vendor, name, named(theme)) for (vendor, name), theme in changes.categories.items()],
        unknown=mapping.unknown(staff.school)[:50],
        versions=mapping.versions(staff.school),
        shipped=lists().version,
        uksic=_LISTS,
        type_names=lists().type_names,
        shown=shown,
        form=form,
        may_change=staff.may(Permission.WORK_ALERTS),
        done="done" in staff.request.query,
    )


def _severities(staff: SchoolAccess, form: SeverityForm, *, status: int = 200) -> Response:
    return page(
        "alerts/themes/severities",
        status=status,
        school=staff.school,
        form=form,
        themes=changeable(),
    )
