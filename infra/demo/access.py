"""Who comes and goes at the demonstration schools, and what happens when they are closed."""

from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Permission, Role
from chalicelib.people import reviews, staffing
from chalicelib.people.plan import service as plans
from chalicelib.people.plan.model import Plan
from chalicelib.storage import tenants
from infra.demo import names
from infra.demo.schools import BY, Opened

_ALL = frozenset(Permission)
_GUESTS = (("Tamsin", "Quill"), ("Idris", "Fenn"), ("Paloma", "Reyes"), ("Bo", "Lindqvist"))
_INVITED = (("Hester", "Vane"), ("Uma", "Pell"), ("Rafe", "Corrin"), ("Linnet", "Shaw"))
_DOMAIN = "supply.example"


def of_schools(schools: list[Opened]) -> None:
    """A trainee until the end of next month, a governor who has not accepted yet, and a list that
    the headteacher looked through, at each school; a plan for when they are closed at all but one.
    """
    for number, opened in enumerate(schools):
        with tenants({opened.school}):
            _review(opened)
            if number < len(schools) - 1:
                _plan(opened)
            _guest(opened, *_GUESTS[number % len(_GUESTS)])
            _invite(opened, *_INVITED[number % len(_INVITED)])


def _review(opened: Opened) -> None:
    head, _ = opened.holders(Role.HEADTEACHER)[0]
    shown = reviews.mark_of(reviews.lines_of(opened.school))
    by, form = f"person:{head}", ids.new()
    reviews.sign(opened.school, shown, (), form=form, by=by, leave=_nobody, check=_nobody)


def _nobody(_: object) -> None:
    """Everybody stays."""


def _plan(opened: Opened) -> None:
    head, _ = opened.holders(Role.HEADTEACHER)[0]
    plan = Plan(says="Whoever is on duty is told at any hour, and rings the headteacher at home.")
    plans.save(opened.school, plan, version=0, by=f"person:{head}")


def _guest(opened: Opened, first: str, last: str) -> None:
    address = names.address(first, last, _DOMAIN)
    guest = identity.add_member(
        opened.school, name=f"{first} {last}", email=address, roles={Role.STAFF}, by=BY
    )
    until = clock.today() + timedelta(days=40)
    staffing.set_end(opened.school, guest, until, by=BY, own=_ALL)


def _invite(opened: Opened, first: str, last: str) -> None:
    identity.invite(
        opened.school,
        name=f"{first} {last}",
        email=names.address(first, last, "governors.example"),
        roles={Role.GOVERNOR},
        by=BY,
        place_name=opened.plan.name,
    )
