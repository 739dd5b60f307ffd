"""The gate: a body is proven, kept whole and answered, in one transaction (R28 to R30).

Nothing is refused and lost: what an authenticated sender posts is kept even if nobody can read it,
because most senders never try again (alerts.md section 8). Nothing is answered 2xx before it is
durable. Why a sender was refused is told to nobody.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chalicelib import clock, config, ids
from chalicelib.alerts import parse, proofs
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats.body import BODY_BYTES, TooLarge
from chalicelib.alerts.proofs import Knock, Proven
from chalicelib.alerts.repository import deliveries, sources
from chalicelib.alerts.senders import Delivery, Secret, Source, SourceKind, SourceState
from chalicelib.alerts.service import pace
from chalicelib.alerts.times import TimeBasis
from chalicelib.notifications import clocks, outbox
from chalicelib.observability import count, logger
from chalicelib.storage import Transaction, fair_share, transaction
from chalicelib.storage.fair_share import Kind

CLOCK = "alert.delivery"
_LONGEST_GREETING = 2048
_PARSE_WITHIN = 60  # seconds until the sweep looks for a delivery whose nudge was lost
_HEARD_EVERY = 60  # seconds
_BUCKET = 600  # seconds within which a body without any clock of its own counts as a retry

# What an unknown address is checked against, so that refusing it takes the same work.
_NOBODY = Source(
    id="",
    name="",
    kind=SourceKind.RELAY,
    zone="",
    state=SourceState.ON,
    made_at=datetime(2026, 1, 1, tzinfo=UTC),
    secrets=(Secret("0", datetime(2026, 1, 1, tzinfo=UTC), digest="0" * 64),),
)


@dataclass(frozen=True, slots=True)
class Post:
    """A body at an address: `tenant` and `digest` come from the address itself, unproven."""

    tenant: str
    digest: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")[:200]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender is told. An empty `says` is an empty body. `delivery` is what was kept."""

    status: int
    says: Mapping[str, Any] = field(default_factory=dict)
    delivery: str = ""
    retry_after: int = 0
    text: str = ""


REFUSED = Reply(401)
UNKNOWN = Reply(404)
TOO_LARGE = Reply(413, {"status": "too_large"})


def take(post: Post) -> Reply:
    """Answer one post. Raises only when the tables do not answer: nothing was kept then."""
    if len(post.body) > BODY_BYTES:
        return TOO_LARGE
    found = _at_the_gate(post)
    source = found or _NOBODY
    if greeting := _greeting(source, post):
        return Reply(200, text=greeting)
    try:
        proof = proofs.prove(source, _knock(source, post))
    except proofs.Refused:
        return REFUSED if found else UNKNOWN
    if found is None:
        return UNKNOWN
    return _by(source, post, proof)


def _by(source: Source, post: Post, proof: Proven) -> Reply:
    """Answer a source that has proven itself."""
    if source.state is not SourceState.ON:
        return Reply(403 if source.state is SourceState.OFF else 410)
    wait = pace.over(source.id) or fair_share.over(post.tenant, Kind.HOOK)
    if wait is not None:
        return _slow_down(post, wait)
    return _take_in(post, source, proof)


def _greeting(source: Source, post: Post) -> str:
    """What Microsoft Graph wants back when it asks whether its notices are wanted.

    Only at a Graph source's own address: anywhere else it would hand strangers' words back.
    """
    asked = post.query.get("validationToken", "")
    wanted = source.kind is SourceKind.GRAPH and source.state is SourceState.ON
    return asked if wanted and len(asked) <= _LONGEST_GREETING else ""


def shake_hands(post: Post) -> Reply:
    """Whether a live source takes posts at an address: CloudEvents asks before it sends any."""
    found = _at_the_gate(post)
    return Reply(200) if found and found.state is SourceState.ON else UNKNOWN


def _at_the_gate(post: Post) -> Source | None:
    found = sources.at_the_gate(post.tenant, post.digest)
    if found is None or not hmac.compare_digest(found[1].encode(), post.digest.encode()):
        return None
    return found[0]


def _knock(source: Source, post: Post) -> Knock:
    """The sender's clock is compared with the machine's, never with a laptop's movable one."""
    return Knock(
        headers=post.headers,
        body=post.body,
        now=datetime.fromtimestamp(time.time(), tz=UTC),
        audience=(audience(source.id), post.address),
    )


def audience(source: str) -> str:
    """Whom a Google token may be made for, besides the address itself."""
    return f"{config.public_url()}/hooks#{source}"


def _slow_down(post: Post, wait: int) -> Reply:
    """Nothing was kept. Alertmanager and Grafana try again after 5xx only."""
    agent = post.headers.get("user-agent", "").lower()
    only_5xx = agent.startswith(("alertmanager", "grafana"))
    return Reply(503 if only_5xx else 429, {"status": "too_many"}, retry_after=wait)


# --- keeping --------------------------------------------------------------------------------------


def _take_in(post: Post, source: Source, proof: Proven) -> Reply:
    now = clock.now()
    try:
        reading = parse.read_body(
            proof.body, received_at=now, zone=source.zone, content_type=post.content_type
        )
    except TooLarge:
        logger.warning("alert body past a limit", source=source.id)
        return TOO_LARGE
    if not reading.events:
        sources.note_heard(post.tenant, source, now, unreadable=0, secret=proof.secret)
        return Reply(200, {"status": "ok"})
    delivery = Delivery(ids.new(), source.id, now, post.content_type, source.zone)
    content = hashlib.sha256(proof.body).hexdigest()
    key = _message_key(source, proof, content, reading.events, now)
    try:
        with transaction() as tx:
            deliveries.add(tx, post.tenant, delivery, proof.body)
            deliveries.mark(tx, post.tenant, key, delivery=delivery.id, content=content, at=now)
            get_parsed(tx, post.tenant, delivery)
            _note_heard(tx, post.tenant, source, proof, now, len(reading.unreadable))
    except deliveries.SeenBefore:
        return _seen_before(post.tenant, key, content, now)
    return _accepted(delivery, reading.events)


def _message_key(
    source: Source,
    proof: Proven,
    content: str,
    events: Sequence[FilterEvent],
    now: datetime,
) -> str:
    """What makes a post the same post: the sender's id, else its content.

    The same text without any clock in it is a retry within minutes, and a new happening later.
    """
    if proof.message_id:
        return f"{source.id}#id#{ids.digest(proof.message_id)}"
    timeless = any(event.time_basis is TimeBasis.RECEIVED for event in events)
    bucket = f"#{int(now.timestamp()) // _BUCKET}" if timeless else ""
    return f"{source.id}#body#{content}{bucket}"


def get_parsed(tx: Transaction, tenant: str, delivery: Delivery) -> None:
    """A nudge to do it now, and a clock in the same transaction should the nudge be lost."""
    due = datetime.fromtimestamp(delivery.received_at.timestamp() + _PARSE_WITHIN, tz=UTC)
    clocks.start(tx, tenant, kind=CLOCK, id=delivery.id, due_at=due)
    tx.after(lambda: outbox.nudge("alerts", [{"tenant": tenant, "delivery": delivery.id}]))


def _note_heard(
    tx: Transaction, tenant: str, source: Source, proof: Proven, now: datetime, unreadable: int
) -> None:
    """Once a minute, and whenever there is something new to say of the source or its secret."""
    used = next((each.used_at for each in source.secrets if each.id == proof.secret), now)
    if unreadable or _is_old(source.heard_at, now) or _is_old(used, now):
        tx.after(
            lambda: sources.note_heard(
                tenant, source, now, unreadable=unreadable, secret=proof.secret
            )
        )


def _is_old(at: datetime | None, now: datetime) -> bool:
    return at is None or (now - at).total_seconds() >= _HEARD_EVERY


def _seen_before(tenant: str, key: str, content: str, now: datetime) -> Reply:
    """A retry looks like success; another content under a signed id is refused and told of."""
    before = deliveries.seen(tenant, key, now=now)
    if before is None or before.content == content:
        return Reply(202, {"status": "duplicate"})
    logger.warning("signed message id used for another content", delivery=before.delivery)
    count("AlertIdReused")
    return Reply(409, {"status": "refused", "reason": "this webhook-id came with another content"})


def _accepted(delivery: Delivery, events: Sequence[FilterEvent]) -> Reply:
    names = [f"{delivery.id}-{number:04d}" for number in range(len(events))]
    unreadable = [event.unreadable for event in events if event.unreadable]
    says: dict[str, Any]
    if len(unreadable) == len(events):
        says = {"status": "quarantined", "reason": unreadable[0], "ids": names}
        return Reply(202, says, delivery.id)
    says = {"status": "accepted", "ids": names, "count": len(events)}
    if unreadable:
        says["results"] = [_result(name, each) for name, each in zip(names, events, strict=True)]
    return Reply(202, says, delivery.id)


def _result(name: str, event: FilterEvent) -> Mapping[str, str]:
    if event.unreadable:
        return {"id": name, "status": "quarantined", "reason": event.unreadable}
    return {"id": name, "status": "accepted"}
