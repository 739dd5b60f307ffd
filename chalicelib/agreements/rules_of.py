"""The numbered rules of a child's page, one by one, so that each has a tick of its own (S164)."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.agreements import rendering

_NUMBERED = re.compile(r"^(\d+)\.\s+(.*)$")
_LEAD = re.compile(r"^\*\*[^*]+\*\*\s*")
_MARKUP = re.compile(r"\\(.)|[*_]")
_HEADING = re.compile(r"^#{2,4}\s+(.*)$")


@dataclass(frozen=True)
class Rule:
    """One rule with the heading it stands under, if a new one begins with it."""

    number: str
    html: Markup
    heading: str = ""


def numbered(text: str) -> list[str]:
    """The numbered lines of a text as plain sentences, without the bold word some begin with."""
    found = [match[2] for line in text.splitlines() if (match := _NUMBERED.match(line))]
    return [_MARKUP.sub(lambda mark: mark[1] or "", _LEAD.sub("", line)) for line in found]


def rules(text: str) -> list[Rule]:
    """Every numbered line of a text as a rule; lines that go on belong to the one before."""
    found: list[tuple[str, list[str], str]] = []
    heading = ""
    for line in text.splitlines():
        if match := _NUMBERED.match(line):
            found.append((match[1], [match[2]], heading))
            heading = ""
        elif match := _HEADING.match(line):
            heading = match[1]
        elif line.strip() and found and not heading:
            found[-1][1].append(line.strip())
    return [
        Rule(number, rendering.html("\n".join(lines)), heading) for number, lines, heading in found
    ]
