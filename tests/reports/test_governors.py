"""A school's report to governors, from asking to reading, as people use it."""

import pytest

from chalicelib.documents import build
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.registers.repository import lines
from chalicelib.reports.school import approving
from chalicelib.storage import tenants
from chalicelib.tasks import service as tasks
from tests import builders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Answer, Site
from tests.reports.build import SUMMER_DAY, a_trust_with_figures, counted

pytestmark = pytest.mark.usefixtures("store", "clock", "bucket")
TERM, LAST_TERM = "2026-27-autumn", "2025-26-summer"


def _school() -> SchoolId:
    _, schools = a_trust_with_figures()
    return schools[0]


def _somebody(site: Site, school: SchoolId, role: Role, name: str = "") -> Site:
    return builders.signed_in(site, builders.a_person(school, roles=[role], name=name))


def _made(dsl: Site, school: SchoolId, period: str = TERM) -> str:
    """A draft, as the queue makes it; gives its path."""
    dsl.get(f"/s/{school}/reports/new")
    path = dsl.submit({"period": period}, button="Make the draft").location
    build.build(school, path.rpartition("/")[2], DOCUMENTS)
    return path


def _approved(dsl: Site, path: str) -> Answer:
    dsl.get(f"{path}/approve")
    return dsl.follow(dsl.submit(button="Approve and send"))


def test_a_report_goes_from_draft_to_the_governors(
    site: Site, mailbox: Mailbox, bucket: Bucket
) -> None:
    """Drafted, put in words, approved, told of by a link, read; the term's duty is met (S226)."""
    school = _school()
    dsl = _somebody(site, school, Role.DSL, "Yasmin Akhtar")
    governor = _somebody(site, school, Role.GOVERNOR, "Gwen Governor")
    dsl.get(f"/s/{school}/reports/new")
    path = dsl.submit({"period": TERM}, button="Make the draft").location

    assert dsl.get(path).root.all("progress")

    build.build(school, path.rpartition("/")[2], DOCUMENTS)

    assert "39 incidents were recorded" in dsl.get(path).text
    governor.get(path, expect=404)
    assert "No reports yet" in governor.get(f"/s/{school}/reports").text

    words = dsl.get(f"{path}/words")
    assert "Read from table 1: Incidents by type" in words.text
    said = {
        "text_summary_number_incident": "We met 39 incidents, and dealt with each.",
        "out_summary_most_incident": "y",
        "added_alerts": "The new filter came in October.",
    }
    shown = dsl.follow(dsl.submit(said, button="Save the words"))
    assert "We met 39 incidents" in shown.text
    assert "The most frequent kinds" not in shown.text
    assert "The new filter came" in shown.text

    assert "Approved by Yasmin Akhtar" in _approved(dsl, path).text
    [mail] = mailbox.deliver()
    assert f"http://localhost:8000{path}" in mail.links()
    assert "incident" not in mail.text
    assert "We met 39 incidents" in governor.get(path).text
    governor.submit(button="I have read it")
    assert "You said on" in governor.get(path).text
    with tenants({school}):
        assert not [each for each in tasks.open_in(school) if each.kind == "report.read"]
        assert ["Autumn term 2026/27, so far"] == [
            each.name for each in lines.all_in(school, "governor_reports")
        ]

    asked = governor.submit(page=governor.get(path), action="/files")
    build.build(school, asked.location.rpartition("/")[2], DOCUMENTS)
    governor.get(asked.location)
    for form in ("pdf", "xlsx", "csv"):
        governor.get(f"{asked.location}/{form}", expect=303)
    assert b"39" in bucket.body(".csv")


def test_an_edited_sentence_is_flagged_when_its_figures_change(site: Site) -> None:
    """What was typed stays; what the figures say now stands beside it."""
    school = _school()
    dsl = _somebody(site, school, Role.DSL)
    path = _made(dsl, school)
    dsl.get(f"{path}/words")
    dsl.submit({"text_summary_number_incident": "There were 39."}, button="Save the words")
    counted(school, "incidents", 6, type=["hate"], place=["inside"])

    dsl.submit(page=dsl.get(path), button="Count again")
    build.build(school, path.rpartition("/")[2], DOCUMENTS)

    assert "1 sentence you edited no longer fits the figures" in dsl.get(path).text
    words = dsl.get(f"{path}/words").text
    assert "There were 39." in words
    assert "Now they say: 45 incidents" in words


def test_the_same_period_again_says_what_was_corrected(site: Site) -> None:
    """First the same figures; after a correction, which numbers changed and how. A term that was
    not over when it was reported is not compared: more was still to come.
    """
    school = _school()
    dsl = _somebody(site, school, Role.DSL)
    _approved(dsl, _made(dsl, school))
    assert "corrected" not in dsl.get(_made(dsl, school)).text
    _approved(dsl, _made(dsl, school, LAST_TERM))

    same = _made(dsl, school, LAST_TERM)

    assert "Nothing was corrected" in dsl.get(same).text

    counted(school, "incidents", -1, SUMMER_DAY, type=["hate"], place=["inside"])
    other = dsl.get(_made(dsl, school, LAST_TERM))
    row = next(row for row in other.root.all("tr") if row.text.endswith("Number 15 14"))

    assert "Incidents by type" in row.text


def test_what_somebody_else_changed_is_not_lost(site: Site) -> None:
    """Two write at once: the second is told, keeps what was typed, and can save it then (R32)."""
    school = _school()
    dsl = _somebody(site, school, Role.DSL)
    head = _somebody(site, school, Role.HEADTEACHER)
    path = _made(dsl, school)
    first, second = dsl.get(f"{path}/words"), head.get(f"{path}/words")
    look = head.get(f"{path}/approve")

    dsl.submit({"added_alerts": "Mine."}, page=first, button="Save the words")
    refused = head.submit(
        {"added_alerts": "Theirs."}, page=second, button="Save the words", expect=422
    )

    assert "Somebody else changed this draft" in refused.problems()[0]
    assert "Theirs." in refused.text
    assert "Read it again" in head.submit(page=look, button="Approve", expect=409).text

    head.submit(page=refused, button="Save the words")

    assert "Theirs." in dsl.get(path).text


def test_nobody_is_told_twice(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """The sweep comes after an approval that told everybody, and after a second press."""
    school = _school()
    dsl = _somebody(site, school, Role.DSL)
    for _ in range(3):
        _somebody(site, school, Role.GOVERNOR)
    path = _made(dsl, school)
    look = dsl.get(f"{path}/approve")

    dsl.submit(page=look, button="Approve and send")
    dsl.submit(page=look, button="Approve and send")
    with tenants({school}):
        approving.tell(school, path.rpartition("/")[2], clock.now())

    assert 3 == len(mailbox.deliver())


def test_pressing_twice_makes_one_report(site: Site) -> None:
    """The form carries the report's id (R16)."""
    school = _school()
    dsl = _somebody(site, school, Role.DSL)
    form = dsl.get(f"/s/{school}/reports/new")

    first = dsl.submit({"period": TERM}, page=form, button="Make the draft")
    second = dsl.submit({"period": "2025-26-summer"}, page=form, button="Make the draft")

    assert first.location == second.location
    assert 1 == dsl.get(f"/s/{school}/reports").text.count("Being made")


def test_a_year_adds_up_its_terms(site: Site) -> None:
    """And a term that has ended is told of against the one before."""
    school = _school()
    dsl = _somebody(site, school, Role.DSL)

    year = dsl.get(_made(dsl, school, "year:2025-26"))

    assert "15 incidents were recorded in the academic year 2025/26" in year.text


def test_a_report_of_another_school_is_not_found(site: Site) -> None:
    """The same answer as for one that never was (R4)."""
    school, other = _school(), builders.a_school()
    path = _made(_somebody(site, school, Role.DSL), school)
    theirs = _somebody(site, other, Role.DSL)

    theirs.get(path, expect=404)
    theirs.get(path.replace(school, other), expect=404)
