"""The page where a school's policy is read, and the list of what was confirmed (point 21)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.journeys.policy import doubts, keeping, rules, text
from chalicelib.journeys.policy.keeping import Item
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.tenancy import directory, settings
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.fields import Offered, Option, Question
from chalicelib.web.forms import Form
from chalicelib.web.uploads import File

pages = Pages(__name__)
_MANAGE = school(Permission.MANAGE_SETTINGS)
# Where a kind is set by hand: the path behind the school's, and what the link says.
_PLACES = {
    Kind.ROLE: ("/people", "People"),
    Kind.APPROVER: ("/registers", "Registers"),
    Kind.PROVIDER: ("/alerts/sources", "Alert sources"),
    Kind.AGENCY: ("/settings", "Settings"),
    Kind.AGREEMENT: ("/agreements", "Agreements"),
    Kind.REVIEW: ("/policies", "Policies"),
    Kind.SANCTION: ("/tables", "Tables"),
}


class PolicyForm(Form):
    file = File(
        "Your policy as a file",
        hint="A Word document (.docx) or plain text, 4 MB at most.",
        accept=".docx,.txt",
    )
    pasted = fields.LongText(
        "Or paste its text here", most=text.MOST, rows=10, hint="All of it, or a part"
    )

    def check(self) -> None:
        if not self.file.data and not self.pasted.data and not self.problems:
            self.refuse("file", "Choose a file, or paste the text of your policy")


class ConfirmForm(Form):
    record = fields.RecordId()
    found = fields.Hidden()
    role = fields.Choices(Kind.ROLE.label, options=())
    approver = fields.Choices(Kind.APPROVER.label, options=())
    provider = fields.Choices(Kind.PROVIDER.label, options=())
    agency = fields.Choices(Kind.AGENCY.label, options=())
    agreement = fields.Choices(Kind.AGREEMENT.label, options=())
    review = fields.Choices(Kind.REVIEW.label, options=())
    edition = fields.Choices(Kind.EDITION.label, options=())
    retention = fields.Choices(Kind.RETENTION.label, options=())
    sanction = fields.Choices(Kind.SANCTION.label, options=())
    doubt = fields.Choices(Kind.DOUBT.label, options=())

    @property
    def shown(self) -> list[Question]:
        """The questions that have anything to choose."""
        asked = [self[kind.value] for kind in Kind]
        return [each for each in asked if isinstance(each, Offered) and each.options]

    @property
    def chosen(self) -> set[int]:
        return {int(value) for kind in Kind for value in self[kind.value].data or []}


class SettleForm(Form):
    item = fields.Hidden()
    note = fields.Text("How it was settled", most=200)


@dataclass(frozen=True)
class Shown:
    """A kept finding as the list shows it; `acts` is what a press would set, empty for nothing."""

    item: Item
    state: str
    acts: str
    path: str
    place: str


@pages.get("/s/{school}/policy", access=_MANAGE)
def show(staff: SchoolAccess) -> Response:
    audit.viewed(staff.school, by=staff.actor, action="policy.viewed", about="policy/list")
    return _page(staff, PolicyForm.blank())


@pages.upload("/s/{school}/policy", access=_MANAGE)
def read(staff: SchoolAccess) -> Response:
    """Show what is found. Nothing is kept: the findings go along with the next form, sealed."""
    form = PolicyForm.read(staff.request)
    form.file.take(staff.request.files)
    form.file.errors = []
    form = _checked(form)
    if not form.problems:
        try:
            policy = text.of_file(form.file.data.body) if form.file.data else form.pasted.data
            return _found(staff, _all_of(staff, policy))
        except text.Unreadable as e:
            form.refuse("file", str(e))
    return _page(staff, form, status=422)


@pages.post("/s/{school}/policy/confirm", access=_MANAGE)
def confirm(staff: SchoolAccess) -> Response:
    sent = ConfirmForm.read(staff.request)
    record = sent["record"].data
    findings = keeping.brought(staff.school, record, sent.found.data or "")
    form = ConfirmForm.read(staff.request, options=_options(findings))
    if form.problems:
        return _confirm_page(staff, form, findings, status=422)
    chosen = [(number, each) for number, each in enumerate(findings) if number in form.chosen]
    if len(chosen) > keeping.MOST:
        form.refuse("", f"Keep {keeping.MOST} at once at most: leave some for a second reading")
        return _confirm_page(staff, form, findings, status=422)
    keeping.keep(staff.school, record, chosen, by=staff.actor)
    return redirect(f"/s/{staff.school}/policy")


@pages.post("/s/{school}/policy/set", access=school(Permission.MANAGE_SETTINGS, fresh=True))
def put_in_force(staff: SchoolAccess) -> Response:
    """Set what one confirmed finding says: roles need a fresh sign-in (R16)."""
    item = staff.request.form.get("item", "")
    try:
        keeping.put_in_force(staff.school, item, by=staff.actor, own=staff.permissions)
    except Invalid as e:
        raise Conflict(next(iter(e.fields.values()))[0]) from e
    return redirect(f"/s/{staff.school}/policy")


@pages.post("/s/{school}/policy/settle", access=_MANAGE)
def settle(staff: SchoolAccess) -> Response:
    form = SettleForm.read(staff.request)
    if form.problems:
        return _page(staff, PolicyForm.blank(), problem=form, status=422)
    keeping.settle(staff.school, form.item.data or "", form.note.data or "", by=staff.actor)
    return redirect(f"/s/{staff.school}/policy")


def _checked(form: PolicyForm) -> PolicyForm:
    """The form with its file known: what WTForms checked before it came is checked now."""
    form.check()
    return form


def _all_of(staff: SchoolAccess, policy: str) -> list[Finding]:
    sentences = text.sentences(policy)
    findings = rules.find(sentences)
    kind = directory.school(staff.school).kind
    return findings + doubts.find(sentences, findings, kind=kind, today=clock.today())


def _options(findings: Sequence[Finding]) -> dict[str, list[Option]]:
    return {
        kind.value: [
            Option(str(number), each.says, f"“{each.sentence}”")
            for number, each in enumerate(findings)
            if each.kind is kind
        ]
        for kind in Kind
    }


def _found(staff: SchoolAccess, findings: list[Finding]) -> Response:
    every_doubt = [str(n) for n, each in enumerate(findings) if each.kind is Kind.DOUBT]
    form = ConfirmForm.blank(options=_options(findings), doubt=every_doubt)
    form.found.data = keeping.carried(staff.school, form["record"].data, findings)
    return _confirm_page(staff, form, findings)


def _confirm_page(
    staff: SchoolAccess, form: ConfirmForm, findings: Sequence[Finding], *, status: int = 200
) -> Response:
    return page(
        "home/policy/found", status, school=staff.school, form=form, findings=findings, Kind=Kind
    )


def _page(
    staff: SchoolAccess, form: PolicyForm, *, problem: Form | None = None, status: int = 200
) -> Response:
    kept = keeping.items(staff.school)
    shown = _shown(staff, [each for each in kept if not each.is_settled]) if kept else []
    return page(
        "home/policy/start",
        status,
        school=staff.school,
        form=problem or form,
        ask=form,
        doubts=[each for each in shown if each.item.finding.kind is Kind.DOUBT],
        kept=[each for each in shown if each.item.finding.kind is not Kind.DOUBT],
        settled=[each for each in kept if each.is_settled],
    )


def _shown(staff: SchoolAccess, items: Sequence[Item]) -> list[Shown]:
    members = identity.members(staff.school)
    agencies = settings.read(staff.school).agencies
    found = []
    for item in items:
        finding = item.finding
        path, place = _PLACES.get(finding.kind, ("", ""))
        state, acts = "", ""
        if finding.kind is Kind.ROLE:
            member = keeping.named(members, finding.value)
            state = "Nobody of that name is here yet: add them under People"
            if member:
                held = keeping.role_said(finding) in member.roles
                state, acts = ("In force", "") if held else ("Not yet", "Give this role")
        elif finding.kind is Kind.AGENCY:
            listed = finding.value in agencies
            state, acts = ("In force", "") if listed else ("Not yet", "Add to your agencies")
        found.append(Shown(item, state, acts, f"/s/{staff.school}{path}" if path else "", place))
    return found
