"""A trust's page of agreements: red, amber and green by school and kind, counts alone (3.6)."""

from chalicelib import audit, clock
from chalicelib.agreements import boards
from chalicelib.agreements.papers import asked
from chalicelib.agreements.rag import NONE
from chalicelib.errors import NotFound
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.storage import transaction
from chalicelib.tenancy import calendar
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
READ = trust(Permission.READ_TRUST_REPORTS)

navigation.register(
    navigation.Entry("Agreements", "/t/{trust}/signed", Permission.READ_TRUST_REPORTS, order=45)
)


@pages.get("/t/{trust}/signed", access=READ)
def board(who: TrustAccess) -> Response:
    """This school year's counts: those of another are never summed with them."""
    year, everything = calendar.academic_year(clock.today()), boards.of(who.trust)
    found = [one for one in everything if one.year == year]
    kinds, times = boards.kinds(found), sorted(one.at for one in found)
    return page(
        "agreements/trust_board",
        trust=who.trust,
        boards=found,
        before=[one for one in everything if one.year != year],
        oldest=times[0] if times else None,
        newest=times[-1] if times else None,
        kinds=kinds,
        sums={kind: sum((one.of(kind) for one in found), NONE) for kind in kinds},
    )


@pages.get("/t/{trust}/signed/{place}", access=READ)
def of_school(who: TrustAccess, place: str) -> Response:
    """One school's counts by year group and role, as far as a trust sees: nobody's name."""
    found = boards.of(who.trust)
    one = next((each for each in found if each.school == place), None)
    if one is None:
        raise NotFound
    return page(
        "agreements/trust_board_school", trust=who.trust, board=one, kinds=boards.kinds([one])
    )


@pages.post("/t/{trust}/signed/export", access=READ)
def export(who: TrustAccess) -> Response:
    """Every school's counts as CSV and as an Excel file."""
    with transaction() as tx:
        job = asked.board(tx, who.trust, person=who.person)
        audit.record(
            tx, who.trust, by=who.actor, action="agreements.exported", about="agreements/board"
        )
    return redirect(f"/t/{who.trust}/documents/{job}")
