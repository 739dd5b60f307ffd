"""Holdfast's drafts of the agreements in other languages say what the English says, line for line.

What a speaker must judge is the sense of the words. What can be held here is their shape: each
part, rule, requirement and merge field of the English stands in the same place in each draft, and
a draft is of the very English that ships, so that a changed rule cannot keep an old translation.
"""

import re
from collections.abc import Iterator

import pytest

from chalicelib.agreements import library, translations
from chalicelib.agreements.languages import Language
from chalicelib.agreements.wording import parts_of

LANGUAGES = [language for language in Language if language is not Language.ENGLISH]
PIECES = sorted({piece for key in library.titles() for piece in library.entry(key).pieces})
_KIND = re.compile(r"(#+|\d+\.|\*)?")
_FIELD = re.compile(r"\{\{ \w+ \}\}")
_COVERS = re.compile(r"<!-- S\d+ -->")
_SCRIPTS = {
    Language.URDU: re.compile(r"[\u0600-\u06ff]"),
    Language.ARABIC: re.compile(r"[\u0600-\u06ff]"),
    Language.UKRAINIAN: re.compile(r"[\u0400-\u04ff]"),
}


def shape(line: str) -> tuple[object, ...]:
    """What a line is, whatever its language: its mark, fields, requirements, emphasis."""
    mark = _KIND.match(line)
    fields = sorted(_FIELD.findall(line))
    return mark and mark[0], fields, sorted(_COVERS.findall(line)), line.count("**")


def lines(source: str) -> Iterator[str]:
    for part, words in parts_of(source):
        yield f"<!-- part: {part} -->"
        yield from (line for line in words.splitlines() if line.strip())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", PIECES)
def test_a_draft_has_the_shape_of_the_english_it_is_of(piece: str, language: Language) -> None:
    """Part by part and line by line: the same rule, number, merge field and requirement (3.23)."""
    english = (library.TEXTS / f"{piece}.md").read_text(encoding="utf-8")
    theirs = (library.TEXTS / language.value / f"{piece}.md").read_text(encoding="utf-8")

    assert [shape(line) for line in lines(theirs)] == [shape(line) for line in lines(english)]
    assert translations.of_english(theirs) == translations.mark(english)
    own = {line for line in lines(english) if len(_COVERS.sub("", line).split()) > 4}
    assert not own & set(lines(theirs)), "a line is still in English"


@pytest.mark.parametrize("language", list(_SCRIPTS))
@pytest.mark.parametrize("piece", PIECES)
def test_a_draft_is_written_in_the_script_of_its_language(piece: str, language: Language) -> None:
    """At least half of the letters of a line: names and abbreviations may be Latin."""
    theirs = (library.TEXTS / language.value / f"{piece}.md").read_text(encoding="utf-8")
    for line in lines(theirs):
        words = _FIELD.sub("", re.sub(r"<!--.*?-->", "", line))
        letters = [letter for letter in words if letter.isalpha()]
        own = [letter for letter in letters if _SCRIPTS[language].match(letter)]
        assert len(own) * 2 >= len(letters), line
