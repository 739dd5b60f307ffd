"""Records that some of those who handle incidents may not read (2.15, S58, S241, S390)."""

from dataclasses import replace

import pytest

from chalicelib.incidents import repository
from chalicelib.incidents.model.wall import Circle, Wall, circle_of
from chalicelib.storage import transaction
from tests.builders import within
from tests.incidents.walk import School, a_staffed_school, report
from tests.pages import Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def behind(school: School, record: str, wall: Wall) -> None:
    with within(school.id), transaction() as tx:
        stored = repository.load(school.id, record)
        repository.save(tx, school.id, stored, replace(stored.incident, wall=wall), ())


@pytest.mark.parametrize(
    ("wall", "inside"),
    [
        (Wall(), True),
        (Wall(without=frozenset({"p"})), False),
        (Wall(without=frozenset({"p"}), only=frozenset({"p"})), False),
        (Wall(only=frozenset({"p"})), True),
        (Wall(only=frozenset({"q"})), False),
        (Wall(circle=Circle.SAFEGUARDING), False),
        (Wall(circle=Circle.SAFEGUARDING, only=frozenset({"p"})), True),
    ],
)
def test_whom_a_wall_lets_in(wall: Wall, inside: bool) -> None:
    """Being named keeps out before all else, and lets in whatever one's role."""
    assert inside is wall.lets("p", ["online_safety_lead"])


def test_the_narrowest_circle_of_several_types_counts() -> None:
    """By category: a record of two types is kept as closely as the more private of them."""
    kept = [("grooming", Circle.SAFEGUARDING), ("hate", Circle.HEAD)]

    assert Circle.HEAD is circle_of(("hate", "grooming"), kept)
    assert Circle.ALL is circle_of(("gambling",), kept)


@pytest.mark.parametrize("path", ["", "/actions", "/people", "/summary", "/close", "/correct/what"])
def test_whoever_is_outside_meets_a_record_that_is_not_there(school: School, path: str) -> None:
    """Neither page nor list nor act: the same answer as for a record that never was."""
    record = report(school.at_teacher, school.id)
    page = school.at_lead.get(f"{school.log}/{record}/summary")
    behind(school, record, Wall(without=frozenset({school.lead.id})))

    school.at_lead.get(f"{school.log}/{record}{path}", expect=404)
    assert "Alex Smith" not in school.at_lead.get(school.log).text
    school.at_lead.submit({"summary": "Mine"}, page=page, expect=404)
    assert "Alex Smith" in school.at_dsl.get(school.log).text
    school.at_dsl.get(f"{school.log}/{record}{path}")
