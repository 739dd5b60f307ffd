"""What a parent answers for one event: by the event's own link, or the one that always works (7.8).

The event's own opens this question alone, and whoever got it by mistake says so (R20, R23, S57).
"""

from typing import Any

from chalicelib import clock
from chalicelib.agreements import profile
from chalicelib.agreements.consents.service import Said
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.forms import says
from chalicelib.agreements.model import Refusal, Refused
from chalicelib.agreements.occasions import links
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.links import Asked
from chalicelib.agreements.web.event_forms import answers_form
from chalicelib.agreements.web.signer_pages import Place, show
from chalicelib.audit import actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import LinkAccess, link
from chalicelib.ids import SchoolId
from chalicelib.web import Pages, Response, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
OWN = link("agreement-event")
LASTING = link("agreement-choices")
_OWN = "/c/{token}/event"
_LASTING = "/c/{token}/events/{occasion}"


@pages.get(_OWN, access=OWN)
def look(holder: LinkAccess) -> Response:
    return _look(holder)


@pages.post(_OWN, access=OWN)
def answer(holder: LinkAccess) -> Response:
    return _answer(holder)


@pages.get(_LASTING, access=LASTING)
def look_by_lasting(holder: LinkAccess, occasion: str) -> Response:
    return _look(holder, occasion)


@pages.post(_LASTING, access=LASTING)
def answer_by_lasting(holder: LinkAccess, occasion: str) -> Response:
    return _answer(holder, occasion)


@pages.post(f"{_OWN}/not-me", access=OWN)
def not_me(holder: LinkAccess) -> Response:
    """That a child is none of theirs, whoever holds the link: the school is told (R23)."""
    who = holder.request.form.get("child", "")
    try:
        links.not_mine(SchoolId(holder.tenant), holder.digest, who)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    return redirect(Place(holder.request).at("/event"))


def _look(holder: LinkAccess, occasion: str = "") -> Response:
    try:
        asked = _found(holder, occasion)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    except Refused as e:
        return _closed(holder, e.refusal)
    return _shown(holder, asked, occasion)


def _answer(holder: LinkAccess, occasion: str = "") -> Response:
    try:
        asked = _found(holder, occasion)
    except NotFound:
        return show("unknown", Place(holder.request), status=404)
    except Refused as e:
        return _closed(holder, e.refusal)
    place = Place(holder.request, asked.people)
    if asked.line(place.who) is None:  # taken out meanwhile: they said that it is not theirs
        return redirect(Place(holder.request).at(_step(occasion)))
    form = answers_form(asked.event.channels).read(holder.request)
    if form.problems:
        return _shown(holder, asked, occasion, form=form, status=422)
    contact, by = asked.holder.contact_for(place.who), actors.link(holder.digest)
    agent = holder.request.headers.get("user-agent", "")[:400]
    visitor = Visitor(holder.request.source_ip, agent)
    said = Said(contact, says(form), by, visitor=visitor)
    try:
        occasions.answer(asked.holder.school, asked.event, place.who, said)
    except Conflict:
        return _shown(holder, asked, occasion, form=form, status=409)
    return redirect(place.at(_step(occasion), told="kept"))


def _found(holder: LinkAccess, occasion: str) -> Asked:
    """Raises NotFound, and Refused as `links.of_event`."""
    school = SchoolId(holder.tenant)
    if occasion:
        return links.of_lasting(school, holder.digest, occasion)
    return links.of_event(school, holder.digest)


def _step(occasion: str) -> str:
    return f"/events/{occasion}" if occasion else "/event"


def _closed(holder: LinkAccess, why: Refusal) -> Response:
    """What has become of an event's own link that does nothing any more."""
    return show(
        "closed",
        Place(holder.request),
        status=200 if why is Refusal.NOT_MINE else 410,
        refusal="over" if why is Refusal.EXPIRED else why,
        school_name=profile.name_of(SchoolId(holder.tenant)),
    )


def _shown(
    holder: LinkAccess,
    asked: Asked,
    occasion: str,
    *,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    place, event = Place(holder.request, asked.people), asked.event
    line = asked.line(place.who) or asked.holder.lines[0]
    place.number = asked.people.index(line.subject.id) + 1
    contact = asked.holder.contact_for(line.subject.id)
    said = line.choices.of(contact) if not event.asks else {}
    said |= line.choices.of_occasion(event.id, contact)
    words: dict[str, Any] = {kind.value: "yes" if yes else "no" for kind, yes in said.items()}
    return show(
        "event",
        place,
        status=status,
        form=form or answers_form(event.channels).blank(**words),
        event=event,
        own=not occasion,
        step=_step(occasion),
        until=clock.london(event.links_until),
        over=event.is_over(clock.today()),
        line=line,
        numbered=asked.numbered,
        answered=bool(line.choices.of_occasion(event.id, contact)),
        school_name=profile.name_of(asked.holder.school),
        kept=holder.request.query.get("told") == "kept" and status == 200,
    )
