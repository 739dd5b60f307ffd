"""The pages behind an emailed link. GET shows and POST acts (R21); no account is needed.

A link that was never made, was made for another school or for another purpose has one answer, so
that nobody learns which (R4, R20).
"""

from collections.abc import Callable
from functools import wraps

from chalicelib import clock
from chalicelib.agreements import copies, profile, rendering, signing
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.forms import ChildForm, DeclineForm, ParentForm
from chalicelib.agreements.model import Party, Refusal, Refused
from chalicelib.agreements.signing import Act, TakenAlready, TextChanged, Visit
from chalicelib.errors import NotFound
from chalicelib.identity.access import LinkAccess, link
from chalicelib.ids import SchoolId
from chalicelib.web import Pages, Request, Response, page, redirect

pages = Pages(__name__)
View = Callable[[Visit, Request], Response]
Signing = ChildForm | ParentForm
_FORMS: dict[Party, type[Signing]] = {Party.CHILD: ChildForm, Party.PARENT: ParentForm}
_ANSWERED = {Refusal.SIGNED, Refusal.DECLINED, Refusal.NOT_MINE}


def _opened(view: View) -> Callable[[LinkAccess], Response]:
    """Look the link up first: the view gets what it opens, or somebody a page that helps them."""

    @wraps(view)
    def answer(holder: LinkAccess) -> Response:
        try:
            visit = signing.visit(SchoolId(holder.tenant), holder.digest)
        except NotFound:
            return page("agreements/signer/unknown", status=404)
        try:
            return view(visit, holder.request)
        except Refused as e:
            return _closed(visit, e.refusal)

    return answer


@pages.get("/a/{token}", access=link("agreement"))
@_opened
def start(visit: Visit, request: Request) -> Response:
    signing.note_open(visit)
    left = {party: visit.refusal(party, clock.now()) for party in Party}
    if all(left.values()):
        return _closed(visit, left[Party.PARENT] or left[Party.CHILD])
    return page(
        "agreements/signer/start",
        path=_path(request),
        school_name=visit.profile.name,
        child=visit.request.child,
        letter=rendering.parts(visit.text(*profile.LETTER)),
        signed={party for party, refusal in left.items() if refusal is Refusal.SIGNED},
        expires_at=visit.link.expires_at,
    )


@pages.get("/a/{token}/child", access=link("agreement"))
@_opened
def child(visit: Visit, request: Request) -> Response:
    return _step(visit, request, Party.CHILD)


@pages.get("/a/{token}/parent", access=link("agreement"))
@_opened
def parent(visit: Visit, request: Request) -> Response:
    return _step(visit, request, Party.PARENT)


@pages.post("/a/{token}/child", access=link("agreement"))
@_opened
def sign_as_child(visit: Visit, request: Request) -> Response:
    return _sign(visit, request, Party.CHILD)


@pages.post("/a/{token}/parent", access=link("agreement"))
@_opened
def sign_as_parent(visit: Visit, request: Request) -> Response:
    return _sign(visit, request, Party.PARENT)


@pages.get("/a/{token}/decline", access=link("agreement"))
@_opened
def why_not(visit: Visit, request: Request) -> Response:
    _still_open(visit, Party.PARENT)
    return page("agreements/signer/decline", path=_path(request), form=DeclineForm.blank())


@pages.post("/a/{token}/decline", access=link("agreement"))
@_opened
def decline(visit: Visit, request: Request) -> Response:
    form = DeclineForm.read(request)
    if form.problems:
        return page("agreements/signer/decline", path=_path(request), form=form, status=422)
    signing.decline(visit.school, visit.link.digest, form.reason.data)
    return redirect(_path(request))


@pages.post("/a/{token}/not-me", access=link("agreement"))
@_opened
def not_me(visit: Visit, request: Request) -> Response:
    signing.not_mine(visit.school, visit.link.digest)
    return redirect(_path(request))


@pages.get("/a/{token}/copy", access=link("agreement-copy"))
def copy(holder: LinkAccess) -> Response:
    """The signer's own copy (S117): another link, that only shows."""
    try:
        found = copies.of_link(SchoolId(holder.tenant), holder.digest)
    except NotFound:
        return page("agreements/signer/unknown", status=404)
    return page(
        "agreements/signer/copy",
        copy=found,
        text=rendering.html(found.text),
        school_name=profile.name_of(SchoolId(holder.tenant)),
    )


def _step(visit: Visit, request: Request, party: Party) -> Response:
    """One party's page, as long as they may sign."""
    _still_open(visit, party)
    text = visit.text(*profile.PAGES[party])
    form = _FORMS[party].blank(shown=text.sha256)
    return _shown(visit, request, party, form=form)


def _shown(
    visit: Visit,
    request: Request,
    party: Party,
    *,
    form: Signing,
    status: int = 200,
    changed: bool = False,
) -> Response:
    return page(
        f"agreements/signer/{party}",
        status=status,
        path=_path(request),
        form=form,
        child=visit.request.child,
        parts=rendering.parts(visit.text(*profile.PAGES[party])),
        statement=signing.statement(party, visit.request),
        school_name=visit.profile.name,
        changed=changed,
    )


def _sign(visit: Visit, request: Request, party: Party) -> Response:
    form = _FORMS[party].read(request)
    if form.problems:
        _still_open(visit, party)
        return _shown(visit, request, party, form=form, status=422)
    try:
        signing.sign(visit.school, visit.link.digest, _act(form, request, party))
    except TextChanged:
        fresh = visit.text(*profile.PAGES[party]).sha256
        again = _FORMS[party].blank(shown=fresh, record=form.record.data, name=form.name.data)
        return _shown(visit, request, party, form=again, status=409, changed=True)
    except TakenAlready:
        return page("agreements/signer/taken", status=409, path=_path(request), party=party)
    return redirect(_path(request))


def _act(form: Signing, request: Request, party: Party) -> Act:
    return Act(
        party=party,
        record=form.record.data,
        shown=form.shown.data or "",
        name=form.name.data,
        visitor=Visitor(request.source_ip, request.headers.get("user-agent", "")[:400]),
        relation=form.relation.data if isinstance(form, ParentForm) else None,
        typed=form.typed.data if isinstance(form, ChildForm) else None,
    )


def _still_open(visit: Visit, party: Party) -> None:
    """Raises Refused when the link cannot sign for the party any more."""
    if refusal := visit.refusal(party, clock.now()):
        raise Refused(refusal)


def _closed(visit: Visit, refusal: Refusal | None) -> Response:
    """What has become of a link that does nothing any more, and what its holder can do."""
    why = refusal or Refusal.SIGNED
    return page(
        "agreements/signer/closed",
        status=200 if why in _ANSWERED else 410,
        refusal=why,
        complete=visit.request.complete,
        school_name=visit.profile.name,
    )


def _path(request: Request) -> str:
    return f"/a/{request.params['token']}"
