"""What a school or trust decides for itself: its settings and term dates.

The pages stand here and not in `tenancy`, because the guards do: tenancy is below identity.
"""

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.permissions import Permission
from chalicelib.tenancy import calendar, model, service, settings
from chalicelib.tenancy.forms import RestoreForm, SettingsForm, TermsForm, TrustSettingsForm
from chalicelib.tenancy.model import DECIDED
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
navigation.register(
    navigation.Entry("Settings", "/s/{school}/settings", Permission.READ_SETTINGS, order=90)
)
navigation.register(
    navigation.Entry("Settings", "/t/{trust}/settings", Permission.MANAGE_SETTINGS, order=90)
)


@pages.get("/s/{school}/settings", access=school(Permission.READ_SETTINGS))
def show(staff: SchoolAccess) -> Response:
    decided = settings.decided(staff.school)
    return _school_page(staff, SettingsForm.showing(decided.school, decided.version), decided)


@pages.post("/s/{school}/settings", access=school(Permission.MANAGE_SETTINGS))
def save(staff: SchoolAccess) -> Response:
    form = SettingsForm.read(staff.request)
    if not form.problems:
        try:
            settings.change(staff.school, form.choices(), version=form.read_at, by=staff.actor)
            return redirect(f"/s/{staff.school}/settings?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict:
            return _overtaken(staff, form)
    return _school_page(staff, form, settings.decided(staff.school), status=422)


@pages.post("/s/{school}/settings/restore", access=school(Permission.MANAGE_SETTINGS))
def restore(staff: SchoolAccess) -> Response:
    """Take a version's choices again: a new version, like any other change."""
    form = RestoreForm.read(staff.request)
    choices = settings.restored(staff.school, form.number.data or 0)
    settings.change(staff.school, choices, version=form.read_at, by=staff.actor)
    return redirect(f"/s/{staff.school}/settings?done=1")


@pages.post("/t/{trust}/settings/restore", access=trust(Permission.MANAGE_SETTINGS))
def restore_trust(staff: TrustAccess) -> Response:
    form = RestoreForm.read(staff.request)
    choices = settings.restored_at_trust(staff.trust, form.number.data or 0)
    settings.change_trust(staff.trust, choices, version=form.read_at, by=staff.actor)
    return redirect(f"/t/{staff.trust}/settings?done=1")


@pages.get("/t/{trust}/settings", access=trust(Permission.MANAGE_SETTINGS))
def show_trust(staff: TrustAccess) -> Response:
    choices, version = settings.of_trust(staff.trust)
    return _trust_page(staff, TrustSettingsForm.showing(choices, version))


@pages.post("/t/{trust}/settings", access=trust(Permission.MANAGE_SETTINGS))
def save_trust(staff: TrustAccess) -> Response:
    form = TrustSettingsForm.read(staff.request)
    status = 422
    if not form.problems:
        try:
            settings.change_trust(staff.trust, form.choices(), version=form.read_at, by=staff.actor)
            return redirect(f"/t/{staff.trust}/settings?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict as e:
            form.refuse("", e.message)
            form.meet(settings.of_trust(staff.trust)[1])
            status = 409
    return _trust_page(staff, form, status=status)


@pages.get("/s/{school}/settings/terms", access=school(Permission.READ_SETTINGS))
def this_year(staff: SchoolAccess) -> Response:
    return redirect(f"/s/{staff.school}/settings/terms/{calendar.academic_year(clock.today())}")


@pages.get("/s/{school}/settings/terms/{year}", access=school(Permission.READ_SETTINGS))
def show_terms(staff: SchoolAccess, year: str) -> Response:
    _known_year(year)
    own, version = service.calendar_with_version(staff.school)
    return _terms_page(staff, TermsForm.showing(own.terms_of(year), version), year)


@pages.post("/s/{school}/settings/terms/{year}", access=school(Permission.MANAGE_SETTINGS))
def save_terms(staff: SchoolAccess, year: str) -> Response:
    _known_year(year)
    form = TermsForm.read(staff.request)
    if not form.problems:
        try:
            service.set_terms(
                staff.school, year, form.terms(), version=form.read_at, by=staff.actor
            )
            return redirect(f"/s/{staff.school}/settings/terms/{year}?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _terms_page(staff, form, year, status=422)


def _known_year(year: str) -> None:
    """Last year, this one and the two after: what somebody could want to set. Raises NotFound."""
    if year not in calendar.years_around(clock.today()):
        raise NotFound


def _overtaken(staff: SchoolAccess, form: SettingsForm) -> Response:
    """Somebody else saved meanwhile: what was typed stays, beside what is in force now."""
    decided = settings.decided(staff.school)
    form.refuse("", "Somebody else changed the settings meanwhile. Check yours and save again")
    form.meet(decided.version)
    return _school_page(staff, form, decided, status=409)


def _school_page(
    staff: SchoolAccess, form: SettingsForm, decided: settings.Decided, *, status: int = 200
) -> Response:
    names = {each.person: each.name for each in identity.members(staff.school)}
    return page(
        "tenancy/settings",
        status=status,
        school=staff.school,
        form=form,
        decided=decided,
        sections=[
            (
                section,
                [
                    (each, DECIDED[each], model.source_of(each, decided.school, decided.trust))
                    for each in inside
                ],
            )
            for section, inside in model.sections()
        ],
        changes=model.told(settings.history(staff.school)),
        names=names,
        may_change=staff.may(Permission.MANAGE_SETTINGS),
        done="done" in staff.request.query,
    )


def _trust_page(staff: TrustAccess, form: TrustSettingsForm, *, status: int = 200) -> Response:
    names = {each.person: each.name for each in identity.members(staff.trust)}
    return page(
        "tenancy/trust_settings",
        status=status,
        trust=staff.trust,
        form=form,
        sections=model.sections(),
        changes=model.told(settings.history(staff.trust)),
        names=names,
        done="done" in staff.request.query,
    )


def _terms_page(staff: SchoolAccess, form: TermsForm, year: str, *, status: int = 200) -> Response:
    own, _ = service.calendar_with_version(staff.school)
    return page(
        "tenancy/terms",
        status=status,
        school=staff.school,
        form=form,
        year=year,
        years=calendar.years_around(clock.today()),
        entered=own.has(year),
        may_change=staff.may(Permission.MANAGE_SETTINGS),
        done="done" in staff.request.query,
    )
