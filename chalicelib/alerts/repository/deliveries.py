"""Deliveries: an authenticated body in chunks, and the marks of what was taken in before."""

from collections.abc import Collection
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.alerts.rows import BodyRow, DeliveryRow, SeenRow
from chalicelib.alerts.senders import IDS_KEPT, RAW_KEPT, Delivery
from chalicelib.errors import Conflict
from chalicelib.storage import Key, Transaction, get, seal_bytes, together, unseal_bytes

_CHUNK = 330_000  # sealed and with its other attributes it stays under 350 KB, whatever it holds
_TABLE = DeliveryRow.Meta.table_name


class SeenBefore(Conflict):
    """This message, or this very body, was taken in before."""


def add(tx: Transaction, tenant: str, delivery: Delivery, body: bytes) -> None:
    """Write a body as it came, compressed and sealed, in the caller's one transaction."""
    parts = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)] or [b""]
    expires = _expiry(delivery.received_at, RAW_KEPT)
    row = DeliveryRow(
        tenant,
        _key(delivery.id),
        version=1,
        source=delivery.source,
        received_at=clock.stamp(delivery.received_at),
        content_type=delivery.content_type or None,
        zone=delivery.zone,
        bytes=len(body),
        chunks=len(parts),
        done=0,
        expires=expires,
    )
    row.body = seal_bytes(tenant, _TABLE, row.sk, "body", parts[0])
    tx.create(row)
    for number, part in enumerate(parts[1:], start=1):
        sk = _chunk_key(delivery.id, number)
        sealed = seal_bytes(tenant, _TABLE, sk, "body", part)
        tx.create(BodyRow(tenant, sk, body=sealed, expires=expires))


def load(tenant: str, delivery: str) -> tuple[Delivery, bytes] | None:
    """A delivery and its body; None once its 90 days are over."""
    row = get(DeliveryRow, tenant, _key(delivery))
    if row is None or row.body is None:
        return None
    parts = [unseal_bytes(tenant, _TABLE, row.sk, "body", row.body)]
    keys = [_chunk_key(delivery, number) for number in range(1, int(row.chunks))]
    for part in together(*(Key(BodyRow, tenant, sk) for sk in keys)) if keys else []:
        if not isinstance(part, BodyRow):
            return None
        parts.append(unseal_bytes(tenant, _TABLE, part.sk, "body", part.body))
    return _delivery(row), b"".join(parts)


def advance(tx: Transaction, tenant: str, delivery: Delivery, *, done: int, finished: bool) -> None:
    """Note in an event's own transaction that it is dealt with; Conflict when another did so."""
    moved = {"done": done, "finished_at": clock.stamp(clock.now())} if finished else {"done": done}
    tx.update(
        DeliveryRow,
        tenant,
        _key(delivery.id),
        set=moved,
        condition=(DeliveryRow.done == delivery.done),
    )


# --- what was seen --------------------------------------------------------------------------------


def mark(
    tx: Transaction, tenant: str, key: str, *, delivery: str, content: str, at: datetime
) -> None:
    """Remember a message or an event for 30 days. Raises SeenBefore at the commit.

    The table may keep a mark longer than its days; one whose days are over counts for nothing.
    """
    tx.update(
        SeenRow,
        tenant,
        f"seen#{key}",
        set={"content": content, "delivery": delivery, "expires": _expiry(at, IDS_KEPT)},
        condition=SeenRow.sk.does_not_exist() | (SeenRow.expires < int(at.timestamp())),
        error=SeenBefore(),
    )


def seen(tenant: str, key: str, *, now: datetime) -> SeenRow | None:
    """The mark of a message, while its 30 days last; the table forgets it some time later."""
    row = get(SeenRow, tenant, f"seen#{key}")
    return row if row and row.expires > now.timestamp() else None


def all_seen(tenant: str, keys: Collection[str], *, now: datetime) -> set[str]:
    """Which of up to 100 events were taken in before, in one read."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return set()
    rows = together(*(Key(SeenRow, tenant, f"seen#{key}") for key in wanted))
    return {
        key
        for key, row in zip(wanted, rows, strict=True)
        if isinstance(row, SeenRow) and row.expires > now.timestamp()
    }


def _key(delivery: str) -> str:
    return f"delivery#{delivery}"


def _chunk_key(delivery: str, number: int) -> str:
    return f"delivery#{delivery}#body#{number:02d}"


def _expiry(at: datetime, kept: timedelta) -> int:
    return int((at + kept).timestamp())


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.sk.split("#")[1],
        source=row.source,
        received_at=clock.parse(row.received_at),
        content_type=row.content_type or "",
        zone=row.zone,
        done=int(row.done),
        finished=row.finished_at is not None,
    )
