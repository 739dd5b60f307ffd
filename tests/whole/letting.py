"""A record of each school that its trust may read, for the world."""

from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents import repository
from chalicelib.incidents.service import Sight
from chalicelib.incidents.service import sharing as service
from chalicelib.storage import tenants
from tests.builders import Person


def share(school: SchoolId, trust: str, dsl: Person, record: str, mark: str) -> str:
    """Share a record with the trust; gives the sharing's id. Where there is no trust, an id that
    nothing has.
    """
    made = ids.new()
    if not trust:
        return made
    with tenants({school}):
        seen = repository.load(school, record).seen
        service.share(
            school,
            TrustId(trust),
            record,
            Sight(dsl.id, dsl.name, seen, made, dsl.roles),
            school_name="A school",
            until=clock.today() + timedelta(days=30),
            why=f"For advice {mark}",
        )
    return made
