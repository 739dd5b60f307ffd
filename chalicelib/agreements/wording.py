"""The words of an agreement: what a template holds, what a page shows, and what exactly was signed.

A template is Markdown with merge fields (S116) and with two kinds of comment that no signer sees:
`<!-- part: rules -->` opens a part, `<!-- S144 -->` names the requirement that a line meets.
The *wording* is the template without its comments: its hash tells versions apart, so a new
post-holder changes the page and not the version. The *text* is the wording with its fields filled
in: its canonical bytes are what somebody reads, signs, and is later shown again (R24).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

_PART = re.compile(r"<!--\s*part:\s*(\w+)\s*-->")
_COVERS = re.compile(r"<!--\s*(S\d+)\s*-->")
_COMMENT = re.compile(r"[ \t]*<!--.*?-->", re.DOTALL)
_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MARKUP = re.compile(r"([\\`*_\[\]<>&#|~!])")


class Part(StrEnum):
    """What a stretch of an agreement is for, and so on whose page it is shown."""

    LETTER = "letter"
    PEOPLE = "people"
    RULES = "rules"
    CHILD = "child"
    PARENT = "parent"
    ADULT = "adult"


class UnknownField(ValueError):
    """A template asks for a merge field that no school has."""


@dataclass(frozen=True)
class MergeFields:
    """What a school's own page says: current post-holders, never anything about a child."""

    school: str
    dsl: str
    online_safety_lead: str
    academic_year: str
    headteacher: str = "the headteacher"


@dataclass(frozen=True)
class Text:
    """An agreement as one school's signers read it on one day, in parts."""

    parts: Mapping[Part, str]

    def only(self, *parts: Part) -> "Text":
        """Some of its parts: what one page shows, and so what is signed there."""
        return Text({part: self.parts[part] for part in parts if part in self.parts})

    @property
    def whole(self) -> str:
        return canonical("\n\n".join(self.parts.values()))

    @property
    def sha256(self) -> str:
        return sha256(self.whole)


@dataclass(frozen=True)
class Template:
    """One agreement, in one version, word for word."""

    key: str
    title: str
    version: int
    source: str

    @property
    def wording_sha256(self) -> str:
        return sha256(self.plain)

    @property
    def plain(self) -> str:
        """The wording itself: the source without what no signer sees."""
        return canonical(_COMMENT.sub("", self.source))

    def merged(self, fields: MergeFields) -> Text:
        """The text with this school's fields filled in. Raises UnknownField for any other field."""
        values = asdict(fields)
        return Text(
            {
                part: canonical(_fill(_COMMENT.sub("", words), values))
                for part, words in parts_of(self.source)
            }
        )

    def covers(self) -> dict[str, tuple[Part, ...]]:
        """Which requirement is met in which parts: `{"S144": (Part.RULES,), …}`."""
        found: dict[str, list[Part]] = {}
        for part, words in parts_of(self.source):
            for number in _COVERS.findall(words):
                found.setdefault(number, []).append(part)
        return {number: tuple(dict.fromkeys(parts)) for number, parts in found.items()}


def canonical(text: str) -> str:
    """One spelling of the same words, so that equal texts have equal bytes and equal hashes."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = "\n".join(line.rstrip() for line in composed.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def parts_of(source: str) -> Iterator[tuple[Part, str]]:
    _, *pieces = _PART.split(source)
    for name, words in zip(pieces[::2], pieces[1::2], strict=True):
        yield Part(name), words


def with_part(source: str, part: Part, words: str) -> str:
    """A template with one of its parts replaced."""
    return "\n\n".join(
        f"<!-- part: {each.value} -->\n{words if each is part else said.strip()}"
        for each, said in parts_of(source)
    )


def _fill(words: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UnknownField(match[1])
        return as_typed(values[match[1]])

    return _FIELD.sub(value, words)


def as_typed(value: str) -> str:
    """Somebody's own words as Markdown that shows them and never obeys them, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(value.split()))
