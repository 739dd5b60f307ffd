"""The tables of devices and actions: read by all, changed by version, contradictions flagged."""

from pathlib import Path

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.registers import tables
from chalicelib.tenancy import matrix
from chalicelib.tenancy.matrix.loading import Malformed
from tests.builders import a_person, a_school, signed_in
from tests.pages import Site

WRONG_COLUMN = """
key = "x"
title = "X"
intro = "I"
edition = "1"
audiences = [{ key = "a", label = "A", columns = [{ key = "yes", label = "Yes" }] }]
lines = [{ key = "l", label = "L", marks = { a = ["no"] } }]
"""


def wrong(key: str) -> dict[str, list[str]]:
    found = tables.of(key)
    told: dict[str, list[str]] = {}
    for each in found.contradictions(found.lines):
        told.setdefault(each.line, []).append(each.says)
    return told


def test_the_tables_hold_what_the_policy_says() -> None:
    """Fifteen lines for two audiences, five for everybody, several marks in a cell (S319, S367)."""
    devices, actions = tables.of("devices"), tables.of("actions")

    assert (15, 5) == (len(devices.lines), len(actions.lines))
    assert [4, 4] == [len(each.columns) for each in devices.audiences]
    assert {"times", "permission"} == next(
        line.marked("pupils") for line in devices.lines if line.source == "S328"
    )


def test_the_oddities_of_the_policy_are_flagged() -> None:
    """Looser for pupils than for adults (S327); crosses in two columns (S368, S369); file sharing
    accepted and sanctioned (S371, S363, S366): index F 9 to 11, and nothing else.
    """
    assert {
        "school_email_personal": ["Pupils are given more freedom here than staff and other adults."]
    } == wrong("devices")
    assert {"gaming", "gambling", "file_sharing"} == set(wrong("actions"))
    assert "marked “Unacceptable” and also “Acceptable”" in wrong("actions")["gaming"][0]
    assert "without a licence" in wrong("actions")["file_sharing"][0]


def test_a_lead_settles_a_line_and_staff_read_it(site: Site) -> None:
    """A change is a version with its reason; what was flagged is no more (S327, R-PHONE)."""
    school = a_school()
    lead = signed_in(site, a_person(school, roles=[Role.ONLINE_SAFETY_LEAD], name="Lou Lead"))
    teacher = signed_in(site, a_person(school))
    page = f"/s/{school}/tables/devices"
    assert "As supplied, not checked by the school yet" in teacher.get(page).text
    assert "more freedom here" in teacher.get(page).text

    lead.get(f"{page}/lines/school_email_personal")
    sent = {"marks_adults": ["no"], "marks_pupils": ["no"]}
    assert "Say why you change it" in lead.submit(sent, expect=422).problems()
    lead.submit({**sent, "why": "It was looser for pupils than for adults."})

    shown = teacher.get(page)
    assert "Version 1" in shown.text
    assert "more freedom here" not in shown.text
    told = teacher.get(f"{page}/versions").text
    assert "It was looser for pupils than for adults." in told
    assert "School email for personal messages: Staff and other adults: not allowed" in told
    assert "Lou Lead" in told


def test_a_school_adds_takes_out_and_confirms_lines(site: Site) -> None:
    """And two who change the same version meet: the second is told (S319)."""
    school = a_school()
    lead = signed_in(site, a_person(school, roles=[Role.DSL]))
    page = f"/s/{school}/tables/actions"
    lead.get(f"{page}/lines/new")
    lead.submit({"label": "Asking a chatbot", "marks_everybody": ["nominated"], "why": "New"})
    assert "Asking a chatbot" in lead.get(page).text
    lead.submit({"agreed": "yes"}, action=f"{page}/confirm")
    late = signed_in(site, a_person(school, roles=[Role.DSL]))
    late.get(f"{page}/lines/gaming")
    lead.get(f"{page}/lines/gaming")
    lead.submit({"marks_everybody": ["unacceptable"], "why": "Settled", "remove": "yes"})

    assert "Online gaming not for learning" not in lead.get(page).text
    assert 404 == late.submit({"marks_everybody": ["acceptable"], "why": "Mine"}, expect=404).status
    assert "Version 3" in lead.get(page).text


def test_only_those_who_look_after_them_change_tables(site: Site) -> None:
    """Everybody else reads (S319)."""
    school = a_school()
    teacher = signed_in(site, a_person(school))

    teacher.get(f"/s/{school}/tables")
    teacher.get(f"/s/{school}/tables/devices/lines/blogs", expect=403)
    teacher.get(f"/s/{school}/tables/nothing", expect=404)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("key = 1 2", "bad.toml"),
        ('key = "x"\ntitle = "X"', "audiences"),
        (WRONG_COLUMN, "line l: no column"),
    ],
)
def test_a_table_that_makes_no_sense_says_where(tmp_path: Path, text: str, says: str) -> None:
    """The file's name, and the line of the table."""
    file = tmp_path / "bad.toml"
    file.write_text(text)

    with pytest.raises(Malformed, match=says):
        matrix.load(file)


def test_a_column_that_no_line_uses_is_said(site: Site) -> None:
    """Index F 12: the staff sanctions have a column that nothing is under, until a line is."""
    school = a_school()
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))

    assert "No line uses" in head.get(f"/s/{school}/tables/sanctions_staff").text
    assert "No line uses" not in head.get(f"/s/{school}/tables/readers").text
