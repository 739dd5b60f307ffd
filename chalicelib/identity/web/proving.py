"""Confirming that it is still you before what cannot be taken back, the best way you have (R16)."""

from chalicelib.identity import return_path, sign_in, ways
from chalicelib.identity.access import PersonAccess, signed_in
from chalicelib.identity.forms import ProofForm
from chalicelib.identity.web.signing_in import COOKIE_SECONDS
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)


@pages.get("/signin/again", access=signed_in())
def show(person: PersonAccess) -> Response:
    after = return_path.checked(person.request.query.get("next", ""))
    return page("identity/prove", form=ProofForm.blank(next=after), ways=ways.of(person.person))


@pages.post("/signin/again", access=signed_in())
def ask(person: PersonAccess) -> Response:
    if ways.has_strong(person.person):
        return redirect("/signin/again")  # mail confirms only where there is nothing stronger (R16)
    form = ProofForm.read(person.request)
    after = return_path.checked(form.next.data or "")
    response = redirect("/signin/check")
    cookie = sign_in.ask_again(person.person, return_to=after)
    response.set_cookie(sign_in.COOKIE, cookie, seconds=COOKIE_SECONDS)
    return response
