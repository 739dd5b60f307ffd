"""The page where a school's policy is read, and the list of what was confirmed (point 21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib import audit, clock
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission, gives
from chalicelib.journeys.policy import doubts, keeping, offers, rules, setting, text
from chalicelib.journeys.policy.here import Here, role_said, without_title
from chalicelib.journeys.policy.keeping import Item
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.journeys.policy.offers import Offer
from chalicelib.people.forms import NewMemberForm, roles_to_give
from chalicelib.registers.service import hands
from chalicelib.tenancy import directory
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.fields import Offered, Option, Question
from chalicelib.web.forms import Form
from chalicelib.web.uploads import File

pages = Pages(__name__)
_MANAGE = school(Permission.MANAGE_SETTINGS)
_FRESH = school(Permission.MANAGE_SETTINGS, fresh=True)  # roles are among it (R16)


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
    wrong = fields.Hidden()


class ReviewForm(Form):
    """The date of the next review, where the policy's own is past, or is not the right one."""

    item = fields.Hidden()
    on = fields.Date(
        "When is the policy reviewed next?",
        future=True,
        hint="For example, 18 12 2027",
        required="Enter the date of the next review",
    )


@dataclass(frozen=True)
class Shown:
    """A kept finding as the list shows it, with what a press would set or has set."""

    item: Item
    offer: Offer
    by: str = ""  # who set it
    at: datetime | None = None


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


@pages.get("/s/{school}/policy/{item}", access=_FRESH)
def show_item(staff: SchoolAccess, item: str) -> Response:
    """What takes more than a press: an invitation filled in, or the date of the next review."""
    found, here = keeping.item(staff.school, item), _here(staff)
    offer = offers.of(here, found.finding)
    if found.is_settled or found.receipt or not offer.asks:
        raise NotFound
    if found.finding.kind is Kind.REVIEW:
        return _review_page(staff, ReviewForm.blank(on=offer.on), found, offer)
    role = role_said(found.finding)
    form = NewMemberForm.blank(
        options=roles_to_give(staff.permissions),
        name=without_title(found.finding.value),
        roles=[role.value] if role and gives(staff.permissions, role) else [],
    )
    return page("people/new", school=staff.school, form=form)


@pages.post("/s/{school}/policy/set", access=_FRESH)
def put_in_force(staff: SchoolAccess) -> Response:
    """Set what one confirmed finding says: roles need a fresh sign-in (R16)."""
    here, item = _here(staff), staff.request.form.get("item", "")
    on = None
    if "on-day" in staff.request.form:
        form = ReviewForm.read(staff.request)
        if form.problems:
            found = keeping.item(staff.school, item)
            return _review_page(staff, form, found, offers.of(here, found.finding), status=422)
        on = form.on.data
    try:
        setting.put_in_force(here, item, on=on)
    except Invalid as e:
        raise Conflict(next(iter(e.fields.values()))[0]) from e
    return redirect(f"/s/{staff.school}/policy#i-{item}")


@pages.post("/s/{school}/policy/back", access=_FRESH)
def set_back(staff: SchoolAccess) -> Response:
    """Set as it was what a press has set."""
    item = staff.request.form.get("item", "")
    try:
        setting.set_back(_here(staff), item)
    except Invalid as e:
        raise Conflict(next(iter(e.fields.values()))[0]) from e
    return redirect(f"/s/{staff.school}/policy#i-{item}")


@pages.post("/s/{school}/policy/settle", access=_MANAGE)
def settle(staff: SchoolAccess) -> Response:
    form = SettleForm.read(staff.request)
    if form.problems:
        return _page(staff, PolicyForm.blank(), problem=form, status=422)
    keeping.settle(
        staff.school,
        form.item.data or "",
        form.note.data or "",
        by=staff.actor,
        is_wrong=bool(form.wrong.data),
    )
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


def _here(staff: SchoolAccess) -> Here:
    return Here(hands.of(staff), staff.permissions)


def _review_page(
    staff: SchoolAccess, form: ReviewForm, item: Item, offer: Offer, *, status: int = 200
) -> Response:
    return page(
        "home/policy/review", status, school=staff.school, form=form, item=item, offer=offer
    )


def _found(staff: SchoolAccess, every_finding: list[Finding]) -> Response:
    """What is new in a policy: what was answered before is not asked again."""
    before = keeping.answered(staff.school, every_finding)
    findings = [each for each in every_finding if each not in before]
    every_doubt = [str(n) for n, each in enumerate(findings) if each.kind is Kind.DOUBT]
    form = ConfirmForm.blank(options=_options(findings), doubt=every_doubt)
    form.found.data = keeping.carried(staff.school, form["record"].data, findings)
    return _confirm_page(staff, form, findings, before=len(before))


def _confirm_page(
    staff: SchoolAccess,
    form: ConfirmForm,
    findings: Sequence[Finding],
    *,
    before: int = 0,
    status: int = 200,
) -> Response:
    return page(
        "home/policy/found",
        status,
        school=staff.school,
        form=form,
        findings=findings,
        before=before,
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
    here = _here(staff)
    names = {str(each.person): each.name for each in here.members}
    return [_one_shown(here, each, names) for each in items]


def _one_shown(here: Here, item: Item, names: Mapping[str, str]) -> Shown:
    offer, receipt = offers.of(here, item.finding), item.receipt
    if receipt is None:
        return Shown(item, offer)
    by = names.get(actors.person_of(receipt.by) or "", "Somebody")
    return Shown(item, offer, by, clock.parse(receipt.at))
