"""From an alert to the filter itself: a site to be blocked or unblocked, a fault to the provider.

Both are entries of a register, with the alert as where they come from (S273, S283, S284, 4.18).
Where illegal content is concerned the site is never written down, so only a fault can be reported.
"""

from chalicelib import clock
from chalicelib.alerts.facts import Action
from chalicelib.alerts.model import Alert
from chalicelib.alerts.service import sight
from chalicelib.alerts.web.hand import hand
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers import service as registers
from chalicelib.storage import transaction
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
WORK = school(Permission.WORK_ALERTS)
_REQUESTS, _FAULTS = "unfilter_requests", "filter_faults"


class RequestForm(Form):
    """What is asked of the filter, with the reason that is decided on."""

    record = fields.RecordId()
    kind = fields.Choice(
        "What are you asking for?",
        options=[
            fields.Option("block", "Block this website"),
            fields.Option("unblock", "Unblock this website", reveals="risk"),
        ],
        required="Say whether it should be blocked or unblocked",
    )
    why = fields.LongText(
        "Why?",
        most=2000,
        rows=3,
        hint="Somebody else decides on this, and reads only what you write here",
        required="Say why",
    )
    risk = fields.LongText("What could go wrong, and what would prevent it?", most=2000, rows=3)

    def check(self) -> None:
        if self.kind.data == "unblock" and not self.risk.data:
            self.refuse("risk", "Say what could go wrong, even if it is little")


class FaultForm(Form):
    """What does not work as it should."""

    record = fields.RecordId()
    kind = fields.Choice(
        "What kind of fault is it?",
        options=[
            ("through", "Something came through that should be blocked"),
            ("blocked", "Something is blocked that should not be"),
            ("monitoring", "Monitoring does not notice or tell"),
            ("down", "It does not work at all"),
        ],
        required="Choose what kind of fault it is",
    )
    what = fields.Text(
        "What does not work?",
        most=150,
        hint="For example: searches in the library are not filtered. Leave out any child's name",
        required="Say what does not work",
    )
    harm = fields.Choice(
        "Did anybody see something harmful?",
        options=[("no", "No"), ("yes", "Yes"), ("unknown", "Not known")],
        required="Say whether anybody did",
    )


@pages.get("/s/{school}/alerts/{alert}/filter-request", access=WORK)
def show_request(staff: SchoolAccess, alert: str) -> Response:
    found = _with_site(staff, alert)
    asks = "block" if found.facts.action is not Action.BLOCKED else None
    return _page(staff, "request", found, RequestForm.blank(kind=asks))


@pages.post("/s/{school}/alerts/{alert}/filter-request", access=WORK)
def ask(staff: SchoolAccess, alert: str) -> Response:
    found = _with_site(staff, alert)
    form = RequestForm.read(staff.request)
    if form.problems:
        return _page(staff, "request", found, form, status=422)
    values = {
        "kind": form.kind.data,
        "site": found.facts.host,
        "category": "other",
        "why": form.why.data,
    }
    if form.kind.data == "unblock":
        values["risk"] = form.risk.data
    if not _added(staff, found, form, _REQUESTS, values):
        return _page(staff, "request", found, form, status=422)
    return _entry(staff, form, _REQUESTS)


@pages.get("/s/{school}/alerts/{alert}/fault", access=WORK)
def show_fault(staff: SchoolAccess, alert: str) -> Response:
    found = sight.load(staff.school, alert, hand(staff)).alert
    kind = "through" if found.facts.action is not Action.BLOCKED else None
    return _page(staff, "fault", found, FaultForm.blank(kind=kind))


@pages.post("/s/{school}/alerts/{alert}/fault", access=WORK)
def report_fault(staff: SchoolAccess, alert: str) -> Response:
    found = sight.load(staff.school, alert, hand(staff)).alert
    form = FaultForm.read(staff.request)
    if form.problems:
        return _page(staff, "fault", found, form, status=422)
    values = {
        "kind": form.kind.data,
        "what": f"{form.what.data} (alert {found.reference})",
        "noticed_on": clock.today().isoformat(),
        "whom": ["staff"] if found.about_staff else ["pupils"],
        "harm": form.harm.data,
    }
    if not _added(staff, found, form, _FAULTS, values):
        return _page(staff, "fault", found, form, status=422)
    return _entry(staff, form, _FAULTS)


def _added(
    staff: SchoolAccess, alert: Alert, form: Form, register: str, values: dict[str, object]
) -> bool:
    """Whether the entry is there now. What the register refuses stands on the form."""
    if not registers.is_on(staff.school, register):
        form.refuse("", "Your school has switched this register off.")
        return False
    path = f"/s/{staff.school}/alerts/{alert.id}"
    try:
        with transaction() as tx:
            registers.add(
                tx,
                staff.school,
                register=register,
                values=values,
                by=staff.actor,
                origin=registers.Origin("alert", alert.id, path),
                record=form["record"].data,
            )
    except Invalid as e:
        form.refuse("", next(iter(e.fields.values()))[0])
        return False
    return True


def _entry(staff: SchoolAccess, form: Form, register: str) -> Response:
    """The entry that was made, which links back to its alert."""
    return redirect(f"/s/{staff.school}/registers/{register}/{form['record'].data}?done=added")


def _with_site(staff: SchoolAccess, alert: str) -> Alert:
    """Raises NotFound for an alert without a site, or with one that is never written down."""
    found = sight.load(staff.school, alert, hand(staff)).alert
    if found.theme.restricted or not found.facts.host:
        raise NotFound
    return found


def _page(
    staff: SchoolAccess, name: str, alert: Alert, form: Form, *, status: int = 200
) -> Response:
    return page(
        f"alerts/{name}",
        status=status,
        school=staff.school,
        here=f"/s/{staff.school}/alerts/{alert.id}",
        alert=alert,
        form=form,
    )
