"""What to type where: set-up text for each kind of source, ready to copy (alerts.md 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service.receiving import SECRET_HEADER

HEADER = "X-Holdfast-Secret"
assert HEADER.lower() == SECRET_HEADER  # noqa: S101  # the page and the gate name the same header

# Short, and what a pupil can type stands last, so that a broken body still has its facts.
TEMPLATE = """\
{"v":1,"source":"fortigate",
"devid":"%%log.devid%%","logid":"%%log.logid%%",
"eventtime":"%%log.eventtime%%","tz":"%%log.tz%%",
"date":"%%log.date%%","time":"%%log.time%%",
"action":"%%log.action%%","cat":"%%log.cat%%",
"catdesc":"%%log.catdesc%%","srcip":"%%log.srcip%%",
"srcmac":"%%log.srcmac%%","user":"%%log.user%%",
"group":"%%log.group%%","hostname":"%%log.hostname%%",
"url":"%%log.url%%","msg":"%%log.msg%%"}"""


@dataclass(frozen=True)
class Step:
    """One thing to do; `code` is what to copy."""

    says: str
    code: str = ""


def text(kind: SourceKind, address: str, secret: str) -> Sequence[Step]:
    """The steps for a kind of source, with its address and secret filled in."""
    return _STEPS[kind](address, secret)


def _fortigate(address: str, secret: str) -> Sequence[Step]:
    return (
        Step(
            "On the FortiGate open Security Fabric, then Automation. Make a trigger of the type "
            "“Web filter violation” (FortiOS 7: event type webfilter-violation)."
        ),
        Step("Make an action of the type Webhook with method POST and this address:", address),
        Step(
            "Add these two headers to the action:", f"{HEADER}: {secret}\nContent-Type: text/plain"
        ),
        Step(
            "As the body type only this: it sends the whole log line, so nothing can break it.",
            "%%log%%",
        ),
        Step(
            "Set the minimum interval to 0. With any other number a second pupil's alert inside it "
            "is never sent. Holdfast groups repeats by itself."
        ),
        Step(
            "If your version cannot send %%log%%, use Content-Type: application/json and this body "
            "instead. Keep the order of its lines:",
            TEMPLATE,
        ),
        Step(
            "Join trigger and action in a stitch, switch it on, and open a blocked page to try it."
        ),
    )


def _signed(address: str, secret: str) -> Sequence[Step]:
    return (
        Step("Give your provider this address:", address),
        Step(
            "and this signing secret, by telephone or through a password manager, never by email:",
            secret,
        ),
        Step(
            "They sign each message as Standard Webhooks describes, with the headers webhook-id, "
            "webhook-timestamp and webhook-signature. The page for integrators has the rest."
        ),
    )


def _relay(address: str, secret: str) -> Sequence[Step]:
    return (
        Step("Let the filter, or the relay that reads its log, post each event to:", address),
        Step("with this header:", f"{HEADER}: {secret}"),
        Step(
            "A filter that can only set a bearer token may send the same secret as "
            "“Authorization: Bearer”. The body may be JSON, lines of text or both, "
            "one event or up to 1,000."
        ),
    )


_STEPS = {
    SourceKind.FORTIGATE: _fortigate,
    SourceKind.SIGNED: _signed,
    SourceKind.RELAY: _relay,
}
