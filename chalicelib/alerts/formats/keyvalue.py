r"""`key=value` lines as firewalls write them: quoted, unquoted with spaces, empty, or run together.

A naive split loses `site_category=Information Technology`, takes the next key as the value of
`exceptions= activityname=""`, and breaks on `\"` inside quotes. Keys are found first; whatever
stands between two keys is the value of the first.
"""

import re
from collections.abc import Iterator

_KEY = r"[A-Za-z_@][\w.@\-]*"
_PAIR = re.compile(rf"(?:^|(?<=[\s,;|\"]))({_KEY})=")
_COMMA_LINE = re.compile(rf"^\W{{0,8}}{_KEY}=(?:\"[^\"]*\"|[^,\s\"]*),{_KEY}=")
_AFTER_QUOTE = re.compile(rf"\s*+(?:$|[,;|]\s*+(?:$|{_KEY}=)|{_KEY}=)")
_ESCAPED = re.compile(r'\\(["\\])')


def pairs(text: str) -> dict[str, str]:
    """Every `key=value` of a line; the first spelling of a key wins.

    First wins because firewalls write what a pupil can type (the URL, the message) after what
    they cannot (the action, the user): a crafted address must not overrule the firewall.
    """
    found: dict[str, str] = {}
    for key, value in _walk(text):
        found.setdefault(key, value)
    return found


def _walk(text: str) -> Iterator[tuple[str, str]]:
    commas = _COMMA_LINE.match(text) is not None
    match = _PAIR.search(text)
    while match:
        start = match.end()
        if text.startswith('"', start):
            value, end = _quoted(text, start + 1)
            following = _PAIR.search(text, end)
        else:
            following = _next_unquoted(text, start, commas=commas)
            value = text[start : following.start() if following else len(text)]
            value = value.rstrip().rstrip(",;|") if commas else value.strip()
        yield match[1], value.strip() if not text.startswith('"', start) else value
        match = following


def _next_unquoted(text: str, start: int, *, commas: bool) -> re.Match[str] | None:
    """The next key after an unquoted value: after a space, or after a comma in a comma line."""
    following = _PAIR.search(text, start)
    while following and following.start() > start:
        before = text[following.start() - 1]
        if before.isspace() or (commas and before == ",") or before in ";|":
            break
        following = _PAIR.search(text, following.end())
    return following


def _quoted(text: str, start: int) -> tuple[str, int]:
    """A quoted value and where it ends: the first quote that a pair's end can follow.

    An unescaped quote in the middle of a value (nobody promises that a firewall escapes them) is
    part of it. Without any closing quote the rest of the line is the value.
    """
    at = start
    while (at := text.find('"', at)) != -1:
        if not _is_escaped(text, at, start) and _AFTER_QUOTE.match(text, at + 1):
            return _ESCAPED.sub(r"\1", text[start:at]), at + 1
        at += 1
    return _ESCAPED.sub(r"\1", text[start:].rstrip().removesuffix('"')), len(text)


def _is_escaped(text: str, at: int, start: int) -> bool:
    slashes = 0
    while at - slashes - 1 >= start and text[at - slashes - 1] == "\\":
        slashes += 1
    return slashes % 2 == 1
