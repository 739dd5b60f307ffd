"""From the bytes of a body to its text: unpacked within limits, whatever its encoding."""

import re
import zlib
from urllib.parse import parse_qs

BODY_BYTES = 1_000_000
UNPACKED_BYTES = 5_000_000
EVENT_BYTES = 64 * 1024
EVENTS = 1000
RATIO = 200


class TooLarge(ValueError):
    """The body is past a limit of alerts.md section 10: 413, whatever else is right with it."""


def unpack(body: bytes) -> bytes:
    """Gzip opened by its magic number, within a size and a ratio; anything else as it is."""
    for _ in range(2):
        if not body.startswith(b"\x1f\x8b"):
            break
        opened = _gunzip(body)
        if opened is None:
            break
        body = opened
    return body


def _gunzip(body: bytes) -> bytes | None:
    limit = min(UNPACKED_BYTES, max(len(body) * RATIO, 64 * 1024))
    out = b""
    rest = body
    try:
        while rest.startswith(b"\x1f\x8b"):
            stream = zlib.decompressobj(wbits=31)
            out += stream.decompress(rest, limit + 1 - len(out))
            if len(out) > limit:
                raise TooLarge("unpacked")
            if not stream.eof:
                break
            rest = stream.unused_data
    except zlib.error:
        return out or None
    return out


def decode(body: bytes) -> str:
    """Text of any of the encodings seen; never fails, and never holds half of a character."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("cp1252", "replace")
    return text.replace("\x00", "\ufffd")


def form_payload(text: str) -> str:
    """The field of a real form; curl sends plain lines under this type, and they have spaces."""
    if re.search(r"[\s\"{<]", text):
        return text
    try:
        fields = parse_qs(text, max_num_fields=20)
    except ValueError:
        return text
    for name in ("payload", "data", "body", "message", "event"):
        if fields.get(name):
            return fields[name][0].strip()
    return text
