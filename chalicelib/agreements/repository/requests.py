"""One child's agreement as it is filed, and its chain of events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from chalicelib import clock
from chalicelib.agreements.model import FAMILY, Answer, Asked, Child, Party, Request, RequestId
from chalicelib.agreements.rows import AgreementEventRow, RequestRow
from chalicelib.audit import Event, Head, events
from chalicelib.ids import SchoolId
from chalicelib.storage import Key, Transaction, every, get, together


@dataclass(frozen=True)
class Record:
    """A request as it is filed: with its place in the chain of events and its row's version.

    `made_on` is the London day it was made, `sent_on` that on which somebody was first asked or
    answered unasked, on paper or aloud.
    """

    request: Request
    class_id: str
    sent_on: date | None = None
    made_on: date | None = None
    head: Head = field(default_factory=Head)
    version: int = 0

    def now(self, request: Request) -> "Record":
        return replace(self, request=request)


def add(tx: Transaction, school: SchoolId, record: Record, event: Event) -> None:
    """File a new request with its first event."""
    row = _row(school, record, _append(tx, school, record, event))
    row.version = 0
    tx.create(row)


def save(tx: Transaction, school: SchoolId, record: Record, event: Event) -> None:
    """File what an event made of a request that was read: a Conflict when it changed since."""
    row = _row(school, record, _append(tx, school, record, event))
    row.version = record.version
    tx.replace(row)


def request(school: SchoolId, request_id: RequestId) -> Record | None:
    row = get(RequestRow, school, _request_key(request_id))
    return record_of(row) if row else None


def several(school: SchoolId, request_ids: Sequence[RequestId]) -> list[Record | None]:
    """Some requests in one read."""
    rows = together(*(Key(RequestRow, school, _request_key(one)) for one in request_ids))
    return [record_of(row) if isinstance(row, RequestRow) else None for row in rows]


def requests(school: SchoolId, year: str, campaign_id: str = "") -> Iterator[Record]:
    """The requests of an academic year, or of one of its campaigns."""
    prefix = f"request#{year}#" + (f"{campaign_id}#" if campaign_id else "")
    for row in every(RequestRow, school, prefix, consistent=True):
        yield record_of(row)


def every_one(school: SchoolId) -> Iterator[Record]:
    """Every request there is, of every year."""
    for row in every(RequestRow, school, "request#", consistent=True):
        yield record_of(row)


def history(school: SchoolId, request_id: RequestId) -> list[Event]:
    return events.history(AgreementEventRow, school, _chain(request_id))


def about(request_id: RequestId) -> str:
    """How the audit and the outbox call a request."""
    return _chain(request_id).replace("#", "/", 1)


def _append(tx: Transaction, school: SchoolId, record: Record, event: Event) -> Head:
    return events.append(
        tx,
        AgreementEventRow,
        school,
        record=_chain(record.request.id),
        head=record.head,
        event=event,
    )


def _row(school: SchoolId, record: Record, head: Head) -> RequestRow:
    request = record.request
    row = RequestRow(
        school,
        _request_key(request.id),
        template=request.template,
        template_version=request.template_version,
        class_id=record.class_id,
        asked=[_asked_out(asked) for asked in request.asked],
        sent_on=record.sent_on.isoformat() if record.sent_on else None,
        made_on=record.made_on.isoformat() if record.made_on else None,
        child_signed_at=_stamp(request.child_signed_at),
        withdrawn_at=_stamp(request.withdrawn_at),
        parties=None if request.parties == FAMILY else [one.value for one in request.parties],
        head_number=head.number,
        head_hash=head.hash,
    )
    child = request.child
    row.seal({"first_name": child.first_name, "class_name": child.class_name})
    return row


def record_of(row: RequestRow) -> Record:
    """A row as it is filed."""
    _, year, campaign_id, pupil = row.sk.split("#")
    private = row.unseal()
    return Record(
        request=Request(
            id=RequestId(year, campaign_id, pupil),
            template=row.template,
            template_version=int(row.template_version),
            child=Child(private.get("first_name", ""), private.get("class_name", "")),
            asked=tuple(_asked_in(asked) for asked in row.asked),
            child_signed_at=_instant(row.child_signed_at),
            withdrawn_at=_instant(row.withdrawn_at),
            parties=tuple(Party(one) for one in row.parties) if row.parties else FAMILY,
        ),
        class_id=row.class_id,
        sent_on=date.fromisoformat(row.sent_on) if row.sent_on else None,
        made_on=date.fromisoformat(row.made_on) if row.made_on else None,
        head=Head(int(row.head_number), row.head_hash),
        version=int(row.version or 0),
    )


def _asked_out(asked: Asked) -> dict[str, Any]:
    return {
        "contact": asked.contact,
        "link": asked.link,
        "message": asked.message,
        "sent_at": clock.stamp(asked.sent_at),
        "expires_at": clock.stamp(asked.expires_at),
        "answer": asked.answer.value,
        "answered_at": _stamp(asked.answered_at),
        "times": asked.times,
    }


def _asked_in(stored: dict[str, Any]) -> Asked:
    return Asked(
        contact=stored["contact"],
        link=stored["link"],
        message=stored["message"],
        sent_at=clock.parse(stored["sent_at"]),
        expires_at=clock.parse(stored["expires_at"]),
        answer=Answer(stored["answer"]),
        answered_at=_instant(stored["answered_at"]),
        times=int(stored.get("times", 1)),
    )


def _stamp(instant: datetime | None) -> str | None:
    return clock.stamp(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None


def _request_key(request_id: RequestId) -> str:
    return f"request#{request_id.year}#{request_id.campaign}#{request_id.pupil}"


def _chain(request_id: RequestId) -> str:
    return f"agreement#{request_id.campaign}-{request_id.pupil}"
