"""The page of a file that was asked for: its progress, then the way to fetch it.

One pair of routes for schools and one for trusts. The role at the door only says that somebody
belongs there; what they must hold is kept with the job and asked at every step (R9).
"""

from chalicelib.documents import service
from chalicelib.documents.model import Form, Job, State
from chalicelib.errors import NotAllowed, NotFound
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_SCHOOL = school(Permission.OPEN_SCHOOL)
_SCHOOL_FRESH = school(Permission.OPEN_SCHOOL, fresh=True)
_TRUST = trust(Permission.OPEN_TRUST)
_TRUST_FRESH = trust(Permission.OPEN_TRUST, fresh=True)


@pages.get("/s/{school}/documents/{document}", access=_SCHOOL)
def show(staff: SchoolAccess, document: str) -> Response:
    return _shown(_found(staff, staff.school, document), f"/s/{staff.school}")


@pages.post("/s/{school}/documents/{document}/again", access=_SCHOOL_FRESH)
def again(staff: SchoolAccess, document: str) -> Response:
    service.make_again(_found(staff, staff.school, document))
    return redirect(f"/s/{staff.school}/documents/{document}")


@pages.get("/s/{school}/documents/{document}/{form}", access=_SCHOOL_FRESH)
def fetch(staff: SchoolAccess, document: str, form: str) -> Response:
    return _fetched(_found(staff, staff.school, document), form, f"/s/{staff.school}")


@pages.get("/t/{trust}/documents/{document}", access=_TRUST)
def show_trust(staff: TrustAccess, document: str) -> Response:
    return _shown(_found(staff, staff.trust, document), f"/t/{staff.trust}")


@pages.post("/t/{trust}/documents/{document}/again", access=_TRUST_FRESH)
def again_trust(staff: TrustAccess, document: str) -> Response:
    service.make_again(_found(staff, staff.trust, document))
    return redirect(f"/t/{staff.trust}/documents/{document}")


@pages.get("/t/{trust}/documents/{document}/{form}", access=_TRUST_FRESH)
def fetch_trust(staff: TrustAccess, document: str, form: str) -> Response:
    return _fetched(_found(staff, staff.trust, document), form, f"/t/{staff.trust}")


def _found(staff: SchoolAccess | TrustAccess, tenant: str, document: str) -> Job:
    """Theirs, and still theirs to have. Raises NotFound and NotAllowed."""
    job = service.find(tenant, document, person=staff.person)
    if not staff.may(job.asked.permission):
        raise NotAllowed
    return job


def _shown(job: Job, place: str, *, gone: bool = False) -> Response:
    return page(
        "documents/show",
        job=job,
        path=f"{place}/documents/{job.id}",
        gone=gone,
        ready=job.state is State.READY and not gone,
    )


def _fetched(job: Job, form: str, place: str) -> Response:
    """A link that lives a minute, or the offer to write the file again (GET changes nothing)."""
    if form not in set(Form):
        raise NotFound
    address = service.file_link(job, Form(form))
    if address:
        return Response(303, "", {"Location": address})
    return _shown(job, place, gone=True)
