"""How figures were packed before: read still, written no more. Nothing here ever changes."""

import zlib

from chalicelib.figures import Totals

VERSION = b"\x01"
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


def unpack(packed: bytes) -> dict[str, Totals]:
    """The figures of bytes that begin with `VERSION`."""
    opener = zlib.decompressobj(-15, _USUAL)
    text = (opener.decompress(packed[1:]) + opener.flush()).decode()
    return {measure: found for measure, found in map(_line, text.splitlines()) if measure}


def _line(line: str) -> tuple[str, Totals]:
    measure, *counts = line.split(" ")
    pairs = (each.rpartition("=") for each in counts)
    return measure, Totals({name: int(n) for name, _, n in pairs})
