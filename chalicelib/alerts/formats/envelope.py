"""From a body's bytes to its events: whatever it is wrapped in, nothing in it is lost.

Content types lie (one vendor posts NDJSON under a type that made receivers answer 415), so they
are advice and the body decides. One object, an array, objects one after another, one a line,
`records` / `events` / `value` / `alerts` lists, `{"message": "<raw line>"}`, plain lines, and gzip
of any of them (alerts.md sections 2 and 10).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.alerts.formats import mailtext, pieces
from chalicelib.alerts.formats.body import (
    BODY_BYTES,
    EVENT_BYTES,
    EVENTS,
    TooLarge,
    decode,
    form_payload,
    unpack,
)
from chalicelib.alerts.formats.jsontext import json_at
from chalicelib.alerts.formats.lines import lines
from chalicelib.alerts.formats.pieces import Piece
from chalicelib.alerts.formats.wrapped import opened


def split(body: bytes, content_type: str = "") -> list[Piece]:
    """Every event of a body, in order. An empty list is an empty body: a ping.

    Raises TooLarge and nothing else.
    """
    if content_type == pieces.CONTENT_TYPE and (apart := pieces.unpacked(body)) is not None:
        return apart
    if len(body) > BODY_BYTES:
        raise TooLarge("body")
    text = decode(unpack(body)).strip()
    if content_type.startswith(mailtext.CONTENT_TYPE) or mailtext.is_mail(text):
        return [Piece(text)]
    if "x-www-form-urlencoded" in content_type.lower():
        text = form_payload(text)
    found: list[Piece] = []
    for piece in _pieces(text):
        if len(piece.raw) > EVENT_BYTES or len(piece.raw.encode()) > EVENT_BYTES:
            raise TooLarge("event")
        found.append(piece)
        if len(found) > EVENTS:
            raise TooLarge("events")
    return found


# --- text ----------------------------------------------------------------------------------------


_JSON_START = re.compile(r"\{\s*[\"}]|\[\s*[{\[\"\]]")


def _pieces(text: str, *, inside_array: bool = False) -> Iterator[Piece]:
    """JSON values for as long as they follow one another; everything else by lines."""
    at = 0
    while at < len(text):
        if text[at] in " \t\r\n,\x1e":
            at += 1
            continue
        if not _JSON_START.match(text, at):
            end = _next_json(text, at)
            yield from (Piece(line) for line in lines(text[at:end]) if line.strip("]},"))
        else:
            value, end, repeated = json_at(text, at)
            if value is not None:
                yield from _unwrap(value, text[at:end], repeated=repeated)
            elif text[at] == "[":
                yield from _pieces(text[at + 1 :], inside_array=True)
                return
            else:
                end = _broken_end(text, at, inside_array=inside_array)
                yield Piece(text[at:end].strip().rstrip(","))
        at = end


_RECORD_START = re.compile(r"^[ \t]*+(?=\{\s*\"|<\d{1,3}>|CEF:|LEEF:|date=)", re.MULTILINE)
_ITEM_END = re.compile(r"(?<=\})\s*,\s*(?=\{\s*\")|(?<=\})\s*\]\s*$")


def _broken_end(text: str, at: int, *, inside_array: bool) -> int:
    """Broken JSON ends where the next record starts a line, or the next item of its array."""
    ends = [_RECORD_START.search(text, at + 1)]
    if inside_array:
        ends.append(_ITEM_END.search(text, at + 1))
    return min((found.start() for found in ends if found), default=len(text))


_NEXT_JSON = re.compile(r"^[ \t]*+(?=\{\s*[\"}]|\[\s*[{\[\"])", re.MULTILINE)


def _next_json(text: str, at: int) -> int:
    following = _NEXT_JSON.search(text, at + 1)
    return following.end() if following else len(text)


# --- envelopes -----------------------------------------------------------------------------------

_LISTS = ("records", "Records", "events", "value", "alerts", "logs", "results", "items", "data")
_LINES = ("message", "_raw", "raw", "log", "line", "MESSAGE", "event", "text")


def _unwrap(value: object, raw: str, *, repeated: bool, depth: int = 0) -> Iterator[Piece]:
    if isinstance(value, list):
        for item in value:
            yield from _unwrap(item, _dump(item), repeated=repeated, depth=depth + 1)
    elif isinstance(value, dict) and depth < 6:
        yield from _unwrap_object(value, raw, repeated=repeated, depth=depth)
    elif isinstance(value, str):
        yield from (Piece(line) for line in lines(value))
    elif value is not None:
        yield Piece(raw)


def _unwrap_object(
    value: dict[str, Any], raw: str, *, repeated: bool, depth: int
) -> Iterator[Piece]:
    if not value:
        return
    carried = list(_carried(value, raw, repeated=repeated, depth=depth))
    if carried:
        yield from carried
        return
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list) and _is_wrapper(value, name, inner):
            outer = {key: item for key, item in value.items() if key != name}
            for piece in _unwrap(inner, raw, repeated=repeated, depth=depth + 1):
                yield _within(outer, piece, repeated=repeated)
            return
    line = _raw_line(value)
    if line is not None:
        outer = {key: item for key, item in value.items() if item is not line}
        for piece in _pieces(line.strip()):
            yield Piece(piece.raw, piece.tree, outer, piece.repeated_keys)
        return
    event = value.get("event")
    if isinstance(event, dict) and len(event) > 3 and len(value) <= 8:
        outer = {key: item for key, item in value.items() if key != "event"}
        yield Piece(raw, event, outer, repeated)
        return
    yield Piece(raw, value, repeated_keys=repeated)


def _carried(value: dict[str, Any], raw: str, *, repeated: bool, depth: int) -> Iterator[Piece]:
    """The events inside a courier's wrapping; none when there is no wrapping, or nothing in it."""
    courier = opened(value)
    if courier is None:
        return
    inside, outside = courier
    if isinstance(inside, str):
        carried = _pieces(inside.strip())
    else:
        carried = _unwrap(inside, raw, repeated=repeated, depth=depth + 1)
    for piece in carried:
        yield _within(outside, piece, repeated=repeated)


def _within(outer: Mapping[str, Any], piece: Piece, *, repeated: bool) -> Piece:
    return Piece(piece.raw, piece.tree, {**outer, **(piece.outer or {})}, repeated)


def _is_wrapper(value: dict[str, Any], name: str, inner: list[Any]) -> bool:
    """A list of objects or lines with little beside it; not a field that happens to be a list."""
    if name in {"alerts", "records", "Records", "events"}:
        return all(isinstance(item, dict | str) for item in inner)
    return len(value) <= 6 and all(isinstance(item, dict) for item in inner)


def _raw_line(value: dict[str, Any]) -> str | None:
    """`{"message": "<raw line>"}` as relays wrap a syslog line, if the line is the substance."""
    for name in _LINES:
        line = value.get(name)
        if not isinstance(line, str):
            continue
        text = line.strip()
        if text.startswith("{") and text.endswith("}") and len(value) <= 12:
            return None if json_at(text, 0)[0] is None else line
        if re.match(r"(?:<\d{1,3}>|CEF:|LEEF:|\S.*\bCEF:\d|\S.*\bLEEF:\d)", text):
            return line
        if len(re.findall(r"(?:^|\s)[A-Za-z_][\w.\-]*=", text)) >= 4:
            return line
        if len(value) == 1 and text:
            return line
    return None


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
