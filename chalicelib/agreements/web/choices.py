"""The lasting link: what somebody said yes or no to, and changing it at any time (S57)."""

from typing import Any

from chalicelib.agreements import profile
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.service import Holder, Line, Said
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.forms import ChoicesForm, OwnChoicesForm, says
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.model import Occasion
from chalicelib.agreements.subjects import Audience
from chalicelib.agreements.web.signer_pages import Place, show
from chalicelib.audit import actors
from chalicelib.errors import NotFound
from chalicelib.identity.access import LinkAccess, link
from chalicelib.ids import SchoolId
from chalicelib.web import Pages, Response, redirect

pages = Pages(__name__)


@pages.get("/c/{token}", access=link("agreement-choices"))
def look(holder: LinkAccess) -> Response:
    try:
        found = consents.holder(SchoolId(holder.tenant), holder.digest)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    return _shown(holder, found)


@pages.post("/c/{token}", access=link("agreement-choices"))
def change(holder: LinkAccess) -> Response:
    try:
        found = consents.holder(SchoolId(holder.tenant), holder.digest)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    place = Place(holder.request, tuple(one.subject.id for one in found.lines))
    form = _form_of(found, place).read(holder.request)
    if form.problems:
        return _shown(holder, found, form=form, status=422)
    who, agent = place.who, holder.request.headers.get("user-agent", "")[:400]
    said = Said(
        found.contact_for(who),
        says(form),
        actors.link(holder.digest),
        visitor=Visitor(holder.request.source_ip, agent),
    )
    consents.say(found.school, who, said)
    return redirect(place.at(told="kept"))


def _form_of(found: Holder, place: Place) -> type[ChoicesForm] | type[OwnChoicesForm]:
    subject = found.lines[place.number - 1].subject
    return ChoicesForm if subject.audience is Audience.PUPILS else OwnChoicesForm


def _events(found: Holder, line: Line) -> list[tuple[Occasion, int]]:
    """The events ahead of one child; each with the child's number on the page of that event."""
    listed = []
    for event in occasions.of_child(found.school, line.subject):
        taking = [one for one in found.lines if event.concerns(one.subject.groups)]
        listed.append((event, taking.index(line) + 1))
    return listed


def _shown(
    holder: LinkAccess,
    found: Holder,
    *,
    form: ChoicesForm | OwnChoicesForm | None = None,
    status: int = 200,
) -> Response:
    place = Place(holder.request, tuple(one.subject.id for one in found.lines))
    line = found.lines[place.number - 1]
    contact = found.contact_for(line.subject.id)
    if form is None:
        said = line.choices.of(contact)
        words: dict[str, Any] = {kind.value: "yes" if yes else "no" for kind, yes in said.items()}
        form = _form_of(found, place).blank(**words)
    return show(
        "choices",
        place,
        status=status,
        form=form,
        line=line,
        lines=found.lines,
        school_name=profile.name_of(found.school),
        conflicts=line.conflicts,
        events=_events(found, line),
        kept=holder.request.query.get("told") == "kept" and status == 200,
    )
