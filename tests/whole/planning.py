"""What a trust has planned: a template and a schedule of reports, with its mark in their names."""

from chalicelib import clock, ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import TrustId
from chalicelib.reports.layout import Chosen, Layout
from chalicelib.reports.model import Recipients
from chalicelib.reports.schedules import service as schedules
from chalicelib.reports.schedules.model import Every, Schedule
from chalicelib.reports.templates import service as templates
from chalicelib.storage import tenants
from tests.builders import Person


def slots(trust: TrustId, by: Person, mark: str) -> dict[str, str]:
    """The ids for the paths of their pages."""
    sections = (Chosen("incidents", ("types",)),)
    with tenants({trust}):
        made = templates.keep(
            trust, Layout(f"Board {mark}", sections, template=ids.new()), by=by.actor
        )
        planned = schedules.keep(
            Schedule(
                id=ids.new(),
                trust=trust,
                name=f"Termly {mark}",
                every=Every.TERM,
                since=clock.today(),
                to=Recipients(roles=(Role.TRUST_ADMINISTRATOR,)),
                template=made.template,
            ),
            by=by.actor,
        )
    return {"template": made.template, "schedule": planned.id}
