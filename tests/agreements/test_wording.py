"""Merging, canonical bytes and hashes: what is signed can always be shown and checked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.agreements import rendering
from chalicelib.agreements.wording import (
    MergeFields,
    Part,
    Template,
    UnknownField,
    canonical,
    sha256,
)

FIELDS = MergeFields("Oakfield", "Ms Hart", "Mr Bello", "2026 to 2027")


def a_template(source: str) -> Template:
    return Template(key="t", title="T", version=1, source=source)


def test_a_change_of_post_holder_changes_the_text_and_not_the_wording() -> None:
    """S116: a new safeguarding lead needs no new version."""
    template = a_template("<!-- part: people -->\nAsk {{ dsl }}. <!-- S116 -->\n")
    before = template.merged(FIELDS)

    after = template.merged(MergeFields("Oakfield", "Mr New", "Mr Bello", "2026 to 2027"))

    assert "Ask Ms Hart.\n" == before.whole
    assert "Ask Mr New.\n" == after.whole
    assert before.sha256 != after.sha256


def test_a_requirement_number_is_no_part_of_the_wording() -> None:
    """Naming a requirement, or naming it better, asks nobody to sign again."""
    with_number = a_template("<!-- part: rules -->\nBe kind. <!-- S150 -->\n")
    without = a_template("<!-- part: rules -->\nBe kind.\n")

    assert without.wording_sha256 == with_number.wording_sha256
    assert {"S150": (Part.RULES,)} == with_number.covers()


def test_an_unknown_field_is_refused() -> None:
    """A template cannot ask for what no school has, such as a child's name."""
    with pytest.raises(UnknownField):
        a_template("<!-- part: rules -->\n{{ child }}").merged(FIELDS)


def test_line_ends_spaces_and_composition_do_not_change_the_hash() -> None:
    """The same words have the same bytes, however they were saved."""
    assert canonical("caf\u00e9\n\nyes\n") == canonical("cafe\u0301  \r\n\r\n\r\n\nyes")


@given(st.text(max_size=60))
def test_canonical_text_stays_as_it_is(text: str) -> None:
    """Making a text canonical twice is making it once, so stored bytes always check out."""
    once = canonical(text)

    assert once == canonical(once)
    assert sha256(once) == sha256(canonical(once))


@given(st.text(max_size=60).filter(lambda text: text.split()))
def test_a_schools_own_text_shows_and_never_acts(name: str) -> None:
    """Whatever a school is called, its page has no markup, link or list of the name's making."""
    template = a_template("<!-- part: people -->\nAsk {{ school }} today.\n")

    html = rendering.html(template.merged(MergeFields(name, "a", "b", "c")).whole)

    assert html.startswith('<p class="govuk-body">Ask ')
    assert html.endswith(" today.</p>\n")
    assert 1 == html.count("<p")
    assert 2 == html.count("<")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        "<https://elsewhere.example>",
        "`code` and ~~~\nfence\n~~~",
        "&lt;b&gt; &#60;img&#62;",
        "| a |\n|---|\n| b |",
    ],
)
def test_only_headings_paragraphs_lists_and_emphasis_are_rendered(text: str) -> None:
    """A template holds nothing active: everything else is shown as it was typed."""
    html = rendering.html(text)

    for tag in ("<script", "<a ", "<img", "<code", "<table", "<b>"):
        assert tag not in html


def test_markdown_gets_the_pages_classes() -> None:
    """An agreement looks like the rest of Holdfast."""
    html = rendering.html("## Rules\n\n6. **Kind.** Be *kind*.\n")

    assert '<h2 class="govuk-heading-l">Rules</h2>' in html
    assert '<ol start="6" class="govuk-list govuk-list--number' in html
    assert "<strong>Kind.</strong> Be <em>kind</em>." in html
