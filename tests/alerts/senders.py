"""Filters that post: sources made by the real service, bodies as a FortiGate would send them."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import ids
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import intake, sources
from chalicelib.alerts.signatures import sign
from chalicelib.ids import SchoolId
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

    def headers(self, body: bytes, *, message_id: str = "", at: int = 0) -> dict[str, str]:
        if not self.kind.signs:
            return {"X-Holdfast-Secret": self.secret, "Content-Type": "text/plain"}
        stamp = str(at or int(time.time()))
        message_id = message_id or ids.new()
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": sign(
                self.secret, message_id=message_id, timestamp=stamp, body=body
            ),
        }


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
    raw = body if isinstance(body, bytes) else body.encode()
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
