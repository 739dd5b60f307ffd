"""A school's figures of one term in a few hundred bytes, so that a trust reads many at once (P10).

The trust's report reads one such item a school; what it costs is what they weigh. Which of the
known words are there is a map of bits, with a map of its bytes before it; their numbers follow, a
byte each while they are small. Words that are not known are text at the end, deflated. The words
stand in `packing_words.txt`, one a line: lines are added at its end, and none is ever changed.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from chalicelib.figures import Totals
from chalicelib.reports import packing_before

_VERSION = b"\x02"
_WORDS = Path(__file__).with_name("packing_words.txt")


def pack(totals: Mapping[str, Totals]) -> bytes:
    """Figures as bytes; the same figures always give the same."""
    there: dict[int, int] = {}
    others: list[str] = []
    for measure, found in totals.items():
        for name, number in found.counts.items():
            word = f"{measure}/{name}"
            place = _places().get(word)
            if place is not None and number > 0:
                there[place] = number
            elif number:
                others.append(f"{word}={number}")
    numbers = b"".join(_number(there[place]) for place in sorted(there))
    return _VERSION + _map(there) + numbers + _text(others)


def unpack(packed: bytes) -> dict[str, Totals]:
    """What `pack` was given. Raises ValueError for bytes of another version."""
    if packed[:1] == packing_before.VERSION:
        return packing_before.unpack(packed)
    if packed[:1] != _VERSION:
        raise ValueError("figures packed in a way not known here")
    found: dict[str, dict[str, int]] = {}
    for word, number in _opened(packed):
        measure, _, name = word.partition("/")
        found.setdefault(measure, {})[name] = number
    return {measure: Totals(counts) for measure, counts in found.items()}


def _opened(packed: bytes) -> Iterator[tuple[str, int]]:
    places, at = _unmap(packed)
    words = _words()
    for place in places:
        number, at = _read(packed, at)
        yield words[place], number
    text = zlib.decompress(packed[at:], -15).decode() if packed[at:] else ""
    for line in text.splitlines():
        word, _, written = line.rpartition("=")
        yield word, int(written)


def _map(there: Iterable[int]) -> bytes:
    """Which places are there: how many bytes the map of the map has, it, and the bytes it tells."""
    bits = bytearray(len(_words()) // 8 + 1)
    for place in there:
        bits[place // 8] |= 1 << place % 8
    above = bytearray(len(bits) // 8 + 1)
    for number, byte in enumerate(bits):
        if byte:
            above[number // 8] |= 1 << number % 8
    above = above.rstrip(b"\0")
    return _number(len(above)) + bytes(above) + bytes(filter(None, bits))


def _unmap(packed: bytes) -> tuple[list[int], int]:
    """The places, and where the numbers begin."""
    size, at = _read(packed, 1)
    above, at = packed[at : at + size], at + size
    places: list[int] = []
    for number in _bits(above):
        places += [number * 8 + bit for bit in _bits(packed[at : at + 1])]
        at += 1
    return places, at


def _bits(found: bytes) -> Iterator[int]:
    return (n * 8 + bit for n, byte in enumerate(found) for bit in range(8) if byte >> bit & 1)


def _text(others: Iterable[str]) -> bytes:
    text = "\n".join(sorted(others)).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(text) + packer.flush() if text else b""


def _number(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _read(packed: bytes, at: int) -> tuple[int, int]:
    number, shift = 0, 0
    while packed[at] > 127:
        number, shift, at = number | (packed[at] & 127) << shift, shift + 7, at + 1
    return number | packed[at] << shift, at + 1


@cache
def _words() -> tuple[str, ...]:
    return tuple(_WORDS.read_text(encoding="utf-8").splitlines())


@cache
def _places() -> Mapping[str, int]:
    return {word: place for place, word in enumerate(_words())}
