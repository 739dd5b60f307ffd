"""A file that was sent, kept until it is brought in: sealed, its sender's, gone in a fortnight."""

import base64
import zlib
from dataclasses import dataclass
from enum import StrEnum

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.people.rosters.model import Unreadable
from chalicelib.storage import drafts
from chalicelib.web.uploads import Upload

_FORM = "roster"
_PART = 200_000  # characters of base64 in one row: it is sealed, and a row has 400 KB
_LARGEST = 30_000_000  # bytes when opened again


class Format(StrEnum):
    """Stored words."""

    CSV = "csv"
    ONEROSTER = "oneroster"
    CTF = "ctf"
    WONDE = "wonde"

    @property
    def label(self) -> str:
        return _LABELS[self.value]


_LABELS = {
    "csv": "CSV",
    "oneroster": "OneRoster",
    "ctf": "Common Transfer File",
    "wonde": "Wonde",
}


@dataclass(frozen=True)
class Kept:
    """A file as it was sent."""

    id: str
    format: Format
    body: bytes


def keep(school: SchoolId, by: str, upload: Upload) -> Kept:
    """Keep a file for whoever sent it (an actor). Raises Unreadable for what no reader is for."""
    return keep_as(school, by, format_of(upload.body), upload.body)


def keep_as(school: SchoolId, by: str, format_: Format, body: bytes) -> Kept:
    """Keep what came as a file of this format, for an actor."""
    kept = Kept(ids.new(), format_, body)
    packed = base64.b64encode(zlib.compress(body, 9)).decode()
    parts = [packed[at : at + _PART] for at in range(0, len(packed), _PART)]
    for number, part in enumerate(parts):
        drafts.save(school, by, _FORM, f"{kept.id}.{number}", {"part": [part]})
    head = {"format": [kept.format.value], "parts": [str(len(parts))]}
    drafts.save(school, by, _FORM, kept.id, head)
    return kept


def find(school: SchoolId, by: str, upload_id: str) -> Kept:
    """A file that was kept. Raises NotFound, also for somebody else's."""
    head = drafts.load(school, by, _FORM, upload_id) if ids.is_record(upload_id) else None
    if head is None:
        raise NotFound
    parts = []
    for number in range(int(head.fields["parts"][0])):
        part = drafts.load(school, by, _FORM, f"{upload_id}.{number}")
        if part is None:
            raise NotFound
        parts.append(part.fields["part"][0])
    opener = zlib.decompressobj()
    body = opener.decompress(base64.b64decode("".join(parts)), _LARGEST)
    return Kept(upload_id, Format(head.fields["format"][0]), body)


def format_of(body: bytes) -> Format:
    """What a file is, by what it begins with, whatever it is called. Raises Unreadable."""
    start = body[:400].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"PK\x03\x04"):
        if b"[Content_Types].xml" in body[:4000] or b"xl/" in body:
            message = "This is an Excel file. Save it as CSV in Excel, then send that"
            raise Unreadable(message)
        return Format.ONEROSTER
    if start.startswith(b"<"):
        return Format.CTF
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(
            "This is not a list of pupils. Send CSV, OneRoster CSV (zip) or a CTF (XML)"
        )
    return Format.CSV
