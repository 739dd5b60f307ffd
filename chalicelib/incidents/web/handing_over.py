"""Handing over what somebody had in hand, all at once: they are leaving, or have left (2.19)."""

from dataclasses import dataclass

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents.forms.running import HandOverAllForm
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.service import leaving
from chalicelib.incidents.service import running as service
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.saving import WORK
from chalicelib.web import Response, page, redirect
from chalicelib.web.fields import Option


@dataclass(frozen=True)
class Owner:
    """Somebody who has records in hand."""

    person: str
    name: str
    left: bool
    number: int


@pages.get("/s/{school}/incidents/hand-over", access=WORK)
def show_owners(staff: SchoolAccess) -> Response:
    done = staff.request.query.get("done", "")
    return page(
        "incidents/owners",
        school=staff.school,
        log=paths.log(staff.school),
        owners=_owners(staff),
        done=int(done) if done.isascii() and done.isdigit() and len(done) < 5 else 0,
    )


@pages.get("/s/{school}/incidents/hand-over/{holder}", access=WORK)
def show_all(staff: SchoolAccess, holder: str) -> Response:
    owner, cards = _of(staff, holder)
    every = [card.id for card in cards]
    form = HandOverAllForm.blank(options=_offers(staff.school, holder, cards), records=every)
    return _page(staff, owner, form)


@pages.post("/s/{school}/incidents/hand-over/{holder}", access=WORK)
def hand_over_all(staff: SchoolAccess, holder: str) -> Response:
    """One record after the other, each in its own transaction: what fails is told and stays."""
    owner, cards = _of(staff, holder)
    form = HandOverAllForm.read(staff.request, options=_offers(staff.school, holder, cards))
    if form.problems:
        return _page(staff, owner, form, status=422)
    done, failed = 0, []
    for card in cards:
        if card.id not in (form.records.data or ()):
            continue
        try:
            service.give(staff.school, card.id, staff, to=form.to.data, why=form.why.data)
            done += 1
        except (Conflict, Invalid, NotFound):
            failed.append(card.reference)
    leaving.settle(staff.school, holder, by=staff.actor)
    if failed:
        still = ", ".join(failed)
        form.refuse("records", f"These could not be handed over, look at each: {still}")
        return _page(staff, owner, form, status=409)
    return redirect(f"{paths.log(staff.school)}/hand-over?done={done}")


def _owners(staff: SchoolAccess) -> list[Owner]:
    members = {str(each.person): each.name for each in identity.members(staff.school)}
    found = service.owners(staff.school, reader=staff)
    owners = [
        Owner(person, members.get(person, name), person not in members, number)
        for person, (name, number) in found.items()
    ]
    return sorted(owners, key=lambda each: (not each.left, each.name))


def _of(staff: SchoolAccess, person: str) -> tuple[Owner, list[Card]]:
    """Raises NotFound for somebody who has nothing in hand."""
    owner = next((each for each in _owners(staff) if each.person == person), None)
    if owner is None:
        raise NotFound
    return owner, service.open_of(staff.school, person, reader=staff)


def _offers(school: SchoolId, person: str, cards: list[Card]) -> dict[str, list[Option]]:
    takers = [each for each in service.handlers(school) if each.person != PersonId(person)]
    return {
        "records": [
            Option(card.id, card.reference, f"{card.on.day} {card.on:%B %Y}") for card in cards
        ],
        "to": [Option(each.person, each.name) for each in takers],
    }


def _page(
    staff: SchoolAccess, owner: Owner, form: HandOverAllForm, *, status: int = 200
) -> Response:
    return page(
        "incidents/owner",
        status,
        school=staff.school,
        log=paths.log(staff.school),
        owner=owner,
        form=form,
    )
