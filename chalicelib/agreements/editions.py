"""The text in use: Holdfast's, or what a school or its trust has made of it (3.5, S116).

Every text that was ever in use is kept word for word. A new text asks everybody to sign again, or
leaves what was signed in force, by the choice of whoever changes it.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib import audit, clock
from chalicelib.agreements import library
from chalicelib.agreements.rows import EditionRow, TemplateRow
from chalicelib.agreements.wording import (
    MergeFields,
    Template,
    UnknownField,
    canonical,
    parts_of,
)
from chalicelib.errors import Conflict, Invalid
from chalicelib.ids import SchoolId
from chalicelib.storage import every, get, transaction

HOLDFAST = "holdfast"
_TRIAL = MergeFields("School", "DSL", "Lead", "2026 to 2027")


class Change(StrEnum):
    """What a line of one text is to another."""

    SAME = "same"
    ADDED = "added"
    TAKEN_OUT = "taken_out"


@dataclass(frozen=True)
class Edition:
    """One text that was in use. Number 0 stands for the one that Holdfast brings."""

    number: int
    source: str
    owner: str
    at: datetime | None = None
    by: str = ""
    why: str = ""
    again: bool = False


@dataclass(frozen=True)
class InUse:
    """The text in use, whose it is, and which round of asking it belongs to."""

    template: Template
    owner: str = HOLDFAST
    round: int = 0
    number: int = 0


def current(tenant: str, key: str) -> Template:
    """The agreement as this school or trust has it now. Raises KeyError for any other key."""
    return in_use(tenant, key).template


def in_use(tenant: str, key: str) -> InUse:
    ours = library.template(key)
    row = get(TemplateRow, tenant, _key(key), consistent=False)
    if row is None:
        return InUse(ours)
    source = str(row.unseal()["source"])
    number = int(row.number)
    return InUse(
        Template(key=key, title=ours.title, version=ours.version + number, source=source),
        owner=row.owner,
        round=int(row.round),
        number=number,
    )


def claim_of(tenant: str, key: str, group: str = "", number: int = 0) -> str:
    """What somebody is asked for once a year: the kind of agreement, in its round of asking. Of
    what a class writes itself, in that class and version.
    """
    if key == library.BY_AGE:
        return library.kind(key)
    if number:
        return f"{library.kind(key)}@{group}.{number}"
    used = in_use(tenant, key)
    return f"{library.kind(key)}@{used.round}" if used.round else library.kind(key)


def adapt(
    tenant: str, key: str, source: str, *, number: int, why: str, again: bool, owner: str, by: str
) -> Template:
    """Put another text into use. `number` is of the text that was edited.

    Raises Invalid when a part that somebody signs is gone or a field is unknown, Conflict when
    somebody else changed the text meanwhile.
    """
    ours = library.template(key)
    source = canonical(source)
    check(key, source)
    row = get(TemplateRow, tenant, _key(key), consistent=True)
    before = int(row.number) if row else 0
    if before != number:
        raise Conflict("Somebody else has changed this text. Look at theirs first.")
    new = Template(key=key, title=ours.title, version=ours.version + before + 1, source=source)
    after = TemplateRow(
        tenant,
        _key(key),
        number=before + 1,
        round=(int(row.round) if row else 0) + (1 if again else 0),
        owner=owner,
        version=int(row.version or 0) if row else 0,
    )
    after.seal({"source": source})
    kept = EditionRow(
        tenant,
        f"edition#{key}#{before + 1:06d}",
        at=clock.stamp(clock.now()),
        by=by,
        owner=owner,
        again=again,
        wording_sha256=new.wording_sha256,
    )
    kept.seal({"source": source, "why": why})
    with transaction() as tx:
        if row is None:
            tx.create(after)
        else:
            tx.replace(after)
        tx.create(kept)
        about = f"template/{key}"
        audit.record(tx, tenant, by=by, action="agreement_text.changed", about=about)
    return new


def check(key: str, source: str) -> None:
    """Raises Invalid unless all that is signed is there and every field is one a school has."""
    try:
        found = {part for part, _ in parts_of(source)}
        Template(key, "", 0, source).merged(_TRIAL)
    except UnknownField as e:
        raise Invalid({"source": [f"There is no field called {e}"]}) from e
    except ValueError as e:
        raise Invalid({"source": ["A line that begins a part names one that there is not"]}) from e
    needed = {part for part, _ in parts_of(library.template(key).source)}
    if missing := needed - found:
        names = ", ".join(sorted(part.value for part in missing))
        raise Invalid({"source": [f"These parts are missing: {names}"]})


def plain(words: str) -> str:
    """Some words without the marks that no signer sees."""
    return Template("", "", 0, words).plain


def history(tenant: str, key: str) -> Iterator[Edition]:
    """Every text that was in use, newest first; Holdfast's own last."""
    for row in every(EditionRow, tenant, f"edition#{key}#", newest_first=True, consistent=True):
        private = row.unseal()
        yield Edition(
            number=int(row.sk.rpartition("#")[2]),
            source=private["source"],
            owner=row.owner,
            at=clock.parse(row.at),
            by=row.by,
            why=private["why"],
            again=bool(row.again),
        )
    yield Edition(0, library.template(key).source, HOLDFAST)


def differences(ours: str, theirs: str) -> list[tuple[Change, str]]:
    """Line by line, what a text has that the other has not; lines that both have stay."""
    signs = {"  ": Change.SAME, "+ ": Change.ADDED, "- ": Change.TAKEN_OUT}
    lines = difflib.ndiff(canonical(ours).splitlines(), canonical(theirs).splitlines())
    return [(signs[line[:2]], line[2:]) for line in lines if line[:2] in signs]


def hand_on(school: SchoolId, key: str, source: str, *, why: str, again: bool, by: str) -> None:
    """A trust's text comes into use at one of its schools."""
    used = in_use(school, key)
    if used.template.source != canonical(source):
        adapt(school, key, source, number=used.number, why=why, again=again, owner="trust", by=by)


def _key(key: str) -> str:
    return f"template#{key}"
