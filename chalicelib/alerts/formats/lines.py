"""Plain text as events: one a line, unless a line only continues the one before."""

import re

_START = re.compile(
    r"\s*(?:<\d{1,3}>|CEF:|LEEF:|\d{1,2}\|[^|]*\||[A-Za-z_][\w.\-]*=|\"?\d{4}-\d\d-\d\d[T ]"
    r"|[A-Z][a-z]{2}\s+\d{1,2}\s+\d\d:|\"?\d{9,19}(?:\.\d+)?[\s,])"
)


_BARS = re.compile(r"(?:\bCEF:\s*\d|\A\s*\d{1,2}\|[^|]*\|)")


def lines(text: str) -> list[str]:
    """One event a line; a line that only continues a CEF record or an open quote stays with it."""
    found: list[list[str]] = []
    quotes, bars = 0, False
    for line in re.split(r"\r\n|\n|\r", text):
        if not line.strip():
            continue
        if found and (quotes % 2 or bars) and not _START.match(line):
            found[-1].append(line)
        else:
            found.append([line.strip()])
            quotes, bars = 0, _BARS.search(line) is not None
        quotes += line.count('"') - line.count('\\"')
    return ["\n".join(parts) for parts in found]
