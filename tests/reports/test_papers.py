"""Papers in one press: each a page and three files, for whom they are and nobody else."""

import pytest

from chalicelib.documents import build
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.makers import DOCUMENTS
from tests import builders
from tests.documents.doubles import Bucket
from tests.incidents import walk
from tests.pages import Answer, Site
from tests.reports.build import a_trust_with_figures

pytestmark = pytest.mark.usefixtures("store", "clock", "bucket")
ALL = ("/week", "/inspection", "/papers/fitness", "/papers/working-group", "/papers/information")


def _somebody(site: Site, school: SchoolId, role: Role) -> Site:
    return builders.signed_in(site, builders.a_person(school, roles=[role]))


def _taken(site: Site, page: Answer, school: SchoolId) -> None:
    asked = site.submit(page=page, action="/files")
    build.build(school, asked.location.rpartition("/")[2], DOCUMENTS)


def test_each_paper_is_a_page_and_names_no_child(site: Site, bucket: Bucket) -> None:
    """Opened by the safeguarding lead after a report that names children and tells of them; the
    inspection pack is taken away as PDF, spreadsheet and CSV (R-GOV 3).
    """
    _, schools = a_trust_with_figures()
    school = schools[0]
    dsl = _somebody(site, school, Role.DSL)
    record = walk.report(_somebody(site, school, Role.STAFF), school)
    dsl.get(f"/s/{school}/incidents/{record}")
    told = {path: dsl.get(f"/s/{school}{path}") for path in ALL}

    for page in told.values():
        for word in ("Alex", "Smith", "Robin", "Unkind", "mother"):
            assert word not in page.text
    assert "1 record of bullying" in told["/inspection"].text
    assert "WhatsApp" in told["/inspection"].text
    assert "The oldest incident nobody has acknowledged" in told["/week"].text
    assert "Reviews and what came of them" in told["/papers/fitness"].text
    assert "Meetings and members" in told["/papers/working-group"].text
    headings = [each.text for each in told["/papers/information"].root.all("thead")]
    assert "Severity 2024/25 2025/26 2026/27" in headings

    _taken(dsl, told["/inspection"], school)

    assert bucket.body(".pdf").startswith(b"%PDF")
    assert bucket.body(".xlsx").startswith(b"PK")
    csv = bucket.body(".csv").decode("utf-8-sig")
    assert "Records of bullying online" in csv
    assert "Alex" not in csv


def test_a_paper_is_for_whom_it_is(site: Site) -> None:
    """A governor has neither the week nor the inspection pack, in which small numbers stand; a
    paper that there is not is not found.
    """
    school = builders.a_school()
    governor = _somebody(site, school, Role.GOVERNOR)
    leader = _somebody(site, school, Role.SENIOR_LEADER)

    governor.get(f"/s/{school}/week", expect=403)
    governor.get(f"/s/{school}/inspection", expect=403)
    leader.get(f"/s/{school}/inspection", expect=403)
    assert "Inspection pack" not in leader.get(f"/s/{school}/reports").text
    assert "The week" in leader.get(f"/s/{school}/reports").text
    governor.get(f"/s/{school}/papers/inspection", expect=404)
