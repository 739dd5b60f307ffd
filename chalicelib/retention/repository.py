"""Reviews, certificates, periods and the hold on everything, as they are filed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.retention.model import (
    DEFAULTS,
    Certificate,
    Decided,
    Ended,
    Kept,
    Periods,
    RecordClass,
    Review,
    State,
)
from chalicelib.retention.rows import CertificateRow, LookedRow, PeriodsRow, ReviewRow, StopRow
from chalicelib.storage import Key, Page, Transaction, every, get, page_of, together

_PERIODS, _STOP, _LOOKED = "periods", "stop", "looked"
_TOGETHER = 100
_REVIEW, _CERTIFICATE = "review#", "certificate#"


@dataclass(frozen=True)
class Stored:
    """A review as it was read: its version is what a decision is written against."""

    review: Review
    version: int


# --- periods --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """The periods in force and their version; 0 while nobody has chosen."""

    periods: Periods
    number: int = 0


def periods(school: SchoolId) -> Chosen:
    row = get(PeriodsRow, school, _PERIODS)
    if row is None:
        return Chosen(DEFAULTS)
    whys = row.unseal()
    found = {
        RecordClass(cls): Kept(int(years), whys.get(cls, "")) for cls, years in row.years.items()
    }
    return Chosen({**DEFAULTS, **found}, int(row.version))


def put_periods(
    tx: Transaction, school: SchoolId, chosen: Periods, *, number: int, by: str, at: datetime
) -> None:
    """Write a new version over version `number`. The transaction raises Conflict when another was
    written since.
    """
    for sk in (_PERIODS, f"{_PERIODS}#{number + 1:06d}"):
        row = PeriodsRow(
            school,
            sk,
            years={cls.value: each.years for cls, each in chosen.items()},
            by=by,
            at=clock.stamp(at),
        )
        row.seal({cls.value: each.why for cls, each in chosen.items()})
        if sk != _PERIODS or not number:
            row.version = number + 1
            tx.create(row)
        else:
            row.version = number
            tx.replace(row)


# --- the hold on everything -----------------------------------------------------------------------


def stopped(school: SchoolId) -> Decided | None:
    row = get(StopRow, school, _STOP)
    if row is None:
        return None
    private = row.unseal()
    return Decided(row.by, private["name"], clock.parse(row.at), private["why"])


def stop(tx: Transaction, school: SchoolId, said: Decided) -> None:
    row = StopRow(school, _STOP, by=said.by, at=clock.stamp(said.at))
    row.seal({"name": said.name, "why": said.why})
    tx.put(row)


def go_on(tx: Transaction, school: SchoolId) -> None:
    tx.delete(StopRow, school, _STOP)


# --- looking through ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looked:
    """Until when nothing more can come due, under which periods, and this term's task.

    Unless records are `queued`, none is under review until then.
    """

    next_on: date
    periods: str
    task: str = ""
    queued: bool = True


def looked(school: SchoolId) -> Looked | None:
    row = get(LookedRow, school, _LOOKED)
    if row is None:
        return None
    queued = row.queued is not False
    return Looked(date.fromisoformat(row.next_on), row.periods, row.task or "", queued)


def put_looked(tx: Transaction, school: SchoolId, found: Looked) -> None:
    tx.put(
        LookedRow(
            school,
            _LOOKED,
            next_on=found.next_on.isoformat(),
            periods=found.periods,
            task=found.task or None,
            queued=found.queued,
        )
    )


# --- reviews --------------------------------------------------------------------------------------


def all_of(school: SchoolId) -> Iterator[Stored]:
    """Every record under review, held and extended ones too."""
    for row in every(ReviewRow, school, _REVIEW, consistent=True):
        yield _stored(row)


def find(school: SchoolId, review: str) -> Stored | None:
    row = get(ReviewRow, school, _REVIEW + review)
    return _stored(row) if row else None


def several(school: SchoolId, reviews: Sequence[str]) -> Iterator[Stored]:
    """Some of them, a hundred a trip; one that is gone is left out."""
    for start in range(0, len(reviews), _TOGETHER):
        some = reviews[start : start + _TOGETHER]
        for row in together(*(Key(ReviewRow, school, _REVIEW + each) for each in some)):
            if isinstance(row, ReviewRow):
                yield _stored(row)


def add(tx: Transaction, school: SchoolId, review: Review) -> None:
    """File a new review. The transaction raises Conflict when it is there."""
    row = _row(school, review)
    row.version = 1
    tx.create(row)


def save(tx: Transaction, school: SchoolId, before: Stored, after: Review) -> None:
    row = _row(school, after)
    row.version = before.version
    tx.replace(row)


def drop(tx: Transaction, school: SchoolId, before: Stored) -> None:
    """Take a review away, unless somebody decided since it was read."""
    tx.delete(
        ReviewRow,
        school,
        _REVIEW + before.review.id,
        condition=ReviewRow.version == before.version,
    )


# --- certificates ---------------------------------------------------------------------------------


def certify(tx: Transaction, school: SchoolId, certificate: Certificate) -> None:
    row = CertificateRow(
        school,
        _CERTIFICATE + certificate.id,
        about=_about(certificate.ended),
        destroyed_at=clock.stamp(certificate.destroyed_at),
    )
    row.seal({"proposed": _said(certificate.proposed), "confirmed": _said(certificate.confirmed)})
    tx.create(row)


def certificates(school: SchoolId, *, cursor: str = "") -> tuple[list[Certificate], str]:
    """A page of certificates, newest first, and the cursor of the next."""
    found: Page[CertificateRow] = page_of(CertificateRow, school, _CERTIFICATE, cursor=cursor)
    return [_certificate(row) for row in found.items], found.next


def first_whole_day(school: SchoolId) -> date:
    """The first day of which every record still stands: what was destroyed was over before it."""
    over = [
        date.fromisoformat(row.about["ended_on"])
        for row in every(CertificateRow, school, _CERTIFICATE, consistent=True)
    ]
    return max(over) + timedelta(days=1) if over else date.min


def certificate_id(at: datetime, review: str) -> str:
    return f"{clock.stamp(at)}~{review}"


# --- as rows have them ----------------------------------------------------------------------------


def _row(school: SchoolId, review: Review) -> ReviewRow:
    row = ReviewRow(
        school,
        _REVIEW + review.id,
        about=_about(review.ended),
        state=review.state,
        until=review.until.isoformat() if review.until else None,
    )
    said = {"proposed": review.proposed, "confirmed": review.confirmed, "last": review.last}
    row.seal({name: _said(each) for name, each in said.items() if each})
    return row


def _stored(row: ReviewRow) -> Stored:
    private = row.unseal()
    review = Review(
        _ended(row.about),
        State(row.state),
        until=date.fromisoformat(row.until) if row.until else None,
        proposed=_decided(private.get("proposed")),
        confirmed=_decided(private.get("confirmed")),
        last=_decided(private.get("last")),
    )
    return Stored(review, int(row.version))


def _certificate(row: CertificateRow) -> Certificate:
    private = row.unseal()
    return Certificate(
        row.sk.removeprefix(_CERTIFICATE),
        _ended(row.about),
        _by(private["proposed"]),
        _by(private["confirmed"]),
        clock.parse(row.destroyed_at),
    )


def _about(ended: Ended) -> dict[str, str]:
    return {
        "kind": ended.kind,
        "record": ended.record,
        "class": ended.cls.value,
        "what": ended.what,
        "reference": ended.reference,
        "path": ended.path,
        "ended_on": ended.ended_on.isoformat(),
        "due_on": ended.due_on.isoformat(),
        "fingerprint": ended.fingerprint,
        "walled": "yes" if ended.walled else "no",
    }


def _ended(about: dict[str, str]) -> Ended:
    return Ended(
        about["kind"],
        about["record"],
        RecordClass(about["class"]),
        about["what"],
        about["reference"],
        about["path"],
        date.fromisoformat(about["ended_on"]),
        date.fromisoformat(about["due_on"]),
        about["fingerprint"],
        walled=about.get("walled") != "no",
    )


def _said(decided: Decided) -> dict[str, str]:
    return {
        "by": decided.by,
        "name": decided.name,
        "at": clock.stamp(decided.at),
        "why": decided.why,
    }


def _decided(kept: dict[str, Any] | None) -> Decided | None:
    return _by(kept) if kept else None


def _by(kept: dict[str, Any]) -> Decided:
    return Decided(kept["by"], kept["name"], clock.parse(kept["at"]), kept["why"])
