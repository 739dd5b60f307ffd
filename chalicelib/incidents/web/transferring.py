"""A child's file for another school: the sender's pages, and the page behind the mailed address."""

from typing import cast

from chalicelib import clock, ids
from chalicelib.documents.model import State as JobState
from chalicelib.errors import NotFound
from chalicelib.identity.access import LinkAccess, SchoolAccess, link, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.exports import transfers
from chalicelib.incidents.exports.transfer import Transfer
from chalicelib.incidents.forms.transferring import (
    ByHandForm,
    CancelForm,
    ChildForm,
    ReceiptForm,
    SendForm,
    record_options,
)
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.tenancy import directory
from chalicelib.web import Response, page, redirect
from chalicelib.web.fields import Option

READ = school(Permission.EXPORT_INCIDENTS)
FRESH = school(Permission.EXPORT_INCIDENTS, fresh=True)
LINK = link("file")


@pages.get("/s/{school}/transfers", access=READ)
def index(staff: SchoolAccess) -> Response:
    return page(
        "incidents/transfer/list",
        here=paths.transfers(staff.school),
        log=paths.log(staff.school),
        sent=transfers.all_of(staff.school, reader=staff),
        today=clock.today(),
    )


@pages.get("/s/{school}/transfers/new", access=FRESH)
def ask_child(staff: SchoolAccess) -> Response:
    return _child_page(staff, ChildForm.blank())


@pages.post("/s/{school}/transfers/new", access=FRESH)
def choose_records(staff: SchoolAccess) -> Response:
    """The name is sent, and never stands in an address."""
    form = ChildForm.read(staff.request)
    if form.problems:
        return _child_page(staff, form, status=422)
    child = form.child.data
    options = _options(staff, child)
    if not options:
        form.refuse("child", "No record that you may open names this child")
        return _child_page(staff, form, status=422)
    everything = [each.value for each in options]
    return _send_page(
        staff,
        SendForm.blank(
            options={"records": options}, child=child, full_name=child, records=everything
        ),
    )


@pages.post("/s/{school}/transfers", access=FRESH)
def send(staff: SchoolAccess) -> Response:
    child = staff.request.form.get("child", "")
    form = SendForm.read(staff.request, options={"records": _options(staff, child)})
    if form.problems:
        return _send_page(staff, form, status=422)
    once = cast(str, form.once.data)
    given = transfers.send(
        staff.school,
        form.going(),
        reader=staff,
        name=staff.person_name,
        school_name=staff.school_name,
        form=once,
    )
    there = transfers.path(staff.school, once)
    return page(
        "incidents/export/password",
        key=given.key,
        shown_before=given.shown_before,
        to=form.contact.data,
        there=there,
        back=paths.transfers(staff.school),
        back_text="Files for other schools",
    )


@pages.get("/s/{school}/transfers/{transfer}", access=READ)
def show(staff: SchoolAccess, transfer: str) -> Response:
    return _show(staff, transfer, ByHandForm.blank(), CancelForm.blank())


@pages.post("/s/{school}/transfers/{transfer}/receipt", access=READ)
def receive_by_hand(staff: SchoolAccess, transfer: str) -> Response:
    form = ByHandForm.read(staff.request)
    if form.problems:
        return _show(staff, transfer, form, CancelForm.blank(), status=422)
    held = _opened(staff, transfer)
    transfers.take_receipt(staff.school, held.id, form.receipt(), by=staff.actor)
    return redirect(transfers.path(staff.school, transfer))


@pages.post("/s/{school}/transfers/{transfer}/again", access=READ)
def send_again(staff: SchoolAccess, transfer: str) -> Response:
    held = _opened(staff, transfer)
    transfers.send_link_again(staff.school, held.id, school_name=staff.school_name, by=staff.actor)
    return redirect(transfers.path(staff.school, transfer) + "?done=again")


@pages.post("/s/{school}/transfers/{transfer}/cancel", access=READ)
def cancel(staff: SchoolAccess, transfer: str) -> Response:
    form = CancelForm.read(staff.request)
    if form.problems:
        return _show(staff, transfer, ByHandForm.blank(), form, status=422)
    held = _opened(staff, transfer)
    transfers.cancel(staff.school, held.id, form.why.data, by=staff.actor)
    return redirect(transfers.path(staff.school, transfer))


@pages.get("/f/{token}", access=LINK)
def arrived(visitor: LinkAccess) -> Response:
    """What the other school sees; nothing here says whose file it is."""
    return _arrived(visitor, ReceiptForm.blank())


@pages.post("/f/{token}/file", access=LINK)
def fetch(visitor: LinkAccess) -> Response:
    place = SchoolId(visitor.tenant)
    held = transfers.behind(place, visitor.digest)
    if transfers.job_of(held, place).state is not JobState.READY:
        return _arrived(visitor, ReceiptForm.blank())
    address = transfers.fetched(place, held, by=visitor.actor)
    if not address:
        return _arrived(visitor, ReceiptForm.blank(), gone=True)
    return Response(303, "", {"Location": address})


@pages.post("/f/{token}/receipt", access=LINK)
def receive(visitor: LinkAccess) -> Response:
    place = SchoolId(visitor.tenant)
    held = transfers.behind(place, visitor.digest)
    form = ReceiptForm.read(visitor.request)
    if form.problems:
        return _arrived(visitor, form, status=422)
    transfers.take_receipt(place, held.id, form.receipt(), by=visitor.actor)
    return redirect(f"/f/{visitor.token}")


def _arrived(
    visitor: LinkAccess, form: ReceiptForm, *, status: int = 200, gone: bool = False
) -> Response:
    place = SchoolId(visitor.tenant)
    held = transfers.behind(place, visitor.digest)
    return page(
        "incidents/transfer/arrived",
        status,
        held=held,
        form=form,
        here=f"/f/{visitor.token}",
        school_name=directory.school(place).name,
        ready=transfers.job_of(held, place).state is JobState.READY,
        gone=gone,
    )


def _options(staff: SchoolAccess, child: str) -> list[Option]:
    cards = transfers.records_of(staff.school, child, reader=staff) if child.strip() else []
    return record_options(cards, repository.lines_of(staff.school, cards))


def _child_page(staff: SchoolAccess, form: ChildForm, *, status: int = 200) -> Response:
    return page("incidents/transfer/child", status, form=form, here=paths.transfers(staff.school))


def _send_page(staff: SchoolAccess, form: SendForm, *, status: int = 200) -> Response:
    return page("incidents/transfer/send", status, form=form, here=paths.transfers(staff.school))


def _show(
    staff: SchoolAccess,
    transfer: str,
    by_hand: ByHandForm,
    cancelling: CancelForm,
    *,
    status: int = 200,
) -> Response:
    held = _opened(staff, transfer)
    return page(
        "incidents/transfer/show",
        status,
        held=held,
        here=transfers.path(staff.school, held.id),
        back=paths.transfers(staff.school),
        document=paths.document(staff.school, held.job) if held.by == staff.person else "",
        by_hand=by_hand,
        cancelling=cancelling,
        form=cancelling if cancelling.problems else by_hand,
        today=clock.today(),
        done=staff.request.query.get("done", ""),
    )


def _opened(staff: SchoolAccess, transfer: str) -> Transfer:
    if not ids.is_record(transfer):
        raise NotFound
    return transfers.opened(staff.school, transfer, reader=staff)
