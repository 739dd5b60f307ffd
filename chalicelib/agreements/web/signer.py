"""The pages behind an emailed link. GET shows and POST acts (R21); no account is needed.

A link that was never made, was made for another school or for another purpose has one answer, so
that nobody learns which (R4, R20). A link for several children shows them all on its first page.
"""

from collections.abc import Callable
from functools import wraps

from chalicelib import clock
from chalicelib.agreements import (
    copies,
    naming,
    profile,
    refusing,
    rendering,
    signing,
    subjects,
    translations,
)
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.forms import (
    AdultConfirmForm,
    AdultForm,
    ChildForm,
    ConsentForm,
    DeclineForm,
    ImagesForm,
    NameChildForm,
    ParentConfirmForm,
    ParentForm,
    says,
)
from chalicelib.agreements.model import Party, Refusal, Refused
from chalicelib.agreements.rules_of import Rule, rules
from chalicelib.agreements.signing import Act, TakenAlready, TextChanged
from chalicelib.agreements.subjects import Audience
from chalicelib.agreements.visits import Visit, note_open, visits
from chalicelib.agreements.web.signer_pages import Place, show
from chalicelib.agreements.wording import Part
from chalicelib.errors import NotFound
from chalicelib.identity.access import LinkAccess, link
from chalicelib.ids import SchoolId
from chalicelib.web import Pages, Request, Response, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)
View = Callable[[Visit, Place, Request], Response]
Signing = (
    ChildForm
    | ParentForm
    | ParentConfirmForm
    | AdultForm
    | AdultConfirmForm
    | ConsentForm
    | ImagesForm
)
_CHOICES: dict[str, type[Signing]] = {"consents": ConsentForm, "images": ImagesForm}
_FORMS: dict[tuple[Party, bool], type[Signing]] = {
    (Party.CHILD, False): ChildForm,
    (Party.PARENT, False): ParentForm,
    (Party.ADULT, False): AdultForm,
    (Party.CHILD, True): ChildForm,
    (Party.PARENT, True): ParentConfirmForm,
    (Party.ADULT, True): AdultConfirmForm,
}
# What whoever holds a link may do before they have named the child.
_WITHOUT_A_NAME = ("/name", "/not-me")
_ANSWERED = {Refusal.SIGNED, Refusal.DECLINED, Refusal.NOT_MINE}


def _opened(view: View) -> Callable[[LinkAccess], Response]:
    """Look the link up first: the view gets what it opens, or somebody a page that helps them."""

    @wraps(view)
    def answer(holder: LinkAccess) -> Response:
        request = holder.request
        try:
            found = visits(SchoolId(holder.tenant), holder.digest)
        except NotFound:
            return show("unknown", Place(request), status=404)
        place = Place(request, tuple(one.request.id.pupil for one in found))
        visit = next(one for one in found if one.request.id.pupil == place.who)
        if not visit.naming.is_open and not request.path.endswith(_WITHOUT_A_NAME):
            return redirect(place.at("/name", place.number))
        place.visit = visit
        try:
            return view(visit, place, request)
        except Refused as e:
            return _closed(visit, place, e.refusal)

    return answer


@pages.get("/a/{token}", access=link("agreement"))
def start(holder: LinkAccess) -> Response:
    """All that the link is for: each child with their two steps, or one adult's own."""
    request = holder.request
    try:
        found = visits(SchoolId(holder.tenant), holder.digest)
    except NotFound:
        return show("unknown", Place(request), status=404)
    place, now = Place(request, tuple(one.request.id.pupil for one in found)), clock.now()
    place.visit = found[0]
    note_open(found[0])
    left = [{party: one.refusal(party, now) for party in one.request.parties} for one in found]
    if all(all(each.values()) for each in left):
        first = found[0]
        refusals = [refusal for each in left for refusal in each.values() if refusal]
        worst = next((each for each in refusals if each is not Refusal.SIGNED), Refusal.SIGNED)
        done = any(one.request.complete for one in found)
        grown = first.refusal(first.request.grown or Party.CHILD, now)
        return _closed(first, place, Refusal.SIGNED if done else (grown or worst))
    visit = next(one for one, each in zip(found, left, strict=True) if not all(each.values()))
    if not any(one.naming.is_open for one in found):
        return redirect(place.at("/name", found.index(visit) + 1))
    return show(
        "start" if Party.ADULT not in visit.request.parties else "start_adult",
        place,
        school_name=visit.profile.name,
        found=[
            (number, one, _signed(each), {party: why for party, why in each.items() if why})
            for number, (one, each) in enumerate(zip(found, left, strict=True), 1)
        ],
        child=visit.request.child,
        visit=visit,
        number=found.index(visit) + 1,
        letter=rendering.parts(visit.text(*profile.LETTER)),
        expires_at=visit.link.expires_at,
        names=[_whole_name(one) for one in found],
    )


def _whole_name(visit: Visit) -> str:
    """The child's whole name, once whoever holds the link has named the child (R23)."""
    if not visit.naming.confirmed_at:
        return ""
    subject = subjects.of(visit.school, Audience.PUPILS, visit.request.id.pupil)
    return subject.name if subject else ""


def _signed(left: dict[Party, Refusal | None]) -> set[Party]:
    return {party for party, refusal in left.items() if refusal is Refusal.SIGNED}


@pages.get("/a/{token}/child", access=link("agreement"))
@_opened
def child(visit: Visit, place: Place, _: Request) -> Response:
    return _step(visit, place, Party.CHILD)


@pages.get("/a/{token}/parent", access=link("agreement"))
@_opened
def parent(visit: Visit, place: Place, _: Request) -> Response:
    return _step(visit, place, Party.PARENT)


@pages.get("/a/{token}/sign", access=link("agreement"))
@_opened
def adult(visit: Visit, place: Place, _: Request) -> Response:
    return _step(visit, place, Party.ADULT)


@pages.post("/a/{token}/child", access=link("agreement"))
@_opened
def sign_as_child(visit: Visit, place: Place, request: Request) -> Response:
    return _sign(visit, place, request, Party.CHILD)


@pages.post("/a/{token}/parent", access=link("agreement"))
@_opened
def sign_as_parent(visit: Visit, place: Place, request: Request) -> Response:
    return _sign(visit, place, request, Party.PARENT)


@pages.post("/a/{token}/sign", access=link("agreement"))
@_opened
def sign_as_adult(visit: Visit, place: Place, request: Request) -> Response:
    return _sign(visit, place, request, Party.ADULT)


@pages.get("/a/{token}/name", access=link("agreement"))
@_opened
def whose(visit: Visit, place: Place, _: Request) -> Response:
    """The question before the agreement, where the school asks for the child's name (R23)."""
    _still_open(visit, visit.request.grown or Party.CHILD)
    return _naming(visit, place, NameChildForm.blank())


@pages.post("/a/{token}/name", access=link("agreement"))
@_opened
def name(visit: Visit, place: Place, request: Request) -> Response:
    _still_open(visit, visit.request.grown or Party.CHILD)
    form = NameChildForm.read(request)
    if form.problems:
        return _naming(visit, place, form, status=422)
    if naming.confirm(visit, form.family_name.data):
        return redirect(place.at())
    form.refuse(
        "family_name", "That is not the name we have. Check the spelling, or ask the school"
    )
    again = visits(visit.school, visit.link.digest)[place.number - 1]
    return _naming(again, place, form, status=422)


@pages.get("/a/{token}/decline", access=link("agreement"))
@_opened
def why_not(visit: Visit, place: Place, _: Request) -> Response:
    _still_open(visit, visit.request.grown or Party.CHILD)
    return show("decline", place, form=DeclineForm.blank())


@pages.post("/a/{token}/decline", access=link("agreement"))
@_opened
def decline(visit: Visit, place: Place, request: Request) -> Response:
    form = DeclineForm.read(request)
    if form.problems:
        return show("decline", place, form=form, status=422)
    refusing.decline(visit.school, visit.link.digest, form.reason.data, visit.request.id.pupil)
    return redirect(place.at())


@pages.post("/a/{token}/not-me", access=link("agreement"))
@_opened
def not_me(visit: Visit, place: Place, _: Request) -> Response:
    refusing.not_mine(visit.school, visit.link.digest, visit.request.id.pupil)
    return redirect(place.at())


@pages.get("/a/{token}/copy", access=link("agreement-copy"))
def copy(holder: LinkAccess) -> Response:
    """The signer's own copy (S117): another link, that only shows."""
    place = Place(holder.request)
    try:
        found = copies.of_link(SchoolId(holder.tenant), holder.digest)
    except NotFound:
        return show("unknown", place, status=404)
    return show(
        "copy",
        place,
        copy=found,
        text=rendering.html(found.text),
        school_name=profile.name_of(SchoolId(holder.tenant)),
    )


def _step(visit: Visit, place: Place, party: Party) -> Response:
    """One party's page, as long as they may sign."""
    _still_open(visit, party)
    text = visit.text(*profile.PAGES[party])
    form = _form(visit, party).blank(shown=text.sha256, options=_options(visit, party))
    return _shown(visit, place, party, form=form)


def _form(visit: Visit, party: Party) -> type[Signing]:
    chosen = _CHOICES.get(visit.request.template)
    return chosen or _FORMS[party, visit.entry.confirm]


def _rules(visit: Visit, party: Party) -> list[Rule]:
    return rules(visit.text(Part.RULES).whole) if party is Party.CHILD else []


def _options(visit: Visit, party: Party) -> dict[str, list[Option]]:
    """A tick for each rule of a child's page."""
    if party is not Party.CHILD:
        return {}
    return {"rules": [Option(rule.number, rule.number) for rule in _rules(visit, party)]}


def _shown(
    visit: Visit,
    place: Place,
    party: Party,
    *,
    form: Signing,
    status: int = 200,
    changed: bool = False,
) -> Response:
    pattern, values = signing.statement_in_parts(party, visit.request)
    beside = translations.beside(visit.school, visit.template, place.language)
    text, year = visit.text(*profile.PAGES[party]), visit.request.id.year
    return show(
        party.value,
        place,
        status=status,
        form=form,
        child=visit.request.child,
        entry=visit.entry,
        title=visit.template.title,
        parts=rendering.parts(text),
        rules=_rules(visit, party),
        beside=rendering.parts(beside.text(visit.profile, year)) if beside else {},
        beside_rules={
            rule.number: rule for rule in (beside.rules(visit.profile, year) if beside else ())
        },
        consents=tuple(kind.value for kind in Consent),
        statement=signing.statement(party, visit.request),
        statement_pattern=pattern,
        statement_values=values,
        school_name=visit.profile.name,
        changed=changed,
    )


def _sign(visit: Visit, place: Place, request: Request, party: Party) -> Response:
    options = _options(visit, party)
    form = _form(visit, party).read(request, options=options)
    if form.problems:
        _still_open(visit, party)
        return _shown(visit, place, party, form=form, status=422)
    try:
        signing.sign(visit.school, visit.link.digest, _act(visit, place, form, request, party))
    except TextChanged:
        again = _form(visit, party).blank(
            shown=visit.text(*profile.PAGES[party]).sha256,
            record=form.record.data,
            options=options,
            **({"name": form["name"].data} if "name" in form else {}),
        )
        return _shown(visit, place, party, form=again, status=409, changed=True)
    except TakenAlready:
        return show("taken", place, status=409, party=party)
    return redirect(place.at())


def _act(visit: Visit, place: Place, form: Signing, request: Request, party: Party) -> Act:
    beside = translations.beside(visit.school, visit.template, place.language)
    return Act(
        party=party,
        record=form.record.data,
        shown=form.shown.data or "",
        name=_typed_name(visit, form),
        visitor=Visitor(request.source_ip, request.headers.get("user-agent", "")[:400]),
        relation=form["relation"].data if "relation" in form else None,
        typed=form["typed"].data if "typed" in form else None,
        role=form["role"].data if "role" in form else "",
        ticked=len(form["rules"].data) if "rules" in form else 0,
        who=visit.request.id.pupil,
        language=place.language.tag,
        translation_sha256=beside.sha256 if beside else "",
        says=says(form),
    )


def _typed_name(visit: Visit, form: Signing) -> str:
    """The name that was typed; whoever only confirms is known by the name the school has."""
    if "name" in form:
        return str(form["name"].data)
    return visit.adult.name if visit.adult else ""


def _naming(visit: Visit, place: Place, form: NameChildForm, status: int = 200) -> Response:
    return show(
        "name",
        place,
        status=status,
        form=form,
        child=visit.request.child,
        naming=visit.naming,
        school_name=visit.profile.name,
    )


def _still_open(visit: Visit, party: Party) -> None:
    """Raises Refused when the link cannot sign for the party any more."""
    if refusal := visit.refusal(party, clock.now()):
        raise Refused(refusal)


def _closed(visit: Visit, place: Place, why: Refusal) -> Response:
    """What has become of a link that does nothing any more, and what its holder can do."""
    return show(
        "closed",
        place,
        status=200 if why in _ANSWERED else 410,
        refusal=why,
        complete=visit.request.complete,
        both=len(visit.request.parties) > 1,
        school_name=visit.profile.name,
    )
