"""What a school has decided that judging, grouping and routing look at: one read for a delivery."""

from dataclasses import dataclass

from chalicelib.alerts.rows import MapRow
from chalicelib.alerts.service import mapping
from chalicelib.alerts.service.mapping import Changes
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.people.plan import rows
from chalicelib.people.plan.model import Plan
from chalicelib.people.plan.rows import DutyRow
from chalicelib.storage import Key, together
from chalicelib.tenancy import repository
from chalicelib.tenancy.model import School
from chalicelib.tenancy.rows import SchoolRow


@dataclass(frozen=True)
class Ground:
    """The school, its duty plan, its own themes, and which groups of its filter are staff."""

    school: School
    plan: Plan
    changes: Changes
    staff_groups: frozenset[str]
    minutes: int
    noise: frozenset[str] = frozenset()


def load(school: SchoolId) -> Ground:
    """Raises NotFound."""
    row, plan, changes = together(
        repository.school_key(school),
        Key(DutyRow, school, rows.PLAN),
        Key(MapRow, school, mapping.CURRENT),
    )
    if not isinstance(row, SchoolRow):
        raise NotFound
    settings = repository.settings_in(row)
    return Ground(
        school=repository.to_school(row),
        plan=rows.plan_of(plan) if isinstance(plan, DutyRow) else Plan(),
        changes=mapping.to_changes(changes) if isinstance(changes, MapRow) else Changes(),
        staff_groups=frozenset(group_of(each) for each in settings.staff_groups),
        minutes=settings.acknowledge_minutes,
        noise=frozenset(each.casefold().strip(".") for each in settings.noise_sites),
    )


def group_of(text: str) -> str:
    """The group Staff, of `CN=Staff,OU=Groups` or of a domain before a backslash."""
    first = text.split(",", maxsplit=1)[0].rpartition("\\")[2]
    return first.casefold().removeprefix("cn=").strip()
