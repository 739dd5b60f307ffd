"""An agreement's words in another language, beside the English that binds (3.23).

A school approves a translation before anybody sees it. The approval is of one English wording: once
the English changes, the translation waits until it has been looked at again.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib import audit, clock
from chalicelib.agreements import editions, library
from chalicelib.agreements.languages import Language
from chalicelib.agreements.profile import Profile
from chalicelib.agreements.rows import TranslationRow
from chalicelib.agreements.rules_of import Rule, rules
from chalicelib.agreements.wording import Part, Template, Text, canonical
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.storage import get, transaction

_OF = re.compile(r"<!-- of: ([0-9a-f]{12}) -->")


class Standing(StrEnum):
    """How far one agreement is in one language."""

    IN_USE = "in use"
    ENGLISH_CHANGED = "English has changed"
    KEPT = "kept, not approved"
    OURS = "draft to check"
    NONE = ""


@dataclass(frozen=True)
class Translation:
    """The words of one agreement in one language; in use once `approved_at` is set."""

    template: Template
    language: Language
    approved_by: str = ""
    approved_at: datetime | None = None
    of_wording: str = ""
    version: int = 0

    @property
    def sha256(self) -> str:
        return self.template.wording_sha256

    def text(self, profile: Profile, year: str) -> Text:
        return profile.text_of(self.template, year, self.language)

    def rules(self, profile: Profile, year: str) -> list[Rule]:
        return rules(self.text(profile, year).only(Part.RULES).whole)


def beside(school: SchoolId, template: Template, language: Language) -> Translation | None:
    """The translation that a signer sees beside the English: approved, and of this wording."""
    if language is Language.ENGLISH:
        return None
    found = kept(school, template.key, language)
    if found is None or found.approved_at is None:
        return None
    return found if found.of_wording == template.wording_sha256 else None


def kept(school: SchoolId, key: str, language: Language) -> Translation | None:
    """What the school has of a language, approved or not."""
    row = get(TranslationRow, school, _key(key, language))
    if row is None:
        return None
    title = library.title(key)
    return Translation(
        Template(key, title, 0, str(row.unseal()["source"])),
        language,
        approved_by=row.by,
        approved_at=clock.parse(row.approved_at) if row.approved_at else None,
        of_wording=row.wording_sha256,
        version=int(row.version or 0),
    )


def standing(found: Translation | None, template: Template, language: Language) -> Standing:
    """`found` is what the school has, `template` its English of today."""
    if found is None:
        return Standing.OURS if draft(template.key, language) else Standing.NONE
    if found.approved_at is None:
        return Standing.KEPT
    same = found.of_wording == template.wording_sha256
    return Standing.IN_USE if same else Standing.ENGLISH_CHANGED


def draft(key: str, language: Language) -> str:
    """Holdfast's own draft of its own English: nobody sees it until a school approves it.

    Empty where there is none, and where the English has changed since it was made.
    """
    found = []
    for piece in library.entry(key).pieces:
        path = library.TEXTS / language.value / f"{piece}.md"
        words = path.read_text(encoding="utf-8") if path.exists() else ""
        if of_english(words) != mark((library.TEXTS / f"{piece}.md").read_text(encoding="utf-8")):
            return ""
        found.append(words)
    return "\n".join(found)


def of_english(source: str) -> str:
    """The mark of the English that a draft was made of; empty where a draft names none."""
    found = _OF.search(source)
    return found[1] if found else ""


def mark(english: str) -> str:
    """Twelve hex digits that change with any word of an English text."""
    return Template("", "", 0, english).wording_sha256[:12]


def save(
    school: SchoolId, key: str, language: Language, source: str, *, approve: bool, by: str
) -> None:
    """Keep a translation, and approve it for use or take the approval back.

    Raises Invalid when a part that is signed is missing from it.
    """
    editions.check(key, source)
    before = kept(school, key, language)
    row = TranslationRow(
        school,
        _key(key, language),
        by=by,
        approved_at=clock.stamp(clock.now()) if approve else None,
        wording_sha256=editions.current(school, key).wording_sha256,
        version=before.version if before else 0,
    )
    row.seal({"source": canonical(source)})
    with transaction() as tx:
        if before is None:
            tx.create(row, error=Conflict("Somebody else has just done this."))
        else:
            tx.replace(row)
        action = "agreement_translation.approved" if approve else "agreement_translation.saved"
        audit.record(tx, school, by=by, action=action, about=f"template/{key}-{language.value}")


def _key(key: str, language: Language) -> str:
    return f"translation#{key}#{language.value}"
