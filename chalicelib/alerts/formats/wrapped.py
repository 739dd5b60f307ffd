"""Events inside a courier's wrapping: CloudEvents (structured) and Google Pub/Sub push.

What is inside is the event; what is around it goes along as its outside. Binary CloudEvents need
nothing: their body is the event already, and batches are arrays.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any


def opened(value: Mapping[str, Any]) -> tuple[object, dict[str, Any]] | None:
    """(inside, outside) of a wrapped event, or None for what is not wrapped.

    The inside is JSON that was parsed already, or text to be read like a body.
    """
    if isinstance(value.get("specversion"), str) and "source" in value:
        inside = value.get("data")
        if inside is None:
            inside = _text(value.get("data_base64"))
        return _pair(inside, value, without=("data", "data_base64"))
    message = value.get("message")
    if isinstance(message, Mapping) and "subscription" in value:
        inside = _text(message.get("data"))
        outside = {key: item for key, item in value.items() if key != "message"}
        return _pair(inside, {**outside, **message}, without=("data",))
    return None


def _pair(
    inside: object, around: Mapping[str, Any], *, without: tuple[str, ...]
) -> tuple[object, dict[str, Any]] | None:
    if not inside or not isinstance(inside, dict | list | str):
        return None
    return inside, {key: item for key, item in around.items() if key not in without}


def _text(coded: object) -> str | None:
    if not isinstance(coded, str):
        return None
    try:
        return base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
