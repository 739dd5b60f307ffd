"""An agreement's words in another language, beside the English that binds (3.23).

A school approves a translation before anybody sees it. The approval is of one English wording: once
the English changes, the translation waits until it has been looked at again.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from chalicelib import audit, clock
from chalicelib.agreements import editions, library
from chalicelib.agreements.languages import Language
from chalicelib.agreements.profile import Profile
from chalicelib.agreements.rows import TranslationRow
from chalicelib.agreements.rules_of import Rule, rules
from chalicelib.agreements.wording import Part, Template, Text, canonical
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.storage import every, get, transaction

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
    return _of_row(row, key, language) if row else None


def all_kept(school: SchoolId, key: str) -> dict[Language, Translation]:
    """What the school has of each language, in one query."""
    prefix = _key(key, "")
    rows = {row.sk.removeprefix(prefix): row for row in every(TranslationRow, school, prefix)}
    return {each: _of_row(rows[each], key, each) for each in Language if each in rows}


def _of_row(row: TranslationRow, key: str, language: Language) -> Translation:
    return Translation(
        Template(key, library.title(key), 0, str(row.unseal()["source"])),
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


def mark_of(found: Translation | None) -> str:
    """Which of the translations that were kept one after another it is; empty before the first."""
    return str(found.version) if found else ""


def of_english(source: str) -> str:
    """The mark of the English that a draft was made of; empty where a draft names none."""
    found = _OF.search(source)
    return found[1] if found else ""


def mark(english: str) -> str:
    """Twelve hex digits that change with any word of an English text."""
    return Template("", "", 0, english).wording_sha256[:12]


@dataclass(frozen=True)
class Seen:
    """What somebody had before them: the hash of the English, and which translation."""

    wording: str
    translation: str


def save(
    school: SchoolId,
    key: str,
    language: Language,
    source: str,
    *,
    approve: bool,
    by: str,
    seen: Seen | None = None,
) -> None:
    """Keep a translation, and approve it for use or take the approval back. The same again, which
    a second press sends, changes nothing.

    Raises Invalid when a part that is signed is missing from it, and Conflict, with a sentence,
    when it is not `seen` what is there: somebody kept another, or changed the English to approve.
    """
    editions.check(key, source)
    source, wording = canonical(source), editions.current(school, key).wording_sha256
    before = kept(school, key, language)
    if before and _is_same(before, source, wording, approve=approve):
        return
    if seen and approve and seen.wording != wording:
        raise Conflict("The English has changed meanwhile. Read this against it, then press again")
    if seen and seen.translation != mark_of(before):
        raise Conflict("Somebody else has kept another one meanwhile. Press again to keep yours")
    row = TranslationRow(
        school,
        _key(key, language),
        by=by,
        approved_at=clock.stamp(clock.now()) if approve else None,
        wording_sha256=wording,
        version=before.version if before else 0,
    )
    row.seal({"source": source})
    with transaction() as tx:
        if before is None:
            tx.create(row, error=Conflict("Somebody else has just done this."))
        else:
            tx.replace(row)
        action = "agreement_translation.approved" if approve else "agreement_translation.saved"
        audit.record(tx, school, by=by, action=action, about=f"template/{key}-{language.value}")


def _is_same(before: Translation, source: str, wording: str, *, approve: bool) -> bool:
    as_approved = (before.approved_at is not None) == approve
    return as_approved and (before.template.source, before.of_wording) == (source, wording)


def _key(key: str, language: Language | Literal[""]) -> str:
    return f"translation#{key}#{language}"
