"""Records that belong together: related, merged, taken apart, split; figures in both directions."""

from datetime import date

import pytest

from chalicelib import figures
from chalicelib.incidents import repository
from chalicelib.incidents.model.record import Status, Tie
from chalicelib.incidents.model.report import Group, gathered
from tests.builders import within
from tests.doubles import FrozenClock
from tests.incidents.file import a_record
from tests.incidents.walk import School, a_staffed_school
from tests.pages import Site

DAY = date(2026, 10, 5)


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def reference(school: School, record: str) -> str:
    with within(school.id):
        return repository.load(school.id, record).incident.reference


def counted(school: School) -> int:
    with within(school.id):
        return figures.totals(school.id, "incidents", DAY, DAY).n


def tie(school: School, record: str, other: str, how: str) -> None:
    school.at_dsl.get(f"{school.log}/{record}/others/tie")
    fields = {"how": how, "reference": reference(school, other), "why": "Same evening"}
    page = school.at_dsl.follow(school.at_dsl.submit(fields))
    assert "Both records tell of it" in page.text


def test_two_related_records_point_to_each_other_until_parted(school: School) -> None:
    """2.22: with the reason, on both; and not twice."""
    one, two = a_record(school), a_record(school)
    tie(school, one, two, "related")
    for record, other in ((one, two), (two, one)):
        page = school.at_dsl.get(f"{school.log}/{record}")
        assert f"Related to {reference(school, other)}" in page.text
        assert "Same evening" in page.text
    school.at_dsl.get(f"{school.log}/{one}/others/tie")
    again = {"how": "related", "reference": reference(school, two), "why": "x"}
    school.at_dsl.submit(again, expect=409)
    assert ["There is no record with this reference"] == (
        refused(school, one, {**again, "reference": "ZZZ-ZZZZ"})
    )

    school.at_dsl.get(f"{school.log}/{two}/others/{one}/part")
    school.at_dsl.submit({"why": "They are not"})
    with within(school.id):
        assert () == repository.load(school.id, one).incident.others
        assert () == repository.load(school.id, two).incident.others


def refused(school: School, record: str, fields: dict[str, str]) -> list[str]:
    school.at_dsl.get(f"{school.log}/{record}/others/tie")
    return school.at_dsl.submit(fields, expect=422).problems()


def test_the_same_incident_reported_twice_counts_once_and_twice_again_when_parted(
    school: School,
) -> None:
    """2.22: the figures are corrected in both directions; nothing of either record is lost."""
    people = gathered([(Group.CHILD, "Alex Smith, 5B"), (Group.CHILD, "Kim Ward")])
    one = a_record(school, people=people, types=("online_bullying", "hate"), description="My view")
    two = a_record(school)
    assert 2 == counted(school)
    tie(school, one, two, "merge")

    assert 1 == counted(school)
    with within(school.id):
        gone = repository.load(school.id, one).incident
        kept = repository.load(school.id, two).incident
    assert Status.CLOSED is gone.status
    assert "My view" == gone.report.description
    names = [each.name for each in kept.report.people]
    assert ["Alex Smith, 5B", "Robin Bell, 5B", "Kim Ward"] == names
    assert ("online_bullying", "hate") == kept.report.types
    assert "My view" in school.at_dsl.get(f"{school.log}/{two}").text
    school.at_dsl.get(f"{school.log}/{one}/reopen")
    school.at_dsl.submit({"why": "x"}, expect=409)

    school.at_dsl.get(f"{school.log}/{one}/others/{two}/part")
    school.at_dsl.submit({"why": "Another evening after all"})
    assert 2 == counted(school)
    with within(school.id):
        back = repository.load(school.id, one).incident
    assert Status.IN_PROGRESS is back.status
    assert [Tie.RELATED] == [each.tie for each in back.others]


def test_two_incidents_in_one_report_become_two_records(school: School) -> None:
    """2.22: people with their marks go along; each tells of the other; the figures count both."""
    record = a_record(school, types=("online_bullying", "account_access"))
    school.at_dsl.get(f"{school.log}/{record}/people")
    school.at_dsl.submit({"p1": ["target"], "p2": ["offender"]})
    form = school.at_dsl.get(f"{school.log}/{record}/others/split")
    assert "Choose what kind of incident it is" in school.at_dsl.submit(expect=422).problems()
    fields = {"people": ["p2"], "types": ["account_access"], "why": "Two matters"}
    for _ in range(2):  # a second press finds its own work done
        school.at_dsl.submit(fields, page=form)

    with within(school.id):
        one = repository.load(school.id, record).incident
        (tied,) = one.tied(Tie.SPLIT_INTO)
        new = repository.load(school.id, tied.id).incident
    assert ["Alex Smith, 5B"] == [each.name for each in one.report.people]
    assert ("online_bullying",) == one.report.types
    assert ["Robin Bell, 5B"] == [each.name for each in new.report.people]
    assert ("account_access",) == new.report.types
    assert {"p2"} == set(new.marks) and {"p1"} == set(one.marks)
    assert [Tie.SPLIT_FROM] == [each.tie for each in new.others]
    assert 2 == counted(school)
    assert new.reference in school.at_dsl.get(school.log).text


def test_what_may_be_the_same_is_offered(school: School, clock: FrozenClock) -> None:
    """The same people within a month; never a record one may not read."""
    from chalicelib.incidents.model.wall import Wall
    from tests.incidents.test_wall import behind

    one, two = a_record(school), a_record(school)
    home = f"{school.log}/{one}/file/others"
    assert reference(school, two) in school.at_lead.get(home).text

    behind(school, two, Wall(without=frozenset({school.lead.id})))
    assert reference(school, two) not in school.at_lead.get(home).text
    school.at_lead.get(f"{school.log}/{one}/others/tie")
    fields = {"how": "related", "reference": reference(school, two), "why": "x"}
    assert 422 == school.at_lead.submit(fields, expect=422).status


def test_a_record_behind_a_wall_cannot_be_reached_through_its_tie(school: School) -> None:
    """2.15: whoever may not read the other one changes nothing of it."""
    from chalicelib.incidents.model.wall import Wall
    from tests.incidents.test_wall import behind

    one, two = a_record(school), a_record(school)
    tie(school, one, two, "related")
    behind(school, two, Wall(without=frozenset({school.lead.id})))

    school.at_lead.get(f"{school.log}/{one}/others/{two}/part")
    school.at_lead.submit({"why": "x"}, expect=404)
    with within(school.id):
        assert 1 == len(repository.load(school.id, one).incident.others)
