"""Entering what came on paper or aloud, and a class that signs on one tablet (3.16, S255)."""

from contextlib import suppress

from chalicelib import clock
from chalicelib.agreements import (
    asking,
    campaigns,
    library,
    overview,
    profile,
    recording,
    records,
    rendering,
    subjects,
)
from chalicelib.agreements.classes import words
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.followup import page_of
from chalicelib.agreements.forms import ChildForm
from chalicelib.agreements.languages import Language, translator
from chalicelib.agreements.model import Party, Refused, RequestId
from chalicelib.agreements.recording import Entry, How
from chalicelib.agreements.rules_of import rules
from chalicelib.agreements.school_forms import EnterForm
from chalicelib.agreements.signing import statement
from chalicelib.agreements.subjects import Audience, pupils
from chalicelib.agreements.wording import Part, Text
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.tenancy import calendar
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)
_ENTER = "/s/{school}/agreements/{campaign}/pupils/{pupil}/enter"
_ROOM = "/s/{school}/agreements/room"


@pages.get(_ENTER, access=school(Permission.MANAGE_AGREEMENTS))
def enter(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    request_id = _request(staff, campaign, pupil)
    return _entering(staff, request_id, EnterForm.blank(options=_who(staff, request_id)))


@pages.post(_ENTER, access=school(Permission.MANAGE_AGREEMENTS))
def entered(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    request_id = _request(staff, campaign, pupil)
    form = EnterForm.read(staff.request, options=_who(staff, request_id))
    if form.problems:
        return _entering(staff, request_id, form, status=422)
    party, _, contact = form.who.data.partition(":")
    entry = Entry(
        Party(party),
        contact,
        form.name.data,
        How(form.how.data.value),
        staff.person,
        staff.person_name,
        relation=form.relation.data if party == Party.PARENT else None,
    )
    try:
        if form.answer.data.value == "declined":
            recording.decline(staff.school, request_id, entry, form.reason.data or "")
        else:
            recording.sign(staff.school, request_id, entry)
    except Refused:
        form.refuse("who", "They have signed already, or the request was withdrawn")
        return _entering(staff, request_id, form, status=409)
    return redirect(page_of(staff.school, request_id))


@pages.get(_ROOM, access=school(Permission.SIGN_IN_CLASS))
def room(staff: SchoolAccess) -> Response:
    """Which class signs: a teacher is signed in, and gives the tablet from child to child."""
    return page("agreements/room", school=staff.school, classes=pupils.classes(staff.school))


@pages.get(f"{_ROOM}/{{group}}", access=school(Permission.SIGN_IN_CLASS))
def children(staff: SchoolAccess, group: str) -> Response:
    year = calendar.academic_year(clock.today())
    found = []
    for kind in library.kinds(Audience.PUPILS):
        inside = overview.of_class(staff.school, group, year, kind)
        if inside is None:
            raise NotFound
        lines = [line for line in inside.lines if line.request and _to_sign(staff, line.request)]
        if lines:
            found.append((library.kinds(Audience.PUPILS)[kind], lines))
    name = pupils.classes(staff.school)[group]
    return page(
        "agreements/room_class",
        school=staff.school,
        group=group,
        class_name=name,
        found=found,
    )


@pages.get(f"{_ROOM}/{{group}}/{{campaign}}/{{pupil}}", access=school(Permission.SIGN_IN_CLASS))
def child(staff: SchoolAccess, group: str, campaign: str, pupil: str) -> Response:
    _must_be_here(staff, group)
    request_id = _request(staff, campaign, pupil)
    return _child(staff, group, request_id, None)


@pages.post(f"{_ROOM}/{{group}}/{{campaign}}/{{pupil}}", access=school(Permission.SIGN_IN_CLASS))
def sign(staff: SchoolAccess, group: str, campaign: str, pupil: str) -> Response:
    _must_be_here(staff, group)
    request_id = _request(staff, campaign, pupil)
    form = ChildForm.read(staff.request, options=_rules(staff, request_id))
    if form.problems:
        return _child(staff, group, request_id, form, status=422)
    entry = Entry(
        Party.CHILD,
        "",
        form.name.data,
        How.ROOM,
        staff.person,
        staff.person_name,
        typed=form.typed.data,
        ticked=len(form.rules.data),
        visitor=Visitor(staff.request.source_ip, staff.request.headers.get("user-agent", "")[:400]),
    )
    with suppress(Refused):  # signed a moment ago: the list says so
        recording.sign(staff.school, request_id, entry)
    return redirect(f"/s/{staff.school}/agreements/room/{group}")


def _must_be_here(staff: SchoolAccess, group: str) -> None:
    """Raises NotFound for a class that is not the school's: the way back leads to it."""
    if group not in pupils.classes(staff.school):
        raise NotFound


def _to_sign(staff: SchoolAccess, request_id: RequestId) -> bool:
    request = asking.found(staff.school, request_id).request
    return (
        Party.CHILD in request.parties
        and request.child_signed_at is None
        and request.withdrawn_at is None
    )


def _request(staff: SchoolAccess, campaign: str, pupil: str) -> RequestId:
    return RequestId(campaigns.found(staff.school, campaign).year, campaign, pupil)


def _who(staff: SchoolAccess, request_id: RequestId) -> dict[str, list[Option]]:
    request = asking.found(staff.school, request_id).request
    subject = subjects.of(staff.school, library.audience(request.template), request_id.pupil)
    adults = (*subject.adults, *subject.by_letter) if subject else ()
    offered = [
        Option(f"{request.grown.value}:{adult.contact}", adult.name)
        for adult in adults
        if request.grown
    ]
    if Party.CHILD in request.parties:
        offered.insert(0, Option("child:", request.child.first_name))
    return {"who": offered}


def _entering(
    staff: SchoolAccess, request_id: RequestId, form: EnterForm, status: int = 200
) -> Response:
    return page(
        "agreements/enter",
        status=status,
        school=staff.school,
        path=page_of(staff.school, request_id),
        record=records.whole(staff.school, request_id),
        form=form,
    )


def _rules(staff: SchoolAccess, request_id: RequestId) -> dict[str, list[Option]]:
    text = _text(staff, request_id).only(Part.RULES).whole
    return {"rules": [Option(rule.number, rule.number) for rule in rules(text)]}


def _text(staff: SchoolAccess, request_id: RequestId) -> Text:
    record = asking.found(staff.school, request_id)
    return profile.of(staff.school).text_of(words.of(staff.school, record), request_id.year)


def _child(
    staff: SchoolAccess,
    group: str,
    request_id: RequestId,
    form: ChildForm | None,
    status: int = 200,
) -> Response:
    request = asking.found(staff.school, request_id).request
    text = _text(staff, request_id)
    return page(
        "agreements/room_child",
        status=status,
        school=staff.school,
        group=group,
        request_id=request_id,
        child=request.child,
        form=form or ChildForm.blank(options=_rules(staff, request_id)),
        rules=rules(text.only(Part.RULES).whole),
        parts=rendering.parts(text),
        statement=statement(Party.CHILD, request),
        school_name=staff.school_name,
        say=translator(Language.ENGLISH),
        language=Language.ENGLISH,
    )
