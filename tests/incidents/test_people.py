"""People of a record: linked to the school's lists, with their marks and what else they were in."""

import pytest

from tests.builders import a_class, a_pupil, within
from tests.doubles import FrozenClock
from tests.incidents.file import a_record
from tests.incidents.walk import School, a_staffed_school
from tests.pages import Answer, Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def link(school: School, record: str, person: str, found: str, *, of: str = "") -> Answer:
    at = f"{school.log}/{record}/people/{person}" + (f"?of={of}" if of else "")
    school.at_dsl.get(at)
    return school.at_dsl.follow(school.at_dsl.submit({"found": found}))


def test_somebody_is_found_by_name_or_by_class_and_only_because_a_person_says_so(
    school: School,
) -> None:
    """S227, 2.14: alike names are offered, never taken; a class list has everybody else."""
    oak = a_class(school.id, "5B")
    robin = a_pupil(school.id, oak, given_name="Robin", family_name="Bell")
    other = a_pupil(school.id, oak, given_name="Kim", family_name="Ward")
    record = a_record(school)
    page = school.at_dsl.get(f"{school.log}/{record}/file/people")
    assert 2 == page.text.count("Nobody has said who it is")

    offered = school.at_dsl.get(f"{school.log}/{record}/people/p2")
    assert "Robin Bell" in offered.text and "Kim Ward" not in offered.text
    assert "Choose who it is" in school.at_dsl.submit(expect=422).problems()
    page = link(school, record, "p2", f"pupil:{robin}")
    assert "Robin Bell, 5B" in page.text
    page = link(school, record, "p2", f"pupil:{other}", of=oak)
    assert "Kim Ward, 5B" in page.text
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "People found in the school's lists" in shown.text
    page = link(school, record, "p2", "nobody")
    assert 2 == page.text.count("Nobody has said who it is")


def test_repeat_involvement_is_seen_at_once(school: School, clock: FrozenClock) -> None:
    """2.7, S262: on the record itself, and as what; a record one may not read is not counted."""
    from chalicelib.incidents.model.wall import Wall
    from tests.incidents.test_wall import behind

    pupil = a_pupil(school.id, given_name="Robin", family_name="Bell")
    records = []
    for mark in ("offender", "target", "witness"):
        clock.advance(minutes=1)
        records.append(a_record(school))
        link(school, records[-1], "p2", f"pupil:{pupil}")
        school.at_dsl.get(f"{school.log}/{records[-1]}/people")
        school.at_dsl.submit({"p2": [mark]})
    shown = school.at_dsl.get(f"{school.log}/{records[2]}")
    assert "2 other incidents" in shown.text
    page = school.at_dsl.get(f"{school.log}/{records[2]}/file/people")
    assert "1 before this one as the one who did it" in page.text

    behind(school, records[0], Wall(without=frozenset({school.lead.id})))
    theirs = school.at_lead.get(f"{school.log}/{records[2]}/file/people")
    assert "1 other incident" in theirs.text
    assert "as the one who did it" not in theirs.text


def test_a_chronology_moves_with_a_correction_and_forgets_who_is_taken_out(
    school: School, clock: FrozenClock
) -> None:
    """The index follows the record in both directions."""
    from chalicelib.incidents import repository

    pupil = a_pupil(school.id, given_name="Robin", family_name="Bell")
    record = a_record(school)
    link(school, record, "p2", f"pupil:{pupil}")
    school.at_dsl.get(f"{school.log}/{record}/correct/when")
    school.at_dsl.submit({"occasions-1-day": "1", "why": "Asked again"})
    with within(school.id):
        (found,) = repository.appearances(school.id, f"pupil:{pupil}")
    assert found.happened.startswith("2026-10-01")

    school.at_dsl.get(f"{school.log}/{record}/correct/who")
    school.at_dsl.submit({"child": "Alex Smith, 5B", "why": "Robin was not there"})
    with within(school.id):
        assert [] == repository.appearances(school.id, f"pupil:{pupil}")


def test_who_is_not_named_cannot_be_linked(school: School) -> None:
    record = a_record(school)

    school.at_dsl.get(f"{school.log}/{record}/people/p9", expect=404)
    school.at_teacher.get(f"{school.log}/{record}/people/p1", expect=403)


def test_what_came_to_nothing_is_no_earlier_incident(school: School, clock: FrozenClock) -> None:
    """S383: an unfounded report counts against nobody, nor does one that was a duplicate."""
    pupil = a_pupil(school.id, given_name="Robin", family_name="Bell")
    records = []
    for _ in range(2):
        clock.advance(minutes=1)
        records.append(a_record(school))
        link(school, records[-1], "p2", f"pupil:{pupil}")
    assert "1 other incident" in school.at_dsl.get(f"{school.log}/{records[1]}").text

    school.at_dsl.get(f"{school.log}/{records[0]}/close")
    school.at_dsl.submit({"outcome": "unfounded", "reasons": "Nothing there", "summary": "x"})
    assert "other incident" not in school.at_dsl.get(f"{school.log}/{records[1]}").text
