"""Filters that post: sources made by the real service, bodies as a FortiGate would send them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import RSAAlgorithm

from chalicelib import clock, ids
from chalicelib.alerts.formats.pieces import Piece
from chalicelib.alerts.repository import mails, trusts
from chalicelib.alerts.repository.trusts import Unmatched
from chalicelib.alerts.senders import Keeper, Proof, SourceKind
from chalicelib.alerts.service import intake, sources
from chalicelib.alerts.signatures import sign
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import transaction
from tests.builders import within
from tests.pages import Answer, Site

# The moment of the frozen clock, 6 October 2026 at 9:00 UTC, as a FortiGate counts it.
NOON_NS = 1791277200_000000000


@dataclass(frozen=True)
class Sender:
    """A filter that has been set up: where it posts, and what with."""

    school: SchoolId
    id: str
    path: str
    secret: str
    kind: SourceKind

    def body(self, body: bytes) -> bytes:
        """The body with the secret in it, for kinds that send it there."""
        match self.kind:
            case SourceKind.MERAKI:
                return json.dumps({**json.loads(body), "sharedSecret": self.secret}).encode()
            case SourceKind.GRAPH:
                return json.dumps(
                    {"value": [{**json.loads(body), "clientState": self.secret}]}
                ).encode()
            case _:
                return body

    def headers(self, body: bytes, *, message_id: str = "", at: int = 0) -> dict[str, str]:
        match self.kind.proof:
            case Proof.HEADER:
                return {"X-Holdfast-Secret": self.secret, "Content-Type": "text/plain"}
            case Proof.BODY_DIGEST:
                digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
                return {"X-Hub-Signature-256": f"sha256={digest}"}
            case Proof.GOOGLE_TOKEN:
                return {
                    "Authorization": f"Bearer {google_token(f'http://localhost:8000{self.path}')}"
                }
            case Proof.IN_BODY | Proof.CLIENT_STATE:
                return {"Content-Type": "application/json"}
        stamp = str(at or int(time.time()))
        message_id = message_id or ids.new()
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": self._signature(message_id, stamp, body),
        }

    def _signature(self, message_id: str, stamp: str, body: bytes) -> str:
        if self.kind is SourceKind.SIGNED_KEY:
            return sign_with_key(PRIVATE_KEY, message_id=message_id, timestamp=stamp, body=body)
        return sign(self.secret, message_id=message_id, timestamp=stamp, body=body)


# Keys of the tests' own provider and of the tests' own Google.
PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC_KEY = "whpk_" + base64.b64encode(PRIVATE_KEY.public_key().public_bytes_raw()).decode()
ACCOUNT = "push@alerts.iam.gserviceaccount.com"


def sign_with_key(key: Ed25519PrivateKey, *, message_id: str, timestamp: str, body: bytes) -> str:
    """The `v1a` entry of a signature header."""
    return (
        "v1a," + base64.b64encode(key.sign(f"{message_id}.{timestamp}.".encode() + body)).decode()
    )


@cache
def google_key() -> rsa.RSAPrivateKey:
    """The key of the tests' own Google."""
    return rsa.generate_private_key(65537, 2048)


def google_keys(_: str = "") -> dict[str, Any]:
    """What Google publishes: the first of its keys."""
    jwk = RSAAlgorithm.to_jwk(google_key().public_key(), as_dict=True)
    return {"keys": [{**jwk, "kid": "one", "alg": "RS256", "use": "sig"}]}


def google_token(audience: str, *, kid: str = "one", **claims: object) -> str:
    """A token as Pub/Sub sends it."""
    now = int(time.time())
    said = {
        "iss": "https://accounts.google.com",
        "aud": audience,
        "email": ACCOUNT,
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
    }
    return jwt.encode(said | claims, google_key(), algorithm="RS256", headers={"kid": kid})


def a_source(school: SchoolId, kind: SourceKind = SourceKind.FORTIGATE, name: str = "") -> Sender:
    """A source of this kind, with its address and secret."""
    with within(school):
        made = sources.create(
            school,
            name=name or f"Filter {ids.reference()}",
            kind=kind,
            zone="Europe/London",
            form=ids.new(),
            by="system:test",
            brought=sources.Brought(PUBLIC_KEY, ACCOUNT),
        )
    path = made.address.removeprefix("http://localhost:8000")
    return Sender(school, made.source.id, path, made.secret, kind)


def post(
    site: Site,
    sender: Sender,
    body: str | bytes,
    *,
    headers: Mapping[str, str] | None = None,
    parse: bool = True,
    expect: int | None = 202,
) -> Answer:
    """Post a body, and do what the nudge would have a function do."""
    raw = sender.body(body if isinstance(body, bytes) else body.encode())
    sent = dict(headers) if headers is not None else sender.headers(raw)
    answer = site.request("POST", sender.path, body=raw, headers=sent)
    if expect is not None:
        assert expect == answer.status, answer.body
    if parse and answer.status == 202 and answer.json.get("ids"):
        intake.parse_delivery(sender.school, answer.json["ids"][0].partition("-")[0])
    return answer


def fortigate(
    user: str = "p.okafor",
    *,
    host: str = "adult.example",
    category: tuple[int, str] = (14, "Pornography"),
    action: str = "passthrough",
    after: int = 0,
    url: str = "/",
) -> str:
    """A log line, `after` seconds after the frozen clock."""
    number, words = category
    return (
        f'date=2026-10-06 time=10:00:00 devname="FW" devid="FG1" logid="0316013056" type="utm"'
        f' subtype="webfilter" eventtype="ftgd_blk" level="warning"'
        f' eventtime={NOON_NS + after * 10**9} tz="+0100" sessionid={after} user="{user}"'
        f' group="Pupils" srcip=10.20.4.117 service="HTTPS" hostname="{host}" action="{action}"'
        f' url="{url}" cat={number} catdesc="{words}"'
    )


def signed_event(**data: object) -> str:
    """One event of our own contract."""
    event = {"id": ids.new(), "user": "p.okafor@hilltop.example", "action": "monitored", **data}
    return json.dumps({"type": "filter.event", "timestamp": "2026-10-06T09:00:00Z", "data": event})


def a_report(school: SchoolId, source: str, words: str) -> str:
    """A report of the filter that came by mail, with a sheet; its id."""
    made = ids.new()
    with within(school), transaction() as tx:
        report = mails.Report(
            id=made,
            source=source,
            received_at=clock.now(),
            subject=f"Weekly report {words}",
            sender="filter@vendor.example",
            text=words,
            files=("week.csv",),
            sheet=f"User,Blocked\n{words},3\n",
        )
        mails.add_report(tx, school, report)
    return made


def a_trust_source(trust: TrustId, name: str = "Central firewall") -> Sender:
    """A source that a trust has set up for its schools."""
    with within(trust):
        made = sources.create(
            trust,
            name=name,
            kind=SourceKind.RELAY,
            zone="Europe/London",
            form=ids.new(),
            by="system:test",
            keeper=Keeper.TRUST,
        )
    path = made.address.removeprefix("http://localhost:8000")
    return Sender(SchoolId(trust), made.source.id, path, made.secret, SourceKind.RELAY)


def a_trusts_alerts(trust: TrustId, words: str) -> dict[str, str]:
    """A trust's source, and an event of it that waits for a school, as slots of paths."""
    sender = a_trust_source(trust, f"Filter {words}")
    event = f"{ids.new()}-0000"
    with within(trust), transaction() as tx:
        piece = Piece(fortigate(words))
        trusts.wait(tx, trust, Unmatched(event, sender.id, clock.now(), "UTC", piece))
    return {"source": sender.id, "event": event, "rule": ids.new()}
