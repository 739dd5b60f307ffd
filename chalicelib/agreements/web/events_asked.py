"""What a parent answers for one event, by the link that always works (7.8, S57)."""

from typing import Any

from chalicelib import clock
from chalicelib.agreements import profile
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.service import Holder, Said
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.forms import says
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.model import Occasion
from chalicelib.agreements.web.event_forms import answers_form
from chalicelib.agreements.web.signer_pages import Place, show
from chalicelib.audit import actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import LinkAccess, link
from chalicelib.ids import SchoolId
from chalicelib.web import Pages, Response, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
_PATH = "/c/{token}/events/{occasion}"


@pages.get(_PATH, access=link("agreement-choices"))
def look(holder: LinkAccess, occasion: str) -> Response:
    try:
        found, event = _found(holder, occasion)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    return _shown(holder, found, event)


@pages.post(_PATH, access=link("agreement-choices"))
def answer(holder: LinkAccess, occasion: str) -> Response:
    try:
        found, event = _found(holder, occasion)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    place = _place(holder, found)
    form = answers_form(event.channels).read(holder.request)
    if form.problems:
        return _shown(holder, found, event, form=form, status=422)
    contact = consents.contact_for(found.school, found.digest, place.who)
    agent = holder.request.headers.get("user-agent", "")[:400]
    visitor = Visitor(holder.request.source_ip, agent)
    said = Said(contact, says(form), actors.link(holder.digest), visitor=visitor)
    try:
        occasions.answer(found.school, event, place.who, said)
    except Conflict:
        return _shown(holder, found, event, status=409)
    return redirect(place.at(f"/events/{event.id}", told="kept"))


def _found(holder: LinkAccess, occasion: str) -> tuple[Holder, Occasion]:
    """Who holds the link, with those of their children who take part. Raises NotFound."""
    found = consents.holder(SchoolId(holder.tenant), holder.digest)
    event = occasions.find(found.school, occasion)
    taking = tuple(one for one in found.lines if event.concerns(one.subject.groups))
    if not taking:
        raise NotFound
    return Holder(found.school, found.digest, found.contact, taking), event


def _place(holder: LinkAccess, found: Holder) -> Place:
    return Place(holder.request, tuple(one.subject.id for one in found.lines))


def _shown(
    holder: LinkAccess,
    found: Holder,
    event: Occasion,
    *,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    place = _place(holder, found)
    line = found.lines[place.number - 1]
    contact = consents.contact_for(found.school, found.digest, line.subject.id)
    said = line.choices.of(contact) if not event.asks else {}
    said |= line.choices.of_occasion(event.id, contact)
    words: dict[str, Any] = {kind.value: "yes" if yes else "no" for kind, yes in said.items()}
    return show(
        "event",
        place,
        status=status,
        form=form or answers_form(event.channels).blank(**words),
        event=event,
        over=event.is_over(clock.today()),
        line=line,
        lines=found.lines,
        answered=bool(line.choices.of_occasion(event.id, contact)),
        school_name=profile.name_of(found.school),
        kept=holder.request.query.get("told") == "kept" and status == 200,
    )
