"""From one piece of a body to a `Record`: which spelling it is in, and its fields."""

import json
import re

from chalicelib.alerts.formats import brokenjson, cef, keyvalue
from chalicelib.alerts.formats.flat import flatten
from chalicelib.alerts.formats.pieces import Piece
from chalicelib.alerts.formats.record import Record, Shape

_SYSLOG = re.compile(
    r"\s*<(?P<pri>\d{1,3})>"
    r"(?:1\s+(?P<stamp>\S+)\s+(?P<host>\S+)\s+(?P<app>\S+)\s+\S+\s+\S+\s+(?:-|\[[^\]]*\])\s*"
    r"|(?P<old>[A-Z][a-z]{2}\s+\d{1,2}\s+[\d:]{8})\s+(?P<oldhost>[^\s=]+)\s+(?:(?!CEF:|LEEF:)[\w\-/.]+(?:\[\d+\])?:\s*)?)?"
)


def record_of(piece: Piece) -> Record:
    """Total: every piece is a record, at worst one of plain text without fields."""
    outer = piece.outer or {}
    if piece.tree is not None:
        notes = ("repeated_keys",) if piece.repeated_keys else ()
        return Record(
            piece.raw, Shape.JSON, flatten(piece.tree), piece.tree, outer=outer, notes=notes
        )
    text, header = _without_syslog(piece.raw)
    return _embedded_json(piece, text, header) or _line(piece, text, header)


def _without_syslog(raw: str) -> tuple[str, dict[str, str]]:
    match = _SYSLOG.match(raw)
    if match is None:
        return raw, {}
    header = {name: value for name, value in match.groupdict().items() if value}
    return raw[match.end() :], header


_DOUBLED = re.compile(r'=""[^"\s,;]')


def _line(piece: Piece, text: str, header: dict[str, str]) -> Record:
    outer = piece.outer or {}
    if _DOUBLED.search(text):
        text = text.replace('""', '"')  # a line that was put through a spreadsheet's quoting
    for shape, read in ((Shape.LEEF, cef.leef), (Shape.CEF, cef.cef)):
        parts = read(text)
        if parts is not None:
            return Record(piece.raw, shape, parts[1], outer=outer, header={**header, **parts[0]})
    if text.lstrip().startswith("{"):
        fields = brokenjson.salvage(text)
        if fields:
            return Record(piece.raw, Shape.BROKEN_JSON, fields, outer=outer, notes=("broken_json",))
    fields = keyvalue.pairs(text)
    shape = Shape.KEY_VALUE if len(fields) >= 2 else Shape.TEXT
    return Record(piece.raw, shape, fields if len(fields) >= 2 else {}, outer=outer, header=header)


def _embedded_json(piece: Piece, text: str, header: dict[str, str]) -> Record | None:
    """`<14>Nov 22 01:00:00 box app: {"a": 1}`: the object is the record."""
    start = text.find("{")
    if start <= 0 or not text.rstrip().endswith("}") or "=" in text[:start]:
        return None
    try:
        tree = json.loads(text[start:], strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not tree:
        return None
    return Record(
        piece.raw, Shape.JSON, flatten(tree), tree, outer=piece.outer or {}, header=header
    )
