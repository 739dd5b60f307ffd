"""What leaves: a case on paper, the log as spreadsheets (2.1, 2.14, S224, S227)."""

import io
from collections.abc import Sequence

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from chalicelib.audit.lines import lines
from chalicelib.documents import build
from chalicelib.errors import NotFound
from chalicelib.identity.permissions import Role
from chalicelib.incidents.exports.names import Others, Staff
from chalicelib.incidents.model.wall import Wall
from chalicelib.journeys.makers import DOCUMENTS
from tests.builders import a_person, signed_in, within
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock
from tests.incidents.test_community import send
from tests.incidents.test_doors import TOLD
from tests.incidents.test_wall import behind
from tests.incidents.walk import ACCOUNT, School, a_staffed_school, report
from tests.pages import Site

__all__ = ["bucket"]
WHY = {"to": "Sergeant Lowe", "why": "They asked on 6 October"}
ODD = "=cmd|'/c calc'!A1 <script>x</script> Miss Okafor saw it. Ada Okafor wrote \U0001f600"


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.fixture
def record(school: School) -> str:
    return report(school.at_teacher, school.id, account={**ACCOUNT, "description": ODD})


def made(school: School, path: str) -> None:
    build.build(school.id, path.rpartition("/")[2], DOCUMENTS)


def take(school: School, record: str, **how: str) -> str:
    """Ask for a case; gives the path of its document, or the page with the password."""
    shown = school.at_dsl.get(f"{school.log}/{record}")
    [link] = [a for a in shown.root.all("a") if a.text == "Take it away as PDF"]
    school.at_dsl.get(link.attributes["href"])
    sent = school.at_dsl.submit(WHY | how, action="/export", expect=None)
    made(school, sent.location) if sent.status == 303 else None
    return sent.location if sent.status == 303 else sent.text


def text_of(pdf: bytes, key: str = "") -> str:
    reader = PdfReader(io.BytesIO(pdf), password=key or None)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_case_is_taken_away_as_paper_with_its_whole_chronology(
    school: School, record: str, bucket: Bucket
) -> None:
    """2.14, S214, S224: form H with what form I adds, tagged; record and audit say that it left."""
    path = take(school, record, names="with", lock="open")
    pdf = bucket.body(".pdf")
    text = text_of(pdf)

    for said in ("Alex Smith, 5B", "<script>x</script>", "[grinning face]", "Ada Okafor"):
        assert said in text
    assert "Report received" in text and "Immediate actions" in text
    assert "/StructTreeRoot" in PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    school.at_dsl.get(f"{path}/pdf", expect=303)
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "Taken away as a file" in shown.text
    assert "As PDF for Sergeant Lowe, with the names of staff." in shown.text
    with within(school.id):
        found = {line.action for line in lines(school.id).items}
    assert {"incident.exported", "incident.case.asked", "incident.case.downloaded"} <= found


def test_a_case_without_names_of_staff_keeps_them_apart_by_number(
    school: School, record: str, bucket: Bucket
) -> None:
    """2.14: reporter, handlers and whoever is named in a text; the children stay."""
    take(school, record, names="without", lock="open")
    text = text_of(bucket.body(".pdf"))

    assert "Okafor" not in text.replace("Ada Okafor", "Okafor")
    assert "staff member 1 saw it. staff member 1 wrote" in text
    assert "Alex Smith, 5B" in text


def test_a_childs_copy_has_no_other_childs_name(school: School, bucket: Bucket) -> None:
    """For a parent or the child's file: others are numbers in every text, also by given name."""
    told = "Robin Bell wrote to Alex. Robin's friend laughed, and Alex told Miss Okafor."
    record = report(school.at_teacher, school.id, account={**ACCOUNT, "description": told})

    take(school, record, copy="p1", names="without", lock="open")
    text = text_of(bucket.body(".pdf"))

    assert "Alex Smith" in text
    assert "another person 1 wrote to Alex. another person 1's friend laughed" in text
    assert "Robin" not in text and "Bell" not in text and "Okafor" not in text
    assert "Chronology" not in text
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "without the names of other children" in shown.text


def test_a_childs_copy_does_not_say_who_reported_it(
    school: School, site: Site, bucket: Bucket
) -> None:
    """2.14, S183: neither a pupil who used the open form nor whoever rang is named to a parent,
    wherever their name stands.
    """
    told = "Priya saw it, and so did Mr Bell. Priya Shah told Alex, and the others laughed."
    account = {**ACCOUNT, "description": told}
    send(site, school.id, reporter="pupil", account=account)
    written = report(school.at_teacher, school.id, behalf=TOLD, account=account)

    for record in (other_record(school, "example.net (a pupil)", but=written), written):
        bucket.objects.clear()
        take(school, record, copy="p1", names="with", lock="open")
        text = text_of(bucket.body(".pdf"))
        assert "Alex Smith" in text
        assert "another person 2 saw it, and so did another person 1" in text
        assert "another person 2 told Alex, and the others laughed." in text
        for word in ("Priya", "Shah", "priya@example.net", "telephone", "Okafor"):
            assert word not in text
        for question in ("Reported by", "Told by", "How they told us", "Signature"):
            assert question not in text


def other_record(school: School, reporter: str, *, but: str) -> str:
    """The id of the other record in the log, which `reporter` told of."""
    links = school.at_dsl.get(school.log).root.all("tbody")[0].all("a")
    [record] = {link.attributes["href"].rpartition("/")[2] for link in links} - {but}
    assert reporter in school.at_dsl.get(f"{school.log}/{record}").text
    return record


def test_an_encrypted_case_opens_with_the_password_shown_once(
    school: School, record: str, bucket: Bucket
) -> None:
    """2.14: AES with 256 bits; a second press shows no password and makes no second file."""
    page = school.at_dsl.get(f"{school.log}/{record}/export")
    answers = WHY | {"names": "with", "lock": "password"}
    shown = school.at_dsl.submit(answers, page=page, action="/export", expect=200)
    key = shown.root.all("div", class_="govuk-panel__body")[0].all("strong")[0].text
    link = shown.root.all("a", role="button")[0].attributes["href"]
    made(school, link)
    again = school.at_dsl.submit(answers, page=page, action="/export", expect=200)
    reader = PdfReader(io.BytesIO(bucket.body(".pdf")))

    assert "The password was shown before" == again.heading
    assert link == again.root.all("a", role="button")[0].attributes["href"]
    assert reader.is_encrypted and not reader.decrypt("wrong")
    assert 6 == reader.trailer["/Encrypt"]["/R"]
    assert "Alex Smith" in text_of(bucket.body(".pdf"), key)
    assert b"Alex" not in bucket.body(".pdf")
    assert key not in school.at_dsl.get(link).body


def test_the_log_leaves_as_spreadsheets_that_run_nothing(
    school: School, record: str, bucket: Bucket
) -> None:
    """S227, R42: whole texts, five columns and more, formulas defused, real dates."""
    report(school.at_teacher, school.id, who={"child": "Kim Lee, 6C"})
    school.at_dsl.get(f"{school.log}/export?list=open")
    path = school.at_dsl.submit(WHY, action="/export").location
    made(school, path)
    sheet = load_workbook(io.BytesIO(bucket.body(".xlsx"))).worksheets[0]
    rows: Sequence[Sequence[object]] = list(sheet.iter_rows(values_only=True))

    assert 3 == len(rows)
    assert "Pupil or staff member (T target, O offender, W witness)" == rows[0][3]
    assert {"2026-10-05"} == {str(row[1])[:10] for row in rows[1:]}
    assert any(str(row[5]).startswith("'=cmd") for row in rows)
    assert "\"'=cmd|" in bucket.body(".csv").decode("utf-8-sig")


def test_nothing_behind_a_wall_leaves(school: School, record: str, bucket: Bucket) -> None:
    """2.15, R16: asked at the button, and again when the file is made."""
    head = signed_in(school.at_dsl.another(), a_person(school.id, roles=[Role.HEADTEACHER]))
    page = head.get(f"{school.log}/{record}/export")
    log = head.get(f"{school.log}/export")
    person = head.cookies["__Host-session"].partition(".")[0]
    asked = head.submit(WHY | {"names": "with", "lock": "open"}, page=page, action="/export")
    behind(school, record, Wall(without=frozenset({person})))

    with pytest.raises(NotFound):
        made(school, asked.location)
    head.submit(WHY | {"names": "with", "lock": "open"}, page=page, action="/export", expect=404)
    made(school, head.submit(WHY, page=log, action="/export").location)
    assert b"Alex Smith" not in bucket.body(".csv")
    school.at_lead.get(f"{school.log}/{record}/export", expect=403)
    school.at_lead.get(f"{school.log}/export", expect=403)


def test_taking_something_away_asks_who_one_is_anew(
    school: School, record: str, clock: FrozenClock
) -> None:
    """R16: a screen left open is not enough."""
    school.at_dsl.get(f"{school.log}/{record}")
    clock.advance(minutes=20)
    school.at_dsl.get(school.log)

    for path in (f"{record}/export", "export"):
        answer = school.at_dsl.get(f"{school.log}/{path}", expect=303)
        assert answer.location.startswith("/signin/again")


def test_for_whom_and_why_is_asked(school: School, record: str) -> None:
    """Every answer is needed, and the page keeps what was typed."""
    school.at_dsl.get(f"{school.log}/{record}/export")
    refused = school.at_dsl.submit({"to": "The police"}, action="/export", expect=422)

    assert 3 == len(refused.problems())
    assert "The police" == refused.root.all("input", name="to")[0].attributes["value"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Jo Marsh rang", "staff member 1 rang"),
        ("mrs. MARSH and Jo Marsh", "staff member 1 and staff member 1"),
        ("Marsh Lane", "Marsh Lane"),
        ("Jo Marshall", "Jo Marshall"),
        ("Sam Lee told Jo Marsh", "staff member 1 told staff member 2"),
    ],
)
def test_names_of_staff_are_found_in_texts(text: str, said: str) -> None:
    """Whole names, and surnames behind a title; a street is no person."""
    assert said == Staff(["Jo Marsh", "Mr Sam Lee, Year 5", ""]).out_of(text)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("The older brother", "the boy and the older brother", "the boy and another person 1"),
        ("Mrs Khan", "Mrs Khan rang mrs khan", "another person 1 rang another person 1"),
        ("Mrs Khan", "Khan rang; mrs was not said", "another person 1 rang; mrs was not said"),
        ("Mr Tom Reed", "Tom, Mr Reed", "another person 1, another person 1"),
        (
            "Jo Bell",
            "Jo told jo bell, Joanna stayed",
            "another person 1 told another person 1, Joanna stayed",
        ),
        ("Will Stone", "Will will. A will", "another person 1 will. A will"),
        ("May", "May may", "another person 1 may"),
        ("Year 5 boy", "Year 5 and a boy", "Year 5 and a boy"),
        ("robin bell", "Robin hid", "another person 1 hid"),
        ("Alex Bell", "Alex rang Alex Bell", "Alex rang another person 1"),
        ("Mum", "Mum and mum", "Mum and mum"),
    ],
)
def test_names_of_others_are_found_and_words_are_not(name: str, text: str, said: str) -> None:
    """2.14: a given name is the first of a whole name, as it is written; `the` is nobody's."""
    assert said == Others([name], of="Alex Smith, 5B").out_of(text)
