"""What people do to forms, on every page of a record: the worst of texts, dates that cannot be, two
at work on one record, the button pressed twice, the way back.
"""

import io
from collections.abc import Mapping

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from chalicelib.documents import build
from chalicelib.journeys.makers import DOCUMENTS
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.incidents.walk import ACCOUNT, School, a_staffed_school, report
from tests.pages import Answer, Site

__all__ = ["bucket"]
Fields = Mapping[str, str]
RTL = "\u05e9\u05dc\u05d5\u05dd \u05db\u05d4\u05df, 5B"
WORST = (
    "<script>x</script> =1+1 {{ 7*7 }} \U0001f469\U0001f3fd\u200d\U0001f3eb "
    f"{RTL} <img src=x onerror=y> %s"
)
LONG = ("=HYPERLINK(1) " + "long " * 4_000)[:19_990]

# Each page of a record: what is typed on it, and what of that must be in the record afterwards.
PAGES: dict[str, Fields] = {
    "/actions": {"parents_decision": "done", "parents_detail": WORST},
    "/people": {"p1": "target"},
    "/summary": {"summary": WORST},
    "/close": {"outcome": "no_action", "reasons": WORST, "summary": "All said."},
    "/correct/what": {"types": "hate", "why": WORST},
    "/correct/when": {"where": "inside", "why": WORST},
    "/correct/who": {"child": RTL, "why": WORST},
    "/correct/account": {"description": WORST, "why": "It was told wrong"},
}


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.fixture
def record(school: School) -> str:
    return report(school.at_teacher, school.id)


def opened(site: Site, school: School, record: str, page: str) -> Answer:
    return site.get(f"{school.log}/{record}{page}")


@pytest.mark.parametrize("page", PAGES)
def test_the_second_of_two_sees_both_and_loses_nothing(
    school: School, record: str, page: str
) -> None:
    """On every page: what happened meanwhile, all that was typed, and one press to go on."""
    mine = opened(school.at_dsl, school, record, page)
    opened(school.at_lead, school, record, "")
    school.at_lead.submit({"note": "Rang the office"}, action="/notes")
    clash = school.at_dsl.submit(PAGES[page], page=mine, expect=409)

    assert "Rang the office" in clash.text and "Sam Lee" in clash.text
    for name, typed in PAGES[page].items():
        assert typed in held(clash, name), name
    saved = school.at_dsl.follow(school.at_dsl.submit(page=clash))
    for typed in PAGES[page].values():
        if len(typed) > 12:
            assert typed in saved.text
    assert "Rang the office" in saved.text


@pytest.mark.parametrize("page", PAGES)
def test_pressing_twice_or_going_back_and_pressing_again_saves_once(
    school: School, record: str, page: str
) -> None:
    """The same form again is success and changes nothing more."""
    mine = opened(school.at_dsl, school, record, page)
    first = school.at_dsl.submit(PAGES[page], page=mine)
    events = chronology(school.at_dsl.follow(first))
    again = school.at_dsl.submit(PAGES[page], page=mine)

    assert first.location == again.location
    assert events == chronology(school.at_dsl.follow(again))


@pytest.mark.parametrize("page", ["/actions", "/summary", "/close", "/correct/account"])
def test_a_text_that_is_too_long_is_refused_beside_its_field(
    school: School, record: str, page: str
) -> None:
    """Every limit is stated; what was typed is still there."""
    name = next(name for name, typed in PAGES[page].items() if typed == WORST)
    shown = opened(school.at_dsl, school, record, page)
    assert "You can enter up to" in shown.text
    typed = "y" * 20_001
    refused = school.at_dsl.submit(PAGES[page] | {name: typed}, page=shown, expect=422)

    assert any("characters or less" in said for said in refused.problems())
    assert typed in held(refused, name)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (("7", "10", "2026"), "today or in the past"),
        (("31", "2", "2026"), "a real date"),
        (("1", "10", "1826"), "a real date"),
        (("1", "10", ""), "must include a year"),
        (("x", "10", "2026"), "a real date"),
    ],
)
def test_an_action_cannot_be_done_on_a_day_that_cannot_be(
    school: School, record: str, day: tuple[str, str, str], says: str
) -> None:
    """Tomorrow, 31 February, two hundred years ago: refused beside the date."""
    opened(school.at_dsl, school, record, "/actions")
    parts = dict(zip(("day", "month", "year"), day, strict=True))
    sent = {f"parents_on-{part}": typed for part, typed in parts.items()}
    refused = school.at_dsl.submit(PAGES["/actions"] | sent, expect=422)

    assert says in refused.problems()[0]
    assert day[0] == refused.root.all("input", name="parents_on-day")[0].attributes["value"]


def test_the_worst_of_texts_go_through_log_search_paper_and_spreadsheet(
    school: School, bucket: Bucket
) -> None:
    """Right to left, emoji, markup, formulas and twenty thousand characters are just text."""
    who = {"child": f"{RTL}\n<b>Alex</b>", "other": "=cmd|' /C calc'!A0"}
    record = report(
        school.at_teacher, school.id, who=who, account={**ACCOUNT, "description": LONG + WORST[:9]}
    )
    site = school.at_dsl
    for page in ("/summary", "/close"):
        opened(site, school, record, page)
        site.submit(PAGES[page])
    log = site.get(school.log)
    site.get(f"{school.log}/search")
    found = site.follow(site.submit({"who": "\u05db\u05d4\u05df"}, action="/search"))
    answers = {"to": WORST, "why": WORST, "names": "without", "lock": "open"}
    opened(site, school, record, "/export")
    build.build(school.id, _job(site.submit(answers, action="/export")), DOCUMENTS)
    site.get(f"{school.log}/export")
    build.build(school.id, _job(site.submit({"to": WORST, "why": WORST})), DOCUMENTS)
    pages = PdfReader(io.BytesIO(bucket.body(".pdf"))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    sheet = load_workbook(io.BytesIO(bucket.body(".xlsx"))).worksheets[0]
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]

    for shown in (log, found, site.get(f"{school.log}/print")):
        assert RTL in shown.text and "<b>Alex</b>" in shown.text and "<b>Alex" not in shown.body
    assert "1 incident" in found.text
    assert text.count("long") >= 3_900 and "<img src=x onerror=y>" in text
    assert any(cell.startswith("'=HYPERLINK") and len(cell) > 19_000 for cell in cells)
    assert not [cell for cell in cells if cell[0] in "=+@-"]


def held(page: Answer, name: str) -> str:
    """What the page holds in a field, however it is asked."""
    boxes = page.root.all("textarea", name=name)
    if boxes:
        # what the browser would show, untouched
        return "".join(child for child in boxes[0].children if isinstance(child, str))
    fields = page.root.all("input", name=name)
    ticked = [f.attributes["value"] for f in fields if "checked" in f.attributes]
    return " ".join(ticked or [f.attributes.get("value", "") for f in fields])


def chronology(page: Answer) -> list[str]:
    return [each.text for each in page.root.all("h3", class_="hf-timeline__title")]


def _job(sent: Answer) -> str:
    return sent.location.rpartition("/")[2]
