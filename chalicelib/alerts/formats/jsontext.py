"""JSON read where it stands in a text: repeated keys noticed, depth bounded, text made whole."""

import json
from typing import Any

from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.formats.flat import DEPTH


class _Repeats:
    """Notices repeated keys while JSON is read; the first value stays."""

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                self.seen = True
            else:
                found[_whole(key)] = _whole(value) if isinstance(value, str) else value
        return found


def _whole(text: str) -> str:
    r"""Text without lone surrogates (`"\ud800"` is valid JSON and no valid text) or NULs."""
    if text.isascii():
        return text.replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def json_at(text: str, at: int) -> tuple[Any, int, bool]:
    """(value, end, repeated keys) of the JSON that starts here; value None when it is broken."""
    repeats = _Repeats()
    try:
        value, end = json.JSONDecoder(object_pairs_hook=repeats, strict=False).raw_decode(text, at)
    except RecursionError as error:
        raise TooLarge("depth") from error
    except ValueError:
        return None, at, False
    if _too_deep(value):
        raise TooLarge("depth")
    return value, end, repeats.seen


def _too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEPTH + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return any(isinstance(inner, dict | list) for inner in level)
