"""A policy as text: pasted, a text file or a Word document, cut into sentences and table rows.

A .docx is a zip of XML. Only `word/document.xml` is opened, at most so many bytes of it, whatever
the zip says of its size; nothing it points to is followed, and its macros are never looked at.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import Any

MOST = 400_000  # characters: a policy of a hundred pages has 250,000
_MOST_XML = 20_000_000  # bytes, opened
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_DEEPEST = 60  # wrappers around a paragraph: Word nests a handful
CELL = "\t"  # between the cells of a table's row
_END = re.compile(r"(?<=[a-z0-9)\u2019'\"][.!?])\s+(?=[A-Z“\"(])")
_BULLET = re.compile(r"^[\s•●▪◦*·\u2013-]+(?=\w)")
_LONGEST = 600  # characters of a sentence that is shown


class Unreadable(ValueError):
    """The file is no policy we can read; the message says what to do, and quotes nothing of it."""


def of_file(body: bytes) -> str:
    """The text of a .docx or of a plain text file. Raises Unreadable."""
    if body.startswith(b"PK\x03\x04"):
        return _bounded("\n".join(_lines(_xml(body))))
    if body.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8")):
        raise Unreadable("Send a Word document (.docx) or plain text, or paste the text")
    try:
        return _bounded(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _bounded(body.decode("cp1252", errors="replace"))


def sentences(text: str) -> list[str]:
    """The sentences, and the rows of tables whole with tabs between their cells, in order."""
    found = []
    for line in text.replace("\r", "").split("\n"):
        line = _BULLET.sub("", line).strip(" ")  # noqa: PLW2901  # the line as it is read
        parts = [line] if CELL in line else _END.split(line)
        found += [" ".join(part.split(" "))[:_LONGEST] for part in parts if part.strip()]
    return found


def _bounded(text: str) -> str:
    if len(text) > MOST:
        raise Unreadable("This is longer than any policy: send 400,000 characters at most")
    if "\0" in text:
        raise Unreadable("Send a Word document (.docx) or plain text, or paste the text")
    return text


def _xml(body: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as whole, whole.open(_DOCUMENT) as part:
            xml = part.read(_MOST_XML + 1)
    except KeyError as e:
        raise Unreadable("This is not a Word document (.docx)") from e
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as e:
        raise Unreadable("This Word document cannot be opened. Save it again, or paste it") from e
    if len(xml) > _MOST_XML:
        raise Unreadable("This Word document is too large. Paste the text of the policy")
    return xml


def _lines(xml: bytes) -> Iterator[str]:
    """Paragraphs and rows. What a tracked change deleted is not read."""
    from defusedxml import ElementTree, common

    try:
        root = ElementTree.fromstring(xml)
    except (ElementTree.ParseError, common.DefusedXmlException, ValueError, LookupError) as e:
        raise Unreadable("This Word document cannot be opened. Save it again, or paste it") from e
    body = root.find(f"{_WORD}body")
    yield from _blocks(body if body is not None else root)


def _blocks(parent: Any) -> Iterator[str]:
    """The outermost paragraphs and the rows of tables, in their order, however they are wrapped."""
    for block in _outermost(parent, {f"{_WORD}p", f"{_WORD}tbl"}):
        if block.tag == f"{_WORD}p":
            yield _words(block)
            continue
        for row in _outermost(block, {f"{_WORD}tr"}):
            cells = [list(_outermost(cell, {f"{_WORD}p"})) for cell in row]
            yield CELL.join(" ".join(map(_words, cell)).strip() for cell in cells if cell)


def _outermost(parent: Any, tags: Collection[str]) -> Iterator[Any]:
    """The elements of these tags that stand in no other of them. Raises Unreadable for a document
    that wraps deeper than any word processor does.
    """
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag in tags:
            yield element
        elif len(stack) == _DEEPEST:
            raise Unreadable("This Word document cannot be opened. Save it again, or paste it")
        else:
            stack.append(iter(element))


def _words(paragraph: object) -> str:
    found = []
    for each in paragraph.iter():  # type: ignore[attr-defined]
        if each.tag == f"{_WORD}t":
            found.append(each.text or "")
        elif each.tag in (f"{_WORD}tab", f"{_WORD}br"):
            found.append(" ")
    return "".join(found)
