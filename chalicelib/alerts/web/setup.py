"""What to type where: set-up text for each kind of source, ready to copy (alerts.md 2.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.alerts.proofs.header import SECRET_HEADER
from chalicelib.alerts.senders import Source, SourceKind
from chalicelib.alerts.service.receiving import audience

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


def text(source: Source, address: str, secret: str) -> Sequence[Step]:
    """The steps for a source, with its address and secret filled in."""
    return _STEPS[source.kind](address, secret, source)


def _fortigate(address: str, secret: str, _: Source) -> Sequence[Step]:
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


def _signed(address: str, secret: str, _: Source) -> Sequence[Step]:
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


def _relay(address: str, secret: str, _: Source) -> Sequence[Step]:
    return (
        Step("Let the filter, or the relay that reads its log, post each event to:", address),
        Step("with this header:", f"{HEADER}: {secret}"),
        Step(
            "A filter that can only set a bearer token may send the same secret as "
            "“Authorization: Bearer”. The body may be JSON, lines of text or both, "
            "one event or up to 1,000."
        ),
    )


def _signed_key(address: str, _: str, __: Source) -> Sequence[Step]:
    return (
        Step("Give your provider this address:", address),
        Step(
            "They sign each message with the private half of the key you entered, as Standard "
            "Webhooks describes (signature entries v1a), with the headers webhook-id, "
            "webhook-timestamp and webhook-signature."
        ),
    )


def _body_signed(address: str, secret: str, _: Source) -> Sequence[Step]:
    return (
        Step("Let the sender post to this address, as application/json:", address),
        Step("Enter this as its webhook secret:", secret),
        Step(
            "It sends the header X-Hub-Signature-256 with each body. Where you can choose, prefer "
            "a sender that signs by Standard Webhooks: this one cannot say when it was signed."
        ),
    )


def _meraki(address: str, secret: str, _: Source) -> Sequence[Step]:
    return (
        Step(
            "In the Meraki dashboard open Network-wide, then Alerts. Under Webhooks add an HTTPS "
            "receiver with this address:",
            address,
        ),
        Step("and this shared secret:", secret),
        Step(
            "Choose the payload template “Meraki (included)”, press Send test webhook, then add "
            "the receiver to the alerts you want: malware blocked or downloaded, at least."
        ),
        Step(
            "Meraki sends pages that its content filter blocks only as syslog. For those set up "
            "a second source of the kind “Another filter, or a relay for one”."
        ),
    )


def _graph(address: str, secret: str, _: Source) -> Sequence[Step]:
    return (
        Step(
            "Let whoever runs your Microsoft 365 make a Graph subscription to security/alerts_v2, "
            "changeType created,updated, with this notificationUrl:",
            address,
        ),
        Step("and this clientState:", secret),
        Step("Use the same address as its lifecycleNotificationUrl, and renew it before it ends."),
        Step(
            "Graph asks this address once whether it wants notices; Holdfast answers by itself. "
            "A notice says only that there is an alert: open it in Microsoft Defender."
        ),
    )


def _google(address: str, _: str, source: Source) -> Sequence[Step]:
    return (
        Step(
            "In Google Cloud make a Pub/Sub topic, and in the Alert Center API let it notify that "
            "topic (settings.notifications, payload format JSON)."
        ),
        Step("Add a push subscription to the topic with this endpoint:", address),
        Step(
            f"Switch authentication on, with the service account {source.account} and audience:",
            audience(source.id),
        ),
        Step("Set the retention to seven days: Google tries again until Holdfast has taken it in."),
    )


def _cloudflare(address: str, secret: str, _: Source) -> Sequence[Step]:
    return (
        Step(
            "For what Gateway filters: make a Logpush job (Gateway HTTP, then Gateway DNS) to the "
            "destination HTTP, filtered to what is blocked, with this address:",
            f"{address}?header_{HEADER}={secret}",
        ),
        Step("Limit it to 1 MB, 1,000 records and 30 seconds a batch."),
        Step(
            "For account notifications: under Notifications, Destinations, add a webhook with "
            "this address:",
            address,
        ),
        Step("and this secret, which Cloudflare sends as cf-webhook-auth:", secret),
        Step("Cloudflare tests the address when you save; Holdfast answers by itself."),
    )


def _email(address: str, _: str, __: Source) -> Sequence[Step]:
    return (
        Step(
            "In the filter or monitoring product add this address to those who get its alerts, "
            "at every level you want the safeguarding lead to see:",
            address,
        ),
        Step(
            "If it can only mail people who have an account, let one of them forward its alerts to "
            "this address with a rule. Forwarding may ask for a confirmation: it arrives here as "
            "an alert."
        ),
        Step(
            "Then open this source and choose “Teach it one of your mails”. Until you do, Holdfast "
            "looks for usual labels, and shows each mail as it is."
        ),
        Step("Weekly reports may go to the same address: each becomes a task to read it."),
    )


_STEPS: dict[SourceKind, Callable[[str, str, Source], Sequence[Step]]] = {
    SourceKind.FORTIGATE: _fortigate,
    SourceKind.SIGNED: _signed,
    SourceKind.SIGNED_KEY: _signed_key,
    SourceKind.BODY_SIGNED: _body_signed,
    SourceKind.MERAKI: _meraki,
    SourceKind.GRAPH: _graph,
    SourceKind.GOOGLE: _google,
    SourceKind.CLOUDFLARE: _cloudflare,
    SourceKind.RELAY: _relay,
    SourceKind.EMAIL: _email,
}
