"""The signer's pages in the languages that families read (3.23): gettext catalogues, read as text.

The catalogues are drafts until a speaker has checked them, and say so in their headers. English is
what is written in the pages themselves; the words of an agreement are never translated here.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.web.catalogues import parsed

CATALOGUES = Path(__file__).parent / "catalogues"
Translate = Callable[..., str]


class Language(StrEnum):
    """A language a signer may choose; the value is its code in BCP 47."""

    ENGLISH = "en"
    WELSH = "cy"
    POLISH = "pl"
    ROMANIAN = "ro"
    URDU = "ur"
    ARABIC = "ar"
    UKRAINIAN = "uk"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return _NAMES[self][0]

    @property
    def label(self) -> str:
        return _NAMES[self][1]

    @property
    def tag(self) -> str:
        return "en-GB" if self is Language.ENGLISH else self.value

    @property
    def direction(self) -> str:
        return "rtl" if self in (Language.ARABIC, Language.URDU) else "ltr"


_NAMES = {
    Language.ENGLISH: ("English", "English"),
    Language.WELSH: ("Cymraeg", "Welsh"),
    Language.POLISH: ("Polski", "Polish"),
    Language.ROMANIAN: ("Română", "Romanian"),
    Language.URDU: ("اردو", "Urdu"),
    Language.ARABIC: ("العربية", "Arabic"),
    Language.UKRAINIAN: ("Українська", "Ukrainian"),
}


def chosen(asked: str, accepted: str = "") -> Language:
    """The language asked for, else the first that the browser names, else English."""
    wanted = [asked, *(each.partition(";")[0].strip() for each in accepted.split(","))]
    codes = {language.value: language for language in Language}
    for each in wanted:
        if found := codes.get(each.partition("-")[0].lower()):
            return found
    return Language.ENGLISH


def translator(language: Language) -> Translate:
    """Turns an English sentence into this language's, and fills in its `%(name)s` places."""
    words = catalogue(language)

    def translate(text: str, **values: Any) -> str:
        said = words.get(text) or text
        return said % values if values else said

    return translate


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every sentence of a language by its English; empty for English itself."""
    if language is Language.ENGLISH:
        return {}
    return parsed((CATALOGUES / f"{language.value}.po").read_text(encoding="utf-8"))
