"""What pupils are taught about being online: planned, taught, looked at, and one on the other."""

from chalicelib.identity.permissions import Role
from chalicelib.registers.forms.questions import PREFIX
from chalicelib.registers.model.definition import ADD
from chalicelib.storage import tenants
from chalicelib.tasks import service as tasks
from tests.builders import Person
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.registers.desk import Desk
from tests.registers.play import School


def somebody(school: School, role: Role) -> Person:
    return next(each for each in school.people if role in each.roles)


def to_do(school: School, who: Person) -> list[str]:
    with tenants({school.id}):
        return [each.title for each in tasks.open_for(school.id, who.id, who.roles)]


def test_a_progressive_curriculum_is_taught_and_looked_at(site: Site, clock: FrozenClock) -> None:
    """S244, S76: one topic builds on another; whoever leads it says that it was taught, and the
    computing lead is asked to look at how it has gone in, and says what changes.
    """
    school = School()
    teacher = somebody(school, Role.STAFF)
    named = {"id": teacher.id, "name": teacher.name}
    desk = Desk(site, school, teacher)
    computing = Desk(site, school, somebody(school, Role.COMPUTING_MANAGER))
    here = f"/s/{school.id}/registers/teaching"
    first = desk.add("teaching", name="A good password", year_group="y1_2", lead=named)
    desk.browser.get(f"{here}/new")
    more = {"name": "Two locks", "year_group": "y3_4", "lead": named}
    typed = desk.typed("teaching", ADD, {}, more) | {f"{PREFIX}builds_on": first}
    later = desk.browser.submit(typed).location.rpartition("/")[2].partition("?")[0]

    desk.take("teaching", later, "teach")

    assert 403 == desk.browser.get(f"{here}/{later}/look", expect=None).status
    waiting = "Look at how an online-safety topic has gone in"
    assert waiting in to_do(school, computing.person)
    shown = computing.take(
        "teaching", later, "look", embedded="partly", change="Try it on the tablets"
    )
    assert "Try it on the tablets" in shown.text
    assert "A good password" in shown.text
    assert "Two locks" in computing.browser.get(here).text
    assert waiting not in to_do(school, computing.person)
