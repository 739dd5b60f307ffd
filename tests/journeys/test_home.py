"""A school's first page shows each person what is theirs."""

from datetime import timedelta

from chalicelib import clock as time
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity.permissions import Role
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from tests.alerts import senders
from tests.builders import a_person, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.incidents import walk
from tests.pages import Site


def test_a_dsl_sees_what_waits_for_their_role_soonest_first(site: Site, clock: FrozenClock) -> None:
    """Tasks come with the reason for them, and what is late says so."""
    school = a_school()
    dsl = a_person(school, roles=[Role.DSL], name="Yasmin Akhtar")
    _a_task(school, "Second", days=3)
    _a_task(school, "First", days=-1)

    page = signed_in(site, dsl).get(f"/s/{school}")

    assert "Good morning, Yasmin" == page.heading
    assert page.text.index("First") < page.text.index("Second")
    assert "Overdue since" in page.text
    assert "because it is time" in page.text


def test_a_teacher_sees_the_report_button_and_nobody_elses_work(site: Site) -> None:
    """A role's tasks are shown to that role alone; a teacher's page leads to the report form."""
    school = a_school()
    a_person(school, roles=[Role.DSL], name="Yasmin Akhtar")
    teacher = a_person(school, roles=[Role.STAFF])
    _a_task(school, "Not theirs", days=0)

    page = signed_in(site, teacher).get(f"/s/{school}")

    assert "Not theirs" not in page.text
    assert "Nothing is waiting for you" in page.text
    assert "Report an incident" in page.text
    assert "Incident log" not in page.text
    assert "Yasmin Akhtar" in page.text, "everybody can see who is on duty"


def test_a_governor_is_led_to_the_figures_and_cannot_report(site: Site) -> None:
    """A governor sees figures and no child (S91, S240)."""
    school = a_school()
    governor = a_person(school, roles=[Role.GOVERNOR])

    page = signed_in(site, governor).get(f"/s/{school}")

    assert "Reports" in page.text
    assert "Report an incident" not in page.text


def _a_task(school: str, title: str, *, days: int) -> None:
    task = Task(
        id=title,
        kind="test.thing",
        title=title,
        why="because it is time",
        link=f"/s/{school}",
        about="test/1",
        due_on=time.today() + timedelta(days=days),
        role=Role.DSL,
    )
    with within(school), transaction() as tx:
        tasks.add(tx, school, task, by="system:test")


def test_each_role_sees_what_is_theirs_and_several_combine(site: Site) -> None:
    """A leader the week, staff their reports, the office signatures, a technician the feeds."""
    school = a_school()
    reporter = signed_in(site, a_person(school, roles=[Role.STAFF]))
    walk.report(reporter, school)
    senders.a_source(school, SourceKind.RELAY, name="Filter of ours")
    first = {
        role: signed_in(site, a_person(school, roles=[role])).get(f"/s/{school}").text
        for role in (Role.SENIOR_LEADER, Role.OFFICE, Role.TECHNICIAN, Role.GOVERNOR)
    }
    both = a_person(school, roles=[Role.OFFICE, Role.TECHNICIAN])

    assert "What you reported" in reporter.get(f"/s/{school}").text
    assert "1 incident nobody has acknowledged" in first[Role.SENIOR_LEADER]
    assert "Incidents reported each week" in first[Role.SENIOR_LEADER]
    assert "wait to be signed" in first[Role.OFFICE]
    assert "Filter of ours" in first[Role.TECHNICIAN]
    for word in ("The week", "What you reported", "wait to be signed", "Filter of ours"):
        assert word not in first[Role.GOVERNOR]
    text = signed_in(site, both).get(f"/s/{school}").text
    assert "wait to be signed" in text
    assert "Filter of ours" in text
