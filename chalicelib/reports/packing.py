"""A school's figures of one term in a few hundred bytes, so that a trust reads many at once (P10).

The trust's report reads one such item a school; what it costs is what they weigh. They are written
as words and numbers, and deflated against the words that are usual. `_USUAL` never changes: figures
packed with another must say so in their first byte.
"""

import zlib
from collections.abc import Mapping

from chalicelib.figures import Totals

_VERSION = b"\x01"
_USUAL = (
    b" type:copyright= type:hacking= type:gambling= type:unspecified= type:terrorism="
    b" type:drugs_or_bombs= type:grooming= type:impersonation= type:account_access="
    b" type:disrepute= type:violence= type:pornography= type:sexual_images="
    b" type:images_without_permission= type:chain_or_threats= type:hate="
    b" type:bypassing_security= type:other_breach= type:age_inappropriate="
    b" type:online_bullying= place:unknown= place:outside= place:inside= outcome:"
    b" theme:illegal_csam= theme:illegal_terrorism= theme:child_exploitation= theme:general="
    b" theme:extremism= theme:piracy_copyright= theme:malware_hacking= theme:unclassified="
    b" theme:drugs_substance_abuse="
    b" theme:discrimination= theme:gambling= theme:pornography= theme:bullying= theme:violence="
    b" theme:self_harm= severity:info= severity:critical= severity:low= severity:medium="
    b" severity:high= kind:staff= kind:pupil= sum:minutes= within:later= within:three_days="
    b" within:day= within:four_hours= within:hour= n=10 n=1"
    b"\nagreements_signed\nagreements_sent\nalerts_acknowledged\nalerts\nincidents_closed"
    b"\nincidents_acknowledged\nincidents"
)


def pack(totals: Mapping[str, Totals]) -> bytes:
    """Figures as bytes; the same figures always give the same."""
    lines = [
        " ".join([measure, *(f"{name}={n}" for name, n in sorted(found.counts.items()) if n)])
        for measure, found in sorted(totals.items())
    ]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _USUAL)
    return _VERSION + packer.compress("\n".join(lines).encode()) + packer.flush()


def unpack(packed: bytes) -> dict[str, Totals]:
    """What `pack` was given. Raises ValueError for bytes of another version."""
    if packed[:1] != _VERSION:
        raise ValueError("figures packed in a way not known here")
    opener = zlib.decompressobj(-15, _USUAL)
    text = (opener.decompress(packed[1:]) + opener.flush()).decode()
    return {measure: found for measure, found in map(_line, text.splitlines()) if measure}


def _line(line: str) -> tuple[str, Totals]:
    measure, *counts = line.split(" ")
    pairs = (each.rpartition("=") for each in counts)
    return measure, Totals({name: int(n) for name, _, n in pairs})
