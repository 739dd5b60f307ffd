"""Emailed links by their digest, and how often each was fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib import clock
from chalicelib.agreements.evidence import Opens
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.rows import LinkRow, OpensRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get, transaction

_KEPT = timedelta(days=366)


class Purpose(StrEnum):
    """What a link is for; one made for another purpose is no link here (R20)."""

    SIGN = "sign"
    COPY = "copy"
    CHOICES = "choices"
    EVENT = "event"
    CODE = "code"
    CLASS = "class"


@dataclass(frozen=True)
class Link:
    """What the directory of links knows of one: its requests say whether it still works.

    One mail asks a parent for all of their children (10.2), so a link may be `for` several;
    `request` and `contact` are of the one who is signed for now.
    """

    digest: str
    request: RequestId
    contact: str
    expires_at: datetime
    signs: Mapping[str, str] = field(default_factory=dict)
    confirm: bool = False  # whether the child must be named first (R23)
    purpose: Purpose = Purpose.SIGN
    not_mine: tuple[str, ...] = ()  # whom its holder said to be none of theirs (R23)

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(self.signs) or (self.request.pupil,)

    def of(self, who: str) -> "Link":
        """The same link, for another of those it is for."""
        contact = self.signs.get(who, self.contact)
        return replace(self, request=replace(self.request, pupil=who), contact=contact)


def add(tx: Transaction, school: SchoolId, link: Link, purpose: Purpose) -> None:
    tx.create(
        LinkRow(
            school,
            f"link#{link.digest}",
            purpose=purpose,
            year=link.request.year,
            campaign=link.request.campaign,
            pupil=link.request.pupil,
            contact=link.contact,
            expires_at=clock.stamp(link.expires_at),
            signs=dict(link.signs) if len(link.signs) > 1 else None,
            confirm=link.confirm or None,
        )
    )


def add_code(tx: Transaction, school: SchoolId, code: str, link: Link) -> None:
    """A code to type that stands for a link; both by their digests."""
    row = LinkRow(
        school,
        f"link#{code}",
        purpose=Purpose.CODE,
        year=link.request.year,
        campaign=link.request.campaign,
        pupil=link.request.pupil,
        contact=link.contact,
        expires_at=clock.stamp(link.expires_at),
        stands_for=link.digest,
    )
    tx.create(row)


def find(school: SchoolId, digest: str, *purposes: Purpose) -> Link | None:
    """The link of that digest, or that a code stands for, if it was made for such a purpose."""
    row = get(LinkRow, school, f"link#{digest}")
    if row is not None and row.purpose == Purpose.CODE and row.stands_for:
        digest = row.stands_for
        row = get(LinkRow, school, f"link#{digest}")
    if row is None or row.purpose not in purposes:
        return None
    return Link(
        digest=digest,
        request=RequestId(row.year, row.campaign, row.pupil),
        contact=row.contact,
        expires_at=clock.parse(row.expires_at),
        signs=dict(row.signs or {row.pupil: row.contact}),
        confirm=bool(row.confirm),
        purpose=Purpose(row.purpose),
        not_mine=tuple(row.not_mine or ()),
    )


def close(tx: Transaction, school: SchoolId, link: Link, who: str) -> None:
    """The link opens nothing about this person any more. A Conflict when it just changed."""
    before = list(link.not_mine)
    as_read = LinkRow.not_mine == before if before else LinkRow.not_mine.does_not_exist()
    tx.update(
        LinkRow,
        school,
        f"link#{link.digest}",
        set={"not_mine": [*before, who]},
        condition=as_read,
    )


def note_open(school: SchoolId, link: Link, at: datetime) -> None:
    """Count a fetch of the link: kept a year beyond the link, in counts of a minute."""
    stamp = clock.stamp(at)
    expires = int((link.expires_at + _KEPT).timestamp())
    with transaction() as tx:
        for each in map(link.of, link.people):
            tx.update(
                OpensRow,
                school,
                f"{_opens_of(each.request, each.contact)}{stamp[:16]}",
                set={"at": stamp, "expires": expires},
                add={"opens": 1},
            )


def opens(school: SchoolId, request: RequestId, contact: str) -> Opens:
    """How often a contact's links of this request were fetched so far."""
    rows = list(every(OpensRow, school, _opens_of(request, contact), consistent=True))
    return _sum(rows)


def opened(school: SchoolId, campaign: str) -> dict[tuple[str, str], Opens]:
    """The same for a whole campaign, by pupil and contact."""
    found: dict[tuple[str, str], list[OpensRow]] = {}
    for row in every(OpensRow, school, f"opens#{campaign}#"):
        _, _, pupil, contact, _ = row.sk.split("#")
        found.setdefault((pupil, contact), []).append(row)
    return {who: _sum(rows) for who, rows in found.items()}


def _sum(rows: Sequence[OpensRow]) -> Opens:
    if not rows:
        return Opens()
    return Opens(
        count=sum(int(row.opens) for row in rows),
        first_at=clock.parse(rows[0].at),
        last_at=clock.parse(rows[-1].at),
    )


def _opens_of(request: RequestId, contact: str) -> str:
    return f"opens#{request.campaign}#{request.pupil}#{contact}#"
