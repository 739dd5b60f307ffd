"""The open form in Welsh, and in words that an eleven-year-old can read (10.5, 10.6, S245)."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.incidents import languages
from chalicelib.web.catalogues import missing, turned
from tests.incidents.test_community import SIGNED, code_of
from tests.incidents.walk import ACCOUNT, WHEN, WHO, Fields, a_staffed_school
from tests.pages import Answer, Site
from tests.reading import ELEVEN, reading_age

# What a page says that is no sentence of ours: names, references, dates, numbers, products.
OWN = re.compile(
    r"(?:Marlow Hill Primary School|Holdfast|English|Cymraeg|Childline|WhatsApp|Roblox|Discord|"
    r"Facebook or Messenger|Instagram|Snapchat|TikTok|X \(Twitter\)|YouTube|Help|"
    r"Report [A-Z0-9-]+|[A-Z0-9]{4}(?:-[A-Z0-9]{4})+|[\d ]+|and mention [A-Z0-9-]+\.|\.|"
    r"If something new happens, tell us again and mention [A-Z0-9-]+\.|"
    r"\d+ \w+ \d{4}(?: at [\d:]+[ap]m)?|For example, .*)"
)


def _walk(
    site: Site, school: str, *, reporter: str, types: list[str], lang: str = ""
) -> Iterator[Answer]:
    """Every page of a report in order, the receipt and the way back, without scripts."""
    query = f"?lang={lang}" if lang else ""
    shown = site.get(f"/r/{school}{query}")
    yield shown
    shown = site.follow(site.submit(action=f"/r/{school}"))
    steps: list[Fields] = [{"reporter": reporter, "naming": "named"}, {"types": types}]
    steps += [{"adult_involved": "yes"}, {}] if "sexual_images" in types else []
    steps += [WHEN, {"about_staff": "no", **WHO}, {**ACCOUNT, "description": "Children"}, SIGNED]
    for fields in steps:
        yield shown
        shown = site.follow(site.submit(fields, page=shown, action=_step(shown)))
    yield shown
    code = code_of(shown)
    back = site.get(f"/r/{school}/return{query}")
    yield back
    yield site.submit({"code": code}, page=back, action="/return", expect=200)


def _step(shown: Answer) -> str:
    return shown.path.partition("?")[0]


@pytest.mark.parametrize(
    ("reporter", "types"),
    [("pupil", ["online_bullying", "sexual_images"]), ("carer", ["sexual_images"])],
)
def test_the_whole_form_can_be_had_in_welsh(site: Site, reporter: str, types: list[str]) -> None:
    """Links, forms and redirects keep the language; what was typed stays; on a pupil's way every
    sentence is there (10.6).
    """
    school = a_staffed_school(site).id
    lacking: set[str] = set()
    for shown in _walk(site, school, reporter=reporter, types=types, lang="cy"):
        assert "lang=cy" in shown.path
        assert "cy" == shown.root.all("html")[0].attributes["lang"]
        if "/check" in shown.path:
            assert "Children" in [each.text for each in shown.root.all("dd")]
        lacking |= {each for each in _untranslated(shown) if not OWN.fullmatch(each)}

    if reporter == "pupil":
        assert set() == lacking


def _untranslated(shown: Answer) -> set[str]:
    """Sentences of the turned page that are still a sentence of the English one."""
    english = set(languages.catalogue())
    welsh = set(languages.catalogue().values())
    return {
        each for each in missing(shown.body, {}) if each in english or not _is_welsh(each, welsh)
    }


def _is_welsh(sentence: str, welsh: set[str]) -> bool:
    plain = [re.sub(r"\d+", "#", each) for each in sentence.split(" \u2013 ")]
    known = {re.sub(r"\d+", "#", each) for each in welsh}
    return all(part in known or OWN.fullmatch(part) for part in plain)


def test_a_browser_that_asks_for_welsh_gets_it(site: Site) -> None:
    """And English is one link away, without a script."""
    school = a_staffed_school(site).id

    body = site.request("GET", f"/r/{school}", headers={"Accept-Language": "cy, en;q=0.5"}).body
    english = site.get(f"/r/{school}?lang=en")

    assert '<html lang="cy"' in body
    assert "Dywedwch wrthym beth ddigwyddodd" in body
    assert 'href="?lang=en"' in body
    assert "Tell us what happened" == english.heading


def test_a_refused_page_is_welsh_too(site: Site) -> None:
    """Errors beside the field, in the language that was chosen."""
    school = a_staffed_school(site).id
    site.get(f"/r/{school}/return?lang=cy")

    refused = site.submit({"code": ""}, action="/return", expect=422)

    assert ["Rhowch y cod o'ch derbynneb"] == refused.problems()


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="<>"), max_size=40)


@given(typed=TEXT, said=TEXT)
def test_turning_changes_sentences_and_nothing_typed(typed: str, said: str) -> None:
    """Values, text boxes and answers to check are never turned, whatever they say (10.6)."""
    from html import escape

    kept = (
        f'<input value="{escape(typed)}"><textarea>{escape(typed)}</textarea>'
        f'<dd class="govuk-summary-list__value">{escape(typed)}</dd>'
    )
    page = f"<p> Children </p>{kept}<p>{escape(said)}</p>"
    words = (
        {"Children": "Plant", " ".join(typed.split()): "X"}
        if typed.strip()
        else {"Children": "Plant"}
    )

    found = turned(page, words, lambda path: path)

    assert kept in found
    if " ".join(typed.split()) != "Children":
        assert found.startswith("<p> Plant </p>")
    assert turned(page, {}, lambda path: path) == page


def test_the_catalogue_says_that_it_is_a_draft() -> None:
    """Until a speaker has checked it; each number of a sentence is in both."""
    from pathlib import Path

    text = (Path(languages.__file__).parent / "cy.po").read_text(encoding="utf-8")

    assert "X-State: draft" in text
    for english, welsh in languages.catalogue().items():
        assert english.count("#") == welsh.count("#")
        assert welsh


# --- reading age ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reporter", "types"),
    [
        ("pupil", ["online_bullying"]),
        ("pupil", ["sexual_images"]),
        ("carer", ["online_bullying"]),
        ("carer", ["sexual_images"]),
    ],
)
def test_the_form_can_be_read_at_eleven(site: Site, reporter: str, types: list[str]) -> None:
    """Kincaid's grade over everything the pages say (S245)."""
    school = a_staffed_school(site).id

    pages = list(_walk(site, school, reporter=reporter, types=types))

    age = reading_age(pages)
    assert age <= ELEVEN, age
