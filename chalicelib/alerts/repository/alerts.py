"""Alerts: their state, their chain of events, their identity's latest, and their place in lists."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.alerts import codec
from chalicelib.alerts.facts import Severity
from chalicelib.alerts.model import GAP, LONGEST, Alert, Listing, Outcome, Route, Status
from chalicelib.alerts.rows import AlertEventRow, AlertRow, GroupRow, ListRow
from chalicelib.audit import Event, Head, events
from chalicelib.errors import NotFound
from chalicelib.ids import PersonId, SchoolId
from chalicelib.storage import Key, Transaction, every, get, keyring, page_of, together

_TOGETHER = 100


@dataclass(frozen=True)
class Stored:
    """An alert as it was read, with what a change is written against."""

    alert: Alert
    version: int
    head: Head


@dataclass(frozen=True)
class InboxPage:
    alerts: tuple[Alert, ...]
    next: str


def add(tx: Transaction, school: SchoolId, alert: Alert, happened: Iterable[Event]) -> None:
    """Write a new alert with its first events and its places in the lists."""
    head = _append(tx, school, alert.id, Head(), happened)
    tx.create(_row(school, alert, version=1, head=head))
    for listing in alert.listings:
        tx.put(ListRow(school, _list_key(listing, alert.id)))


def load(school: SchoolId, alert: str) -> Stored:
    """Raises NotFound."""
    found = find(school, alert)
    if found is None:
        raise NotFound
    return found


def find(school: SchoolId, alert: str) -> Stored | None:
    row = get(AlertRow, school, _key(alert)) if ids.is_record(alert) else None
    return _stored(row) if row else None


def save(
    tx: Transaction, school: SchoolId, before: Stored, after: Alert, happened: Iterable[Event] = ()
) -> None:
    """Write a changed alert. Raises Conflict when somebody else changed it meanwhile."""
    head = _append(tx, school, after.id, before.head, happened)
    tx.replace(_row(school, after, version=before.version, head=head))
    old, new = set(before.alert.listings), set(after.listings)
    for listing in sorted(old - new):
        tx.delete(ListRow, school, _list_key(listing, after.id))
    for listing in sorted(new - old):
        tx.put(ListRow(school, _list_key(listing, after.id)))


def history(school: SchoolId, alert: str) -> list[Event]:
    return events.history(AlertEventRow, school, _key(alert))


def page(school: SchoolId, listing: Listing, *, cursor: str = "", limit: int = 50) -> InboxPage:
    """Fifty alerts of one list, newest first: one query for their places, one read for them."""
    places = page_of(ListRow, school, f"list#{listing}#", cursor=cursor, limit=limit)
    keys = [Key(AlertRow, school, _key(_last(row.sk))) for row in places.items]
    rows = together(*keys, consistent=False) if keys else []
    found = (row for row in rows if isinstance(row, AlertRow))
    return InboxPage(tuple(_stored(row).alert for row in found), places.next)


def several(school: SchoolId, wanted: Sequence[str]) -> list[Alert]:
    """Some alerts by their ids, in the order asked; what is not there is absent."""
    keys = [Key(AlertRow, school, _key(each)) for each in wanted]
    rows = together(*keys, consistent=False) if keys else []
    return [_stored(row).alert for row in rows if isinstance(row, AlertRow)]


def every_one(school: SchoolId) -> Iterator[list[Alert]]:
    """Every alert, those that came last first, a hundred at a time, strongly consistent."""
    keys: list[Key] = []
    places = every(ListRow, school, f"list#{Listing.ALL}#", newest_first=True, consistent=True)
    for place in places:
        keys.append(Key(AlertRow, school, _key(_last(place.sk))))
        if len(keys) == _TOGETHER:
            yield _read(keys)
            keys = []
    if keys:
        yield _read(keys)


def _read(keys: Sequence[Key]) -> list[Alert]:
    return [_stored(row).alert for row in together(*keys) if isinstance(row, AlertRow)]


# --- identities -----------------------------------------------------------------------------------


def group_key(school: SchoolId, identity: Sequence[str]) -> str:
    """An identity as a key: under the school's own key, because names are easy to guess."""
    _, key = keyring.current(school)
    text = json.dumps(["alert identity", *identity]).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:40]


@dataclass(frozen=True)
class Latest:
    """The latest alert of an identity, and the version that the next one is pointed to against."""

    stored: Stored | None = None
    version: int | None = None


def latest(school: SchoolId, group: str) -> Latest:
    row = get(GroupRow, school, f"group#{group}")
    return Latest(find(school, row.alert), int(row.version or 0)) if row else Latest()


def point(
    tx: Transaction, school: SchoolId, group: str, before: Latest, alert: str, *, at: datetime
) -> None:
    """Make an alert the latest of its identity. Conflict when another delivery made one first."""
    expires = int((at + LONGEST + GAP).timestamp()) + 24 * 3600
    row = GroupRow(school, f"group#{group}", version=1, alert=alert, expires=expires)
    if before.version is None:
        tx.create(row)
    else:
        row.version = before.version
        tx.replace(row)


# --- rows -----------------------------------------------------------------------------------------


def _key(alert: str) -> str:
    return f"alert#{alert}"


def _list_key(listing: Listing, alert: str) -> str:
    return f"list#{listing}#{alert}"


def _last(sk: str) -> str:
    return sk.rpartition("#")[2]


def _append(
    tx: Transaction, school: SchoolId, alert: str, head: Head, happened: Iterable[Event]
) -> Head:
    for event in happened:
        head = events.append(tx, AlertEventRow, school, record=_key(alert), head=head, event=event)
    return head


def _row(school: SchoolId, alert: Alert, *, version: int, head: Head) -> AlertRow:
    row = AlertRow(
        school,
        _key(alert.id),
        version=version,
        reference=alert.reference,
        source=alert.source,
        status=alert.status,
        severity=alert.severity,
        raised_at=clock.stamp(alert.raised_at),
        first_at=clock.stamp(alert.first_at),
        last_at=clock.stamp(alert.last_at),
        notified=alert.notified,
        event_count=alert.count,
        told=list(alert.route.told) or None,
        told_ever=list(alert.route.ever) or None,
        round=alert.route.round,
        acknowledged_at=_stamp(alert.acknowledged_at),
        acknowledged_by=alert.acknowledged_by or None,
        closed_at=_stamp(alert.closed_at),
        outcome=alert.outcome,
        incident=alert.incident or None,
        head_number=head.number,
        head_hash=head.hash,
    )
    row.seal(codec.alert_json(alert))
    return row


def _stored(row: AlertRow) -> Stored:
    alert = Alert(
        id=_last(row.sk),
        reference=row.reference,
        source=row.source,
        status=Status(row.status),
        severity=Severity(row.severity),
        raised_at=clock.parse(row.raised_at),
        first_at=clock.parse(row.first_at),
        last_at=clock.parse(row.last_at),
        notified=bool(row.notified),
        count=int(row.event_count),
        route=Route(_people(row.told), int(row.round), _people(row.told_ever)),
        acknowledged_at=_instant(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by or "",
        closed_at=_instant(row.closed_at),
        outcome=Outcome(row.outcome) if row.outcome else None,
        incident=row.incident or "",
        **codec.private_of(row.unseal()),
    )
    return Stored(alert, int(row.version or 0), Head(int(row.head_number), row.head_hash))


def _people(stored: list[str] | None) -> tuple[PersonId, ...]:
    return tuple(PersonId(each) for each in stored or ())


def _stamp(at: datetime | None) -> str | None:
    return clock.stamp(at) if at else None


def _instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None
