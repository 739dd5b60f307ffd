"""What each morning does for who has access: unused access ends, a review is asked for (R19)."""

from collections.abc import Collection

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import dormant
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.people import reviews
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar, directory
from chalicelib.tenancy import service as tenancy

UNUSED = "access.unused"


def plan(school: SchoolId) -> int:
    """Gives how many tasks were opened."""
    term = tenancy.calendar_of(school).term_of(clock.today())
    opened = reviews.ask(school, term, Role.HEADTEACHER, f"/s/{school}/people/review")
    return opened + _unused(school, directory.school(school).name, Role.OFFICE, "/s")


def plan_trust(trust: TrustId) -> int:
    """The same at a trust, whose own people these are."""
    with tenants({trust}):
        term = calendar.term_of(clock.today())
        opened = reviews.ask(trust, term, Role.TRUST_ADMINISTRATOR, f"/t/{trust}/people/review")
        name = directory.trust(trust).name
        return opened + _unused(trust, name, Role.TRUST_ADMINISTRATOR, "/t")


def _unused(place: SchoolId | TrustId, name: str, role: Role, start: str) -> int:
    """Whoever could not be shut out, because the place needs them, is somebody's task.

    It ends by itself the morning after they signed in, or somebody else has their role.
    """
    opened, needed = 0, dormant.end_unused(place, name)
    _end_others(place, {_task_id(each.person) for each in needed})
    for member in needed:
        task = Task(
            id=_task_id(member.person),
            kind=UNUSED,
            title="Somebody you need has not signed in for 90 days",
            why="They are your only one in their role. Ask them to sign in, or name somebody else.",
            link=f"{start}/{place}/people/{member.person}",
            about=f"person/{member.person}",
            due_on=calendar.next_working_day(clock.today()),
            role=role,
        )
        if tasks.find_open(place, task.id) is None:
            with transaction() as tx:
                tasks.add(tx, place, task, by=actors.system("plan_day"))
            opened += 1
    return opened


def _end_others(place: SchoolId | TrustId, ids: Collection[str]) -> None:
    gone = [t for t in tasks.open_in(place) if t.kind == UNUSED and t.id not in ids]
    for task in gone:
        with transaction() as tx:
            tasks.done(tx, place, task, by=actors.system("plan_day"))


def _task_id(person: PersonId) -> str:
    return f"unused-{person}"
