"""Sanctions: the tables as data, the row a record suggests, what was done, and why it differed."""

import pytest

from chalicelib.incidents import lists
from chalicelib.incidents.sanctions import Whose, never_marked, suggested
from chalicelib.tenancy import matrix
from chalicelib.tenancy.matrix import Version
from tests.builders import a_person, a_pupil, signed_in, within
from tests.doubles import FrozenClock
from tests.incidents.build import a_report
from tests.incidents.file import a_record
from tests.incidents.walk import School, a_staffed_school
from tests.pages import Site

# The two tables as the policies print them, row by row.
PUPILS = {
    "S373": "headteacher police parents",
    "S374": "class_teacher warning",
    "S375": "class_teacher parents warning",
    "S376": "class_teacher warning",
    "S377": "class_teacher warning",
    "S378": "class_teacher",
    "S379": "class_teacher",
    "S380": "class_teacher",
    "S381": "class_teacher",
    "S382": "class_teacher parents warning",
    "S383": "class_teacher headteacher parents further",
    "S384": "headteacher parents",
    "S385": "headteacher parents",
    "S386": "class_teacher",
    "S387": "class_teacher headteacher parents warning",
    "S388": "class_teacher",
}
STAFF = {
    "S390": "headteacher authority agencies:L agencies:P",
    "S391": "headteacher authority",
    "S392": "line_manager",
    "S393": "line_manager",
    "S394": "line_manager",
    "S395": "line_manager",
    "S396": "headteacher authority technical warning",
    "S397": "headteacher authority warning",
    "S398": "headteacher authority agencies:L warning",
    "S399": "headteacher authority agencies:L warning",
    "S400": "headteacher authority agencies:L warning",
    "S401": "headteacher authority",
    "S402": "headteacher authority",
    "S403": "headteacher technical",
    "S404": "headteacher authority agencies:L warning suspension",
    "S405": "headteacher authority agencies:L warning suspension",
    "S406": "line_manager",
    "S407": "headteacher authority warning suspension",
}


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.mark.parametrize(("whose", "table"), [(Whose.PUPILS, PUPILS), (Whose.STAFF, STAFF)])
def test_the_starting_tables_are_the_policies_own(whose: Whose, table: dict[str, str]) -> None:
    """S372 to S407: sixteen rows by nine columns, eighteen by eight, one with letters."""
    found = {line.source: line.marked(whose) for line in whose.matrix.lines}

    assert {source: frozenset(marks.split()) for source, marks in table.items()} == found
    assert {Whose.PUPILS: 9, Whose.STAFF: 8}[whose] == len(whose.audience.columns)


def test_what_contradicts_itself_is_flagged_and_not_put_right() -> None:
    """Index F 12 and 13: columns nobody ticks (S372, S389), and S395 beside S404."""
    staff = Whose.STAFF.matrix
    flagged = {each.line for each in staff.contradictions(staff.lines)}

    assert {"breach_data", "accidental"} <= flagged
    assert ("Disciplinary: other",) == never_marked(Whose.STAFF, Version(0, staff.lines))
    assert 3 == len(never_marked(Whose.PUPILS, Version(0, Whose.PUPILS.matrix.lines)))


def test_every_suggestion_names_a_row_and_every_type_has_one() -> None:
    """S383, S407: and the row of continued infringements comes first, once there are any."""
    from chalicelib.incidents.types import CURRENT

    for whose in Whose:
        version = Version(0, whose.matrix.lines)
        for each in CURRENT.types:
            assert suggested(whose, version, [each.key], earlier=0), (whose, each.key)
        first, *_ = suggested(whose, version, ["gambling"], earlier=2)
        assert "continued" == first.line.key
        assert "2 earlier incidents" in first.why


def test_the_record_suggests_a_row_and_keeps_why_it_differed(school: School) -> None:
    """S382: the table's actions are ticked; leaving one out needs the reason."""
    record = a_record(school)
    site = school.at_dsl
    home = f"{school.log}/{record}/file/sanctions"
    assert "Nobody is marked as the one who did it" in site.get(home).text
    site.get(f"{school.log}/{record}/people")
    site.submit({"p2": ["offender"]})
    page = site.get(home)
    assert "Sending an offensive, harassing or bullying email, message or post" in page.text
    assert "Class teacher or tutor Inform parents or carers Warning" in page.text

    form = site.get(f"{school.log}/{record}/sanctions/p2/offensive")
    ticked = [
        box.attributes["value"]
        for box in form.root.all("input", type="checkbox")
        if "checked" in box.attributes
    ]
    assert ["class_teacher", "parents", "warning"] == ticked
    assert ["Say why it is not what the table says"] == (
        site.submit({"taken": ["class_teacher"]}, expect=422).problems()
    )
    page = site.follow(
        site.submit({"taken": ["class_teacher"], "why_differs": "He owned up and put it right"})
    )

    assert "Robin Bell, 5B: Sending an offensive" in page.text
    assert "He owned up and put it right" in page.text
    shown = site.get(f"{school.log}/{record}")
    assert "Other action" in shown.text


def test_continued_infringements_count_the_persons_own_earlier_incidents(
    school: School, clock: FrozenClock
) -> None:
    """S383: real incidents of that pupil as the one who did it; not as a target, not of others."""
    pupil = a_pupil(school.id, given_name="Robin", family_name="Bell")
    site = school.at_dsl

    def incident(mark: str) -> str:
        clock.advance(minutes=1)
        record = a_record(school)
        site.get(f"{school.log}/{record}/people")
        site.submit({"p2": [mark]})
        site.get(f"{school.log}/{record}/people/p2")
        site.submit({"found": f"pupil:{pupil}"})
        return record

    first = incident("offender")
    incident("target")
    third = incident("offender")
    page = site.get(f"{school.log}/{third}/file/sanctions")
    assert "1 earlier incident as the one who did it" in page.text
    assert "Going on after earlier warnings or sanctions" in page.text

    before = site.get(f"{school.log}/{first}/file/sanctions")
    assert "No earlier incident as the one who did it" in before.text

    site.get(f"{school.log}/{third}/sanctions/p2/continued")
    page = site.follow(site.submit())
    assert "Earlier incidents 1" in page.text


def test_a_school_keeps_its_own_version_of_the_table(school: School) -> None:
    """S372: editable and versioned; a record says which version it went by."""
    head = signed_in(school.at_dsl, a_person(school.id, roles=["headteacher"]))  # type: ignore[list-item]
    head.get(f"/s/{school.id}/tables/sanctions_pupils/lines/offensive")
    head.submit({"marks_pupils": ["class_teacher", "access"], "why": "Agreed by the governors"})
    with within(school.id):
        assert 1 == matrix.current(school.id, Whose.PUPILS.matrix).number

    record = a_record(school)
    school.at_dsl.get(f"{school.log}/{record}/sanctions/p1/offensive")
    page = school.at_dsl.follow(school.at_dsl.submit())
    assert "What the table says (version 1)" in page.text
    assert "Remove network or internet access" in page.text


def test_staff_have_their_own_table(school: School) -> None:
    """S389: a column of letters, LADO and police."""
    from chalicelib.incidents.model.report import Group, gathered

    record = a_record(school, types=("grooming",), people=gathered([(Group.STAFF, "Mr Example")]))
    page = school.at_dsl.get(f"{school.log}/{record}/sanctions/p1", expect=None)

    if page.status == 200:  # a wall may stand round an allegation
        assert "LADO Police" in page.text


@pytest.mark.parametrize(
    ("list_key", "first", "last", "number"),
    [
        ("prohibited", "S39", "S52", 14),
        ("grounds", "S352", "S366", 15),
        ("police", "S348", "S351", 4),
    ],
)
def test_the_policies_lists_are_data(list_key: str, first: str, last: str, number: int) -> None:
    """S39 to S53, S348 to S351, S352 to S366: complete, in their order, by their numbers."""
    (found,) = [each for each in lists.all_lists() if each.key == list_key]
    sources = [int(item.source[1:]) for item in found.items]

    assert list(range(int(first[1:]), int(last[1:]) + 1)) == sources
    assert number == len(sources)


def test_the_lists_suggest_whom_to_tell() -> None:
    """S53, S74, S75, S335, S338, S341, S342, S344 to S347: by what it is and who is named."""
    from chalicelib.incidents.model.report import AdultInvolved, Group, gathered

    def told(**parts: object) -> str:
        return "\n".join(each.label for each in lists.routes(a_report(**parts)))

    adult = told(types=("sexual_images",), adult_involved=AdultInvolved.YES)
    assert adult.startswith("The police, now")
    assert "children's social care" in adult
    staff = told(types=("gambling",), people=gathered([(Group.STAFF, "Mr Example")]))
    assert "LADO" in staff
    assert "police" not in staff.casefold()
    assert "Prevent" in told(types=("terrorism",))
    assert "behaviour policy" in told(types=("gambling",))
    assert "behaviour policy" not in staff
    assert "flowchart" in staff
    assert "If in doubt" in told(types=("copyright",), people=())


def test_the_lines_it_falls_under_are_tagged_and_lead_the_route(school: School) -> None:
    """2.23; S39, S348, S352: somebody decides, and the route follows them and not the types."""
    record = a_record(school)
    home = f"{school.log}/{record}/file/sanctions"
    before = school.at_dsl.get(home)
    assert "The police." in before.text
    form = school.at_dsl.get(f"{school.log}/{record}/add/listed")
    assert 38 == len(form.root.all("input", type="checkbox"))
    assert ["Tick at least one line"] == school.at_dsl.submit(expect=422).problems()
    page = school.at_dsl.follow(school.at_dsl.submit({"items": ["p7", "g9"]}))

    assert "2 lines of the lists" in page.text
    assert "The police." not in page.text
    assert "Tag the lines" not in page.text
