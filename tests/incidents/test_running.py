"""Running a record: severity with its reason, who may read it, handing it over."""

import pytest

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.incidents import repository
from chalicelib.incidents.model.report import AdultInvolved, Group, gathered
from chalicelib.incidents.model.severity import Severity, suggested
from chalicelib.incidents.service import leaving
from chalicelib.incidents.types import CURRENT
from chalicelib.tasks import service as tasks
from tests.builders import a_person, signed_in, within
from tests.doubles import Mailbox
from tests.incidents.build import a_report
from tests.incidents.file import a_record
from tests.incidents.walk import School, a_staffed_school
from tests.pages import Answer, Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.fixture
def record(school: School) -> str:
    return a_record(school)


def shown(school: School, record: str) -> Answer:
    return school.at_dsl.get(f"{school.log}/{record}")


@pytest.mark.parametrize(
    ("parts", "severity"),
    [
        ({"types": ("sexual_images",), "adult_involved": AdultInvolved.YES}, Severity.CRITICAL),
        ({"types": ("sexual_images",), "adult_involved": AdultInvolved.NO}, Severity.HIGH),
        ({"types": ("terrorism",)}, Severity.CRITICAL),
        ({"types": ("grooming",)}, Severity.HIGH),
        ({"types": ("copyright",), "people": gathered([(Group.STAFF, "X")])}, Severity.HIGH),
        ({"types": ("gambling",)}, Severity.MEDIUM),
        ({"types": ("copyright",), "people": ()}, Severity.LOW),
    ],
)
def test_the_report_suggests_how_serious_it_is(
    parts: dict[str, object], severity: Severity
) -> None:
    """S238, S347: the named child-protection issues, and staff, are serious."""
    judged = suggested(a_report(**parts))

    assert severity is judged.severity
    assert judged.why and not judged.by


def test_every_kind_of_incident_has_a_severity_with_its_reason() -> None:
    for each in CURRENT.types:
        assert suggested(a_report(types=(each.key,))).why


def test_severity_is_judged_with_its_reason_in_sight(school: School, record: str) -> None:
    """2.20: the reason stands beside it, and what it was before stays."""
    assert "High: Cyberbullying is a child-protection matter" in shown(school, record).text
    school.at_dsl.get(f"{school.log}/{record}/severity")
    assert ["Say why"] == school.at_dsl.submit({"severity": "low"}, expect=422).problems()
    school.at_dsl.submit({"severity": "low", "why": "One word, taken back at once"})

    page = shown(school, record)
    assert "Low: One word, taken back at once Judged by Jo Marsh" in page.text
    assert "Before: High: Cyberbullying" in page.text


def test_a_record_is_restricted_to_roles_or_to_people(school: School, record: str) -> None:
    """2.15, S58, S390: whoever decides stays inside; the rest find nothing."""
    at = f"{school.log}/{record}"
    school.at_dsl.get(f"{at}/readers")
    school.at_dsl.submit({"circle": "safeguarding", "why": "A family known to staff"})
    assert "Restricted" in shown(school, record).text
    school.at_lead.get(at, expect=404)
    assert "Alex Smith" not in school.at_lead.get(school.log).text

    school.at_dsl.get(f"{at}/readers")
    school.at_dsl.submit({"only": [school.lead.id], "why": "x"}, expect=409)
    school.at_dsl.get(f"{at}/readers")
    school.at_dsl.submit({"only": [school.lead.id, school.dsl.id], "why": "Both of us"})
    assert "Only Jo Marsh and Sam Lee" in school.at_lead.get(at).text
    deputy = a_person(school.id, roles=[Role.DEPUTY_DSL])
    signed_in(school.at_dsl, deputy).get(at, expect=404)


def test_a_whole_kind_of_incident_is_kept_to_fewer_people(school: School, mailbox: Mailbox) -> None:
    """2.15: by category, in a table of the school's; nobody outside is told or shown."""
    head = signed_in(school.at_dsl, a_person(school.id, roles=[Role.HEADTEACHER]))
    head.get(f"/s/{school.id}/tables/readers/lines/grooming")
    head.submit({"marks_readers": ["safeguarding"], "why": "Agreed by the governors"})

    mailbox.mails.clear()
    record = a_record(school, types=("grooming",))
    assert [school.dsl.email] == [mail.to for mail in mailbox.deliver()]
    school.at_lead.get(f"{school.log}/{record}", expect=404)
    assert "Restricted" in shown(school, record).text
    ordinary = a_record(school)
    assert "Restricted" not in school.at_lead.get(f"{school.log}/{ordinary}").text

    school.at_dsl.get(f"{school.log}/{ordinary}/correct/what")
    school.at_dsl.submit({"types": ["grooming"], "why": "It was more than it seemed"})
    school.at_lead.get(f"{school.log}/{ordinary}", expect=404)


def test_a_record_is_handed_over_with_its_tasks(school: School, record: str) -> None:
    """2.19: who has it in hand, why, and what they had to do."""
    at = f"{school.log}/{record}"
    school.at_dsl.get(at)
    school.at_dsl.submit(action="/acknowledge")
    assert "Has it in hand Jo Marsh" in shown(school, record).text
    school.at_dsl.get(f"{at}/add/task")
    due = {"due_on-day": "9", "due_on-month": "10", "due_on-year": "2026"}
    school.at_dsl.submit({"what": "Ring home", "owner": school.dsl.id, **due})

    school.at_dsl.get(f"{at}/hand-over")
    problems = school.at_dsl.submit({"to": ""}, expect=422).problems()
    assert ["Choose who takes it over", "Say why"] == problems
    school.at_dsl.submit({"to": school.lead.id, "why": "I am leaving on Friday"})
    page = shown(school, record)
    assert "Has it in hand Sam Lee" in page.text
    assert "I am leaving on Friday" in page.text
    with within(school.id):
        assert 1 == len(tasks.open_for(school.id, school.lead.id, frozenset()))
        assert [] == tasks.open_for(school.id, school.dsl.id, frozenset())


def test_nobody_takes_over_what_they_may_not_read(school: School, record: str) -> None:
    """The wall stands also for whoever would be given it."""
    at = f"{school.log}/{record}"
    school.at_dsl.get(f"{at}/readers")
    school.at_dsl.submit({"circle": "safeguarding", "why": "x"})
    school.at_dsl.get(f"{at}/hand-over")

    problems = school.at_dsl.submit({"to": school.lead.id, "why": "x"}, expect=422).problems()
    assert ["Sam Lee may not read this record"] == problems


def test_all_that_somebody_had_in_hand_is_handed_over_when_they_leave(school: School) -> None:
    """2.19: one page lists the open records of each, and of those who have left."""
    deputy = a_person(school.id, roles=[Role.DEPUTY_DSL], name="Kit Young")
    at_deputy = signed_in(school.at_dsl, deputy)
    records = [a_record(school) for _ in range(3)]
    for each in records:
        at_deputy.get(f"{school.log}/{each}")
        at_deputy.submit(action="/acknowledge")
    identity.leave(school.id, deputy.id, by="system:test")
    for _ in range(2):
        with within(school.id):
            leaving.find(school.id)
    assert ["Hand over the records of somebody who has left"] == handing(school)

    page = school.at_dsl.get(f"{school.log}/hand-over")
    assert "Kit Young, who has left 3 open records" in page.text
    link = next(a for a in page.root.all("a") if deputy.id in a.attributes["href"])
    school.at_dsl.get(link.attributes["href"])
    fields = {"records": records[:2], "to": school.lead.id, "why": "Kit has left"}
    page = school.at_dsl.follow(school.at_dsl.submit(fields))
    assert "2 records handed over." in page.text
    with within(school.id):
        owners = [repository.load(school.id, each).incident.owner for each in records]
    assert [school.lead.id, school.lead.id, deputy.id] == owners
    assert 1 == len(handing(school))

    school.at_dsl.get(link.attributes["href"])
    school.at_dsl.submit({"to": school.lead.id, "why": "The last of them"})
    assert [] == handing(school)


def handing(school: School) -> list[str]:
    """What the DSL is asked about people who have left."""
    with within(school.id):
        return [task.title for task in tasks.open_in(school.id) if task.kind == leaving.KIND]
