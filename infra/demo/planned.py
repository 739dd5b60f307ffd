"""What a trust has asked to come by itself, and how its schools stand this morning."""

from chalicelib import clock, ids
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports.layout import Chosen, Layout
from chalicelib.reports.model import Recipients
from chalicelib.reports.schedules import service as schedules
from chalicelib.reports.schedules.model import Every, Schedule
from chalicelib.reports.states import service as states
from chalicelib.reports.templates import service as templates
from chalicelib.storage import tenants
from chalicelib.tenancy import directory

# What the board wants to see, in its order.
_BOARD = (
    Chosen("schools", ("compared",)),
    Chosen("incidents", ("types", "risks", "ended")),
    Chosen("alerts", ("themes", "responses")),
    Chosen("waits", ("incident_waits", "taken")),
)


def look_at_schools(trust: TrustId) -> None:
    """How each school stands, as this morning would have copied it."""
    with tenants({trust}):
        schools = [each.id for each in directory.schools_of(trust)]
    for school in schools:
        with tenants({school}):
            states.plan(SchoolId(school))


def plan(trust: TrustId) -> None:
    """A template for the board, and two schedules: termly for the board, weekly for who runs it."""
    with tenants({trust}):
        administrator = identity.contacts_with(trust, Role.TRUST_ADMINISTRATOR)[0]
        by = f"person:{administrator.person}"
        board = templates.keep(trust, Layout("Board report", _BOARD, template=ids.new()), by=by)
        for name, every, template, roles in (
            ("Termly, for the board", Every.TERM, board.template, (Role.TRUST_VIEWER,)),
            ("The week before", Every.WEEK, "", (Role.TRUST_SAFEGUARDING_LEAD,)),
        ):
            made = Schedule(
                id=ids.new(),
                trust=trust,
                name=name,
                every=every,
                since=clock.today(),
                to=Recipients(
                    people=(administrator.person,) if every is Every.TERM else (), roles=roles
                ),
                template=template,
            )
            schedules.keep(made, by=by)
