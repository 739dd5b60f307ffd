"""A school's policy is read by rules; a person confirms; nothing else is ever set (point 21)."""

import io
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.policy import doubts, keeping, rules, text
from chalicelib.journeys.policy.model import Kind
from chalicelib.tenancy import settings as tenancy
from chalicelib.tenancy.model import SchoolKind
from tests.builders import Person, a_person, a_school, signed_in, within
from tests.pages import Answer, Site

PROSE = (Path(__file__).parent / "policies" / "prose.txt").read_text(encoding="utf-8")
TODAY = date(2026, 10, 6)

# The other style: headings and tables, as a Word document. Invented like the first.
TABLES: list[str | list[str]] = [
    "1. Roles",
    ["Post", "Name"],
    ["Head teacher", "Ms Ruth Amara"],
    ["Designated Safeguarding Lead (DSL)", "Mr Owen Price"],
    ["Deputy DSL", "Mrs Farah Aziz"],
    ["Online safety co-ordinator", "Mr Owen Price"],
    ["Data Protection Officer", "Dr Lena Holt"],
    "2. Systems",
    "Web filtering is supplied by Smoothwall. New software needs approval from the ICT manager.",
    "3. Sanctions",
    ["Misuse of file sharing", "Verbal warning", "Detention", "Exclusion"],
    ["Pupils on social media", "x", "", "x"],
    "4. Review",
    "Parents and pupils sign the home-school agreement. This policy is reviewed every two years.",
    "It refers to Keeping Children Safe in Education (September 2026).",
]


def a_docx(content: list[str | list[str]], *, part: str = "word/document.xml") -> bytes:
    def paragraph(words: str) -> str:
        return f"<w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p>"

    blocks = [
        paragraph(each)
        if isinstance(each, str)
        else "<w:tbl><w:tr>"
        + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in each)
        + "</w:tr></w:tbl>"
        for each in content
    ]
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{space}"><w:body>{"".join(blocks)}</w:body></w:document>'
    return _zipped(part, xml.encode())


def _zipped(part: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(part, content)
    return made.getvalue()


def said(policy: str, kind: Kind) -> set[tuple[str, str]]:
    found = rules.find(text.sentences(policy))
    return {(each.what, each.value) for each in found if each.kind is kind}


# --- what is found -----------------------------------------------------------------------------


def test_a_policy_in_prose_says_who_and_what() -> None:
    """Posts, providers, agencies, dates and periods, however the sentence turns."""
    assert {
        ("Headteacher", "Mrs Ada Okafor"),
        ("Designated safeguarding lead", "Helen Marsh"),
        ("Technician", "Tom Brook"),
        ("Chair of governors", "Peter Vale"),
    } == said(PROSE, Kind.ROLE)
    assert {("", "Brightlake Networks"), ("", "Senso")} == said(PROSE, Kind.PROVIDER)
    assert {"Local authority designated officer (LADO)", "Police", "CEOP"} == {
        value for _, value in said(PROSE, Kind.AGENCY)
    }
    assert {("Reviewed", "annually"), ("Next review", "Autumn 2022")} == said(PROSE, Kind.REVIEW)
    assert ("Mobile phones", "Headteacher") in said(PROSE, Kind.APPROVER)
    assert {("", "90 days")} == said(PROSE, Kind.RETENTION)
    assert {("Acceptable use", "signed by staff"), ("Acceptable use", "signed by governors")} == (
        said(PROSE, Kind.AGREEMENT)
    )
    assert {("Keeping Children Safe in Education", "2020")} == said(PROSE, Kind.EDITION)


def test_a_policy_of_tables_in_word_says_the_same_kinds() -> None:
    """Rows are read whole: post and name, what was done and what follows."""
    policy = text.of_file(a_docx(TABLES))

    assert {
        ("Headteacher", "Ms Ruth Amara"),
        ("Designated safeguarding lead", "Mr Owen Price"),
        ("Deputy designated safeguarding lead", "Mrs Farah Aziz"),
        ("Online safety lead", "Mr Owen Price"),
        ("Data protection lead", "Dr Lena Holt"),
    } == said(policy, Kind.ROLE)
    assert {("Software", "Computing manager")} == said(policy, Kind.APPROVER)
    assert {("", "Smoothwall")} == said(policy, Kind.PROVIDER)
    assert ("Misuse of file sharing", "Verbal warning, Detention, Exclusion") in (
        said(policy, Kind.SANCTION)
    )
    assert {("Reviewed", "every two years")} == said(policy, Kind.REVIEW)


def test_each_finding_shows_the_sentence_it_came_from() -> None:
    """And the sentence is one of the text's own."""
    sentences = text.sentences(PROSE)

    assert all(each.sentence in sentences for each in rules.find(sentences))


def test_what_is_odd_is_flagged() -> None:
    """Index F: each oddity of the two real policies, planted into an invented one."""
    sentences = [*text.sentences(PROSE), *text.sentences(text.of_file(a_docx(TABLES)))]
    found = doubts.find(
        sentences, rules.find(text.sentences(PROSE)), kind=SchoolKind.INFANT, today=TODAY
    )

    assert {
        "Not filled in",
        "An older edition of Keeping Children Safe in Education",
        "A review that is past",
        "Passwords changed on a date",
        "Two laws mixed",
        "Protected characteristics missing",
        "Crosses in two columns",
        "The same line twice",
        "Not a year of an infant school",
        "An appendix that is not there",
        "Two words for one post",
        "Two who approve the same",
        "Nobody is named for when the lead is away",
        "More than one council",
        "Looser for pupils than for adults",
        "Accepted and punished",
        "A form that nobody signs, where others are signed",
    } == {each.what for each in found}
    missing = next(each for each in found if each.what == "Protected characteristics missing")
    assert "disability" in missing.value


def test_a_policy_in_good_order_is_left_alone() -> None:
    """No doubt about one that contradicts nothing."""
    policy = (
        "The headteacher is Ms Ruth Amara. Mr Owen Price is the designated safeguarding lead. "
        "Mrs Farah Aziz is the deputy DSL. This policy is reviewed annually, next in Autumn 2027. "
        "It follows Keeping Children Safe in Education 2026. Pupils must not use a mobile phone."
    )
    sentences = text.sentences(policy)

    assert [] == doubts.find(sentences, rules.find(sentences), kind=SchoolKind.PRIMARY, today=TODAY)


def test_one_person_for_three_posts_is_told() -> None:
    """F1: whoever is everything has nobody to turn to."""
    sentences = [f"Owen Price is the {post}." for post in ("DSL", "headteacher", "DPO")]
    found = doubts.find(sentences, rules.find(sentences), kind=SchoolKind.PRIMARY, today=TODAY)

    assert "One person for three posts or more" in {each.what for each in found}


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 ...",
        b"\xd0\xcf\x11\xe0old word",
        b"PK\x03\x04broken",
        _zipped("other.xml", b"<a/>"),
        _zipped("word/document.xml", b"<not closed"),
        _zipped("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        _zipped("word/document.xml", b" " * 30_000_000),
        b"x" * 500_000,
        b"a\0b",
    ],
    ids=["pdf", "doc", "broken zip", "other zip", "broken xml", "entities", "bomb", "long", "nul"],
)
def test_what_is_no_policy_is_refused_in_plain_words(body: bytes) -> None:
    """Other formats, broken ones, XML that would do more than say things, and zip bombs."""
    with pytest.raises(text.Unreadable):
        text.of_file(body)


@pytest.mark.parametrize("depth", [20, 1000])
def test_wrapped_paragraphs_are_read_once_and_not_without_end(depth: int) -> None:
    """A text box in a paragraph is read with it and not again; what no word processor wraps so
    deep is refused in words, in a table too.
    """
    box = "<w:r><w:t>Outer. </w:t></w:r><w:p><w:r><w:t>Inner.</w:t></w:r></w:p>"
    inside = f"<w:p>{box}</w:p>"
    table = f"<w:tbl><w:tr><w:trPr/><w:tc>{inside}</w:tc><w:tc>{inside}</w:tc></w:tr></w:tbl>"
    wrapped = "<w:sdt>" * depth + inside + "</w:sdt>" * depth
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{space}"><w:body>{table}{wrapped}</w:body></w:document>'
    body = _zipped("word/document.xml", xml.encode())
    if depth > 60:
        with pytest.raises(text.Unreadable):
            text.of_file(body)
    else:
        words = "Outer. Inner."
        assert f"{words}\t{words}\n{words}" == text.of_file(body)


# --- pages --------------------------------------------------------------------------------------


@pytest.fixture
def head(store: str) -> Person:
    return a_person(a_school(kind=SchoolKind.INFANT), roles=[Role.HEADTEACHER])


def _found(site: Site, head: Person, policy: str = PROSE) -> Answer:
    site.get(f"/s/{head.place}/policy")
    return site.submit({"pasted": policy}, button="Read the policy", expect=200)


def _tick(answer: Answer, words: str) -> dict[str, list[str]]:
    """The form's answers with the one box ticked whose label has these words, doubts as shown."""
    label = next(each for each in answer.root.all("label") if words in each.text)
    box = next(
        each
        for each in answer.root.all("input")
        if each.attributes.get("id") == label.attributes["for"]
    )
    return {box.attributes["name"]: [box.attributes["value"]]}


def test_a_role_is_set_when_somebody_confirmed_and_set_it(site: Site, head: Person) -> None:
    """Read, tick, keep, set: the member has the role; the page says so; settling takes it off."""
    lead = a_person(head.place, roles=[Role.STAFF], name="Helen Marsh")
    browser = signed_in(site, head)
    found = _found(browser, head)
    assert "Helen Marsh is the Designated Safeguarding Lead." in found.text

    shown = browser.follow(browser.submit(_tick(found, "lead: Helen Marsh"), button="Keep"))
    assert "Not yet" in shown.text
    shown = browser.follow(browser.submit(button="Give this role"))
    assert "Set to" in shown.text
    browser.follow(browser.submit(button="Take off this list"))

    with within(str(head.place)):
        member = next(m for m in identity.members(head.place) if m.person == lead.id)
    assert {Role.STAFF, Role.DSL} == member.roles


def test_an_agency_that_is_listed_needs_no_press(site: Site, head: Person) -> None:
    """What is in force is said to be."""
    browser = signed_in(site, head)
    found = _found(browser, head, "Concerns about extremism are referred to a channel panel.")
    shown = browser.follow(browser.submit(_tick(found, "Prevent team"), button="Keep"))

    with within(str(head.place)):
        assert "Prevent team" in tenancy.read(head.place).agencies  # Holdfast's own list has it
    assert "In force" in shown.text


def test_doubts_stay_until_they_are_settled(site: Site, head: Person) -> None:
    """Ticked when shown; kept with their sentence; gone from the list with a note."""
    browser = signed_in(site, head)
    _found(browser, head, "Passwords must be changed every 60 days.")
    shown = browser.follow(browser.submit(button="Keep"))
    assert "Passwords changed on a date" in shown.text

    shown = browser.follow(browser.submit({"note": "Taken out in June"}, button="Settled"))

    assert "Taken out in June" in shown.text
    assert not shown.root.all("h3")


def test_more_that_is_ticked_on_the_same_form_is_kept_too(site: Site, head: Person) -> None:
    """Going back and ticking another loses neither, and keeps none of them twice."""
    browser = signed_in(site, head)
    found = _found(browser, head)
    first, second = _tick(found, "lead: Helen Marsh"), _tick(found, "Headteacher: ")
    ticked = {"role": [*first["role"], *second["role"]]}
    for sent in (first, first, ticked, ticked):
        browser.submit({**sent, "doubt": []}, page=found, button="Keep")
    with within(str(head.place)):
        kept = [each.finding for each in keeping.items(SchoolId(head.place))]
    assert ["Designated safeguarding lead", "Headteacher"] == sorted(each.what for each in kept)


def test_an_unreadable_file_or_nothing_says_so_beside_the_field(site: Site, head: Person) -> None:
    """422 and words; nothing is lost of what was pasted."""
    browser = signed_in(site, head)
    browser.get(f"/s/{head.place}/policy")

    nothing = browser.submit({"pasted": ""}, button="Read the policy", expect=422)

    assert ["Choose a file, or paste the text of your policy"] == nothing.problems()


def test_another_school_s_or_altered_findings_are_refused(site: Site, head: Person) -> None:
    """What travels with the form is sealed for its school and form."""
    browser = signed_in(site, head)
    found = _found(browser, head)
    other = a_person(a_school(), roles=[Role.HEADTEACHER])
    elsewhere = signed_in(site, other)
    elsewhere.get(f"/s/{other.place}/policy")
    held = {
        each.attributes["name"]: each.attributes["value"]
        for each in found.root.all("input", type="hidden")
    }
    token = elsewhere.last.root.all("input", name="csrf_token")[0].attributes["value"]  # type: ignore[union-attr]

    elsewhere.post(f"/s/{other.place}/policy/confirm", {**held, "csrf_token": token}, expect=400)
    browser.submit(
        {"found": held["found"][:-8] + "AAAAAAAA"}, page=found, button="Keep", expect=400
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ticked=st.sets(st.integers(0, 30)))
def test_nothing_is_kept_or_set_but_what_was_ticked(site: Site, ticked: set[int]) -> None:
    """Whatever is ticked: exactly that is kept, and no role and no setting changes (point 21)."""
    head = a_person(a_school(), roles=[Role.HEADTEACHER])  # one that has answered nothing yet
    place = head.place
    a_person(place, roles=[Role.STAFF], name="Helen Marsh")
    browser = signed_in(site, head)

    def state() -> object:
        with within(str(place)):
            return (
                [(m.person, m.roles) for m in identity.members(place)],
                tenancy.decided(place),
            )

    before = state()
    found = _found(browser, head)
    boxes = found.root.all("input", type="checkbox")
    chosen: dict[str, list[str]] = {each.attributes["name"]: [] for each in boxes}
    for box in boxes:
        if int(box.attributes["value"]) in ticked:
            chosen[box.attributes["name"]].append(box.attributes["value"])
    browser.submit(chosen, page=found, button="Keep")

    with within(str(place)):
        kept = keeping.items(place)
    wanted = {int(box.attributes["value"]) for box in boxes} & ticked
    assert wanted == {int(each.id.rpartition(".")[2]) for each in kept}
    assert before == state()
