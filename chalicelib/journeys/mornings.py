"""What each morning does. One place's failure never stops another's, nor one job the next; what
failed today is caught up tomorrow.
"""

from collections.abc import Callable

from chalicelib.agreements import morning as agreements
from chalicelib.alerts.service import watching
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents.service import mornings as incidents
from chalicelib.incidents.service import sharing
from chalicelib.journeys import retained
from chalicelib.journeys.starting import parting
from chalicelib.observability import failure
from chalicelib.people import morning as people
from chalicelib.people.rosters.wonde import service as wonde
from chalicelib.registers.service import morning as registers
from chalicelib.reports import morning as reports
from chalicelib.reports import recounting
from chalicelib.reports.states import service as states
from chalicelib.storage import tenants
from chalicelib.tenancy import directory

# Each gives how many things it did. A school's jobs run within that school.
TRUSTS: dict[str, Callable[[TrustId], int]] = {
    "reports": reports.plan_day,
    "trust_people": people.plan_trust,
    "schools_gone": parting.forget_gone,
    "shared_records": sharing.tidy,
}
SCHOOLS: dict[str, Callable[[SchoolId], int]] = {
    "incidents": incidents.plan,
    "registers": registers.plan,
    "agreements": agreements.plan,
    "sources": watching.start_all,
    "wonde": wonde.plan,
    "people": people.plan,
    "states": states.plan,
    "retention": retained.morning,
    "figures": recounting.plan,  # last: it counts what the others did
}


def all_places() -> dict[str, int]:
    """Do every job of this morning everywhere; gives how much each did."""
    done = dict.fromkeys((*TRUSTS, *SCHOOLS), 0)
    for trust in directory.all_trusts():
        for name, job in TRUSTS.items():
            try:
                done[name] += job(trust)
            except Exception as e:  # noqa: BLE001  # one trust's failure is not another's
                failure("day not planned", e, trust=trust, job=name)
    for school in directory.all_schools():
        for name, each in SCHOOLS.items():
            try:
                with tenants({school}):
                    done[name] += each(school)
            except Exception as e:  # noqa: BLE001
                failure("day not planned", e, school=school, job=name)
    return done
