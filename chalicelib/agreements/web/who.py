"""Who signs what, and who is clear: for whoever sets it, and for the desk (3.3, 3.7)."""

from chalicelib.agreements import profile
from chalicelib.agreements.rules import service as rules
from chalicelib.agreements.rules.model import RULES, Often
from chalicelib.errors import Conflict
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_RULES = "/s/{school}/agreements/rules"


@pages.get("/s/{school}/agreements/clearance", access=school(Permission.READ_AGREEMENTS))
def clearance(staff: SchoolAccess) -> Response:
    """Everybody grown-up, or those whose name holds what was typed."""
    wanted = " ".join(staff.request.query.get("q", "").split())[:80]
    everybody = rules.clearance(staff.school)
    found = [one for one in everybody if wanted.casefold() in one.subject.name.casefold()]
    return page(
        "agreements/clearance",
        school=staff.school,
        everybody=everybody,
        found=found,
        wanted=wanted,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get(_RULES, access=school(Permission.READ_AGREEMENTS))
def show(staff: SchoolAccess) -> Response:
    return _rules(staff)


@pages.post(_RULES, access=school(Permission.MANAGE_AGREEMENTS))
def choose(staff: SchoolAccess) -> Response:
    """Keep what was chosen; with "now", ask everybody it leaves to be asked at once."""
    sent = staff.request.form
    words = {often.value: often for often in Often}
    often = {rule.key: words.get(sent.get(rule.key, ""), Often.OFF) for rule in RULES}
    try:
        number = int(sent.get("version", ""))
        rules.choose(staff.school, often, version=number, by=staff.actor)
    except (Conflict, ValueError):
        return _rules(staff, status=409, changed=True)
    return redirect(f"/s/{staff.school}/agreements/rules")


@pages.post(f"{_RULES}/ask", access=school(Permission.MANAGE_AGREEMENTS))
def ask(staff: SchoolAccess) -> Response:
    """Nobody has to wait for the morning."""
    rules.ask_due(staff.school)
    return redirect(f"/s/{staff.school}/agreements")


def _rules(staff: SchoolAccess, *, status: int = 200, changed: bool = False) -> Response:
    often, version = rules.chosen(staff.school)
    return page(
        "agreements/rules",
        status=status,
        school=staff.school,
        rules=RULES,
        often=often,
        choices=tuple(Often),
        version=version,
        due=rules.due(staff.school),
        vacant=[role.label for role in profile.of(staff.school).vacant],
        may_change=staff.may(Permission.MANAGE_AGREEMENTS),
        changed=changed,
    )
