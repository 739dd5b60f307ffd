"""The sentences of a draft as people may change them: kept, put otherwise, left out, added to.

Pure: the document says what the figures say, the wording what somebody made of it (S91, S226).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.reports.document import Document, Sentence, Table
from chalicelib.reports.school.model import Change, Wording

SUMMARY = "summary"
MOST = 1000  # characters of a sentence


@dataclass(frozen=True)
class Line:
    """A sentence of a draft. `figures` is what the figures say now, "" when they say it no more.

    `changed_since` says that they said something else when it was edited.
    """

    key: str
    figures: str
    text: str
    tables: tuple[str, ...] = ()
    is_out: bool = False
    is_edited: bool = False
    changed_since: bool = False


@dataclass(frozen=True)
class Part:
    """A section of a draft with its sentences, and what was added to it."""

    key: str
    heading: str
    lines: tuple[Line, ...]
    added: str = ""


def parts(document: Document, wording: Wording) -> list[Part]:
    """Every section that can be put in words, the summary first."""
    return [
        Part(key, heading, tuple(_lines(key, sentences, wording)), wording.added.get(key, ""))
        for key, heading, sentences in _sections(document)
    ]


def worded(document: Document, wording: Wording) -> Document:
    """The document as it reads with the changes made to it."""
    texts = {part.key: tuple(_sentences(part)) for part in parts(document, wording)}
    return replace(
        document,
        summary=texts[SUMMARY],
        sections=tuple(
            replace(section, sentences=texts[section.key]) for section in document.sections
        ),
    )


def changed(
    document: Document,
    before: Wording,
    texts: Mapping[str, str],
    out: Mapping[str, bool],
    added: Mapping[str, str],
) -> Wording:
    """The wording that a sent draft comes to; what is as the figures say it is no change.

    A sentence that was edited `before` and whose number is hidden now is kept as it is sent, with
    what the figures said when it was; one that was left out stays out when it can be said again.
    """
    found = parts(document, before)
    there = {line.key for part in found for line in part.lines}
    changes = {key: each for key, each in before.changed.items() if key not in there}
    for part in found:
        for line in part.lines:
            text = "" if out.get(line.key) else texts.get(line.key, line.text).strip()
            if not line.figures:
                changes[line.key] = replace(before.changed[line.key], text=text)
            elif text != line.figures:
                changes[line.key] = Change(text, line.figures)
    return Wording(changes, {key: text for key, text in added.items() if text})


def flagged(found: Sequence[Part]) -> int:
    """How many edited sentences no longer fit the figures."""
    return sum(line.changed_since for part in found for line in part.lines)


def rests_on(tables: Sequence[str], document: Document) -> list[tuple[int, Table]]:
    """The tables that a sentence is read from, with their numbers."""
    return [
        (number, table) for number, _, table in document.tables() if table.caption in set(tables)
    ]


def _sections(document: Document) -> Iterator[tuple[str, str, tuple[Sentence, ...]]]:
    yield SUMMARY, "At a glance", document.summary
    for section in document.sections:
        yield section.key, section.heading, section.sentences


def _lines(section: str, sentences: Sequence[Sentence], wording: Wording) -> Iterator[Line]:
    seen = set()
    for number, sentence in enumerate(sentences):
        key = f"{section}-{sentence.key or number}"
        seen.add(key)
        change = wording.changed.get(key)
        if change is None:
            yield Line(key, sentence.text, sentence.text, sentence.tables)
        else:
            yield Line(
                key,
                sentence.text,
                change.text or sentence.text,
                sentence.tables,
                is_out=not change.text,
                is_edited=True,
                changed_since=bool(change.text) and change.figures != sentence.text,
            )
    for key, change in wording.changed.items():
        if key.startswith(f"{section}-") and key not in seen and change.text:
            yield Line(key, "", change.text, is_edited=True, changed_since=True)


def _sentences(part: Part) -> Iterator[Sentence]:
    for line in part.lines:
        if not line.is_out:
            yield Sentence(line.text, line.tables, line.key)
    for text in filter(None, (each.strip() for each in part.added.split("\n\n"))):
        yield Sentence(text, (), "added")
