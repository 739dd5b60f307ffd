"""When mail is not enough: what to do instead, and before that a reminder (R12, R13)."""

from chalicelib import clock
from chalicelib.identity import places, recovery_codes, return_path, ways
from chalicelib.identity.access import PersonAccess, signed_in
from chalicelib.identity.entering import SignedIn
from chalicelib.identity.forms import ProofForm, RecoveryCodeForm
from chalicelib.identity.sso import providers
from chalicelib.identity.web.welcome import welcome
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)


@pages.get("/signin/more", access=signed_in())
def show(person: PersonAccess) -> Response:
    """Signed in by mail where more is asked: use what one has, or set it up the first time."""
    after = return_path.checked(person.request.query.get("next", ""))
    return _page(person, RecoveryCodeForm.blank(next=after))


@pages.post("/signin/more/code", access=signed_in())
def use_code(person: PersonAccess) -> Response:
    form = RecoveryCodeForm.read(person.request)
    if form.problems:
        return _page(person, form, status=422)
    try:
        cookie = recovery_codes.use(form.recovery_code.data, person.session)
    except recovery_codes.Refused:
        form.refuse("recovery_code", "That is not one of your unused recovery codes")
        return _page(person, form, status=422)
    return welcome(SignedIn(person.person, cookie, form.next.data or "/account"))


@pages.get("/signin/soon", access=signed_in())
def remind(person: PersonAccess) -> Response:
    """Mail still opens the door, and will not for long."""
    after = return_path.checked(person.request.query.get("next", ""))
    days = [place.more_from for place in places.of(person.person) if place.more_from]
    return page(
        "identity/soon",
        form=ProofForm.blank(next=after),
        onward=after or "/places",
        providers=providers.offered(),
        starts_on=min(days, default=None),
        today=clock.today(),
    )


def _page(person: PersonAccess, form: RecoveryCodeForm, *, status: int = 200) -> Response:
    return page(
        "identity/more",
        status=status,
        form=form,
        after=return_path.checked(form.next.data or ""),
        ways=ways.of(person.person),
        providers=providers.offered(),
    )
