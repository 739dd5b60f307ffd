"""As much of DER as checking a seal and a time-stamp needs."""

from collections.abc import Iterator


def read(data: bytes, at: int) -> tuple[int, bytes, int]:
    """One element: its tag, what is in it, and where the next one begins. ValueError: cut off."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(data[at : at + size]), at + size
    if at + length > len(data):
        raise ValueError("cut off")
    return tag, data[at : at + length], at + length


def parts(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Every element of some content: its tag, what is in it, and the whole of it."""
    at = 0
    while at < len(data):
        tag, content, end = read(data, at)
        yield tag, content, data[at:end]
        at = end


def tlv(tag: int, content: bytes) -> bytes:
    """An element."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content
