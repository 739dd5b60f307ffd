"""How each kind of sender proves itself, and how it is greeted (R28, S94, alerts.md 2 and 8)."""

import base64
import json
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.alerts.model import Listing
from chalicelib.alerts.proofs import google
from chalicelib.alerts.repository import alerts, deliveries
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import pace, sources
from chalicelib.ids import SchoolId
from tests.alerts.senders import (
    PUBLIC_KEY,
    Sender,
    a_source,
    fortigate,
    google_token,
    post,
    sign_with_key,
    signed_event,
)
from tests.builders import a_school, within
from tests.doubles import FrozenClock
from tests.pages import Site

BODY = signed_event(host="guns.example", categories=["Weapons"])


def raised(school: SchoolId) -> int:
    with within(school):
        return len(alerts.page(school, Listing.ALL).alerts)


# --- keys ---


def test_a_providers_own_key_signs_and_nobody_elses(site: Site) -> None:
    """ed25519: the private half stays with the provider; another key, an altered body and an HMAC
    made with the public key are refused.
    """
    sender = a_source(a_school(), SourceKind.SIGNED_KEY)
    body = BODY.encode()
    good = sender.headers(body)
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    forged = sign_with_key(
        stranger,
        message_id=good["webhook-id"],
        timestamp=good["webhook-timestamp"],
        body=body,
    )

    post(site, sender, body, headers={**good, "webhook-signature": forged}, expect=401)
    post(site, sender, body + b" ", headers=good, expect=401)
    post(site, sender, body, headers={**good, "webhook-signature": f"v1,{PUBLIC_KEY}"}, expect=401)
    post(site, sender, body, headers=good)


def test_a_key_is_changed_without_losing_an_alert(site: Site) -> None:
    """Rotation: both keys hold until the older is dropped, and the page says which was used."""
    school = a_school()
    sender = a_source(school, SourceKind.SIGNED_KEY)
    new = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
    text = "whpk_" + base64.b64encode(new.public_key().public_bytes_raw()).decode()
    with within(school):
        sources.rotate(school, sender.id, by="system:test", key=text)
    body = BODY.encode()
    stamp = str(int(time.time()))
    signed = {
        "webhook-id": "msg_new",
        "webhook-timestamp": stamp,
        "webhook-signature": sign_with_key(new, message_id="msg_new", timestamp=stamp, body=body),
    }

    post(site, sender, body, headers=signed)
    with within(school):
        before = sources.load(school, sender.id).secrets
        sources.drop_older(school, sender.id, by="system:test")
    post(site, sender, body, expect=401)

    assert [None, True] == [each.used_at and True for each in before]


# --- secrets in headers and bodies ---


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Holdfast-Secret": "{}"},
        {"Authorization": "Bearer {}"},
        {"Authorization": "{}"},
        {"Authorization": "Splunk {}"},
        {"cf-webhook-auth": "{}"},
        {"X-API-Key": "{}"},
        {"X-Auth-Token": "{}"},
        {"X-Webhook-Secret": "{}"},
        {"Authorization": "Basic"},
    ],
    ids=lambda headers: " ".join(f"{k} {v}" for k, v in headers.items()),
)
def test_the_secret_may_stand_where_the_vendor_can_put_it(
    site: Site, headers: dict[str, str]
) -> None:
    """Ours, bearer, basic (as the password), Splunk's word, Cloudflare's header, the usual ones."""
    sender = a_source(a_school(), SourceKind.RELAY)
    basic = "Basic " + base64.b64encode(f"holdfast:{sender.secret}".encode()).decode()
    sent = {
        name: basic if value == "Basic" else value.format(sender.secret)
        for name, value in headers.items()
    }
    wrong = {name: value.replace(sender.secret, "wrong") for name, value in sent.items()}

    post(site, sender, fortigate(), headers={**wrong, "authorization": "Basic !"}, expect=401)
    post(site, sender, fortigate(), headers=sent)


@pytest.mark.parametrize("kind", [SourceKind.MERAKI, SourceKind.GRAPH])
def test_a_secret_in_the_body_is_not_kept(site: Site, kind: SourceKind) -> None:
    """Meraki's sharedSecret and Graph's clientState prove the post, and no page ever shows them."""
    school = a_school()
    sender = a_source(school, kind)

    answer = post(site, sender, BODY)

    with within(school):
        stored = deliveries.load(school, answer.json["ids"][0].partition("-")[0])
    assert stored is not None
    assert b"[secret]" in stored[1]
    assert sender.secret.encode() not in stored[1]


def test_one_notice_without_its_state_spoils_the_batch(site: Site) -> None:
    """ClientState is looked for in each item of a Graph batch, not in the first alone."""
    school = a_school()
    sender = a_source(school, SourceKind.GRAPH)
    notice = {"changeType": "created", "resource": "security/alerts_v2/a1"}
    for spoilt in ({}, {"clientState": "wrong"}, {"clientState": 1}):
        batch = {"value": [{**notice, "clientState": sender.secret}, {**notice, **spoilt}]}

        answer = site.request("POST", sender.path, body=json.dumps(batch).encode())
        assert 401 == answer.status
    assert 0 == raised(school)


def test_the_body_alone_may_be_signed(site: Site) -> None:
    """X-Hub-Signature-256, as GitHub signs; the secret itself in a header proves nothing here."""
    sender = a_source(a_school(), SourceKind.BODY_SIGNED)
    body = BODY.encode()
    good = sender.headers(body)

    post(site, sender, body + b" ", headers=good, expect=401)
    post(site, sender, body, headers={"X-Holdfast-Secret": sender.secret}, expect=401)
    post(site, sender, body, headers=good)


# --- Google ---


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://elsewhere.example"},
        {"iss": "https://evil.example"},
        {"email": "someone@else.example"},
        {"email_verified": False},
        {"exp": 1_600_000_000},  # in 2020
        {"kid": "unknown"},
    ],
    ids=str,
)
def test_only_googles_token_for_us_counts(site: Site, wrong: dict[str, object]) -> None:
    """Audience, issuer, account, end and key of a Pub/Sub push token are all checked."""
    sender = a_source(a_school(), SourceKind.GOOGLE)
    token = google_token(f"http://localhost:8000{sender.path}", **wrong)  # type: ignore[arg-type]

    post(site, sender, BODY, headers={"Authorization": f"Bearer {token}"}, expect=401)
    ours = google_token(f"http://localhost:8000/hooks#{sender.id}")
    post(site, sender, BODY, headers={"Authorization": f"Bearer {ours}"})


def test_googles_keys_away_means_try_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be told who sends: 503, so that Pub/Sub tries again and nothing is lost."""

    def away(_: str) -> dict[str, object]:
        raise OSError

    sender = a_source(a_school(), SourceKind.GOOGLE)
    with monkeypatch.context() as patch:
        patch.setattr(google, "fetch", away)
        post(site, sender, BODY, expect=503)
    post(site, sender, BODY)


def test_an_unsigned_token_is_refused(site: Site) -> None:
    """`alg: none` and a token signed with the public key as a secret are old tricks."""
    sender = a_source(a_school(), SourceKind.GOOGLE)
    head, claims, _ = google_token(f"http://localhost:8000{sender.path}").split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"one"}').rstrip(b"=").decode()

    for token in (f"{none}.{claims}.", f"{head}.{claims}.", f"{head}.{claims}.AAAA", "x"):
        post(site, sender, BODY, headers={"Authorization": f"Bearer {token}"}, expect=401)


# --- greetings ---


def _asked(site: Site, sender: Sender, token: str) -> tuple[int, str, str]:
    answer = site.request("POST", f"{sender.path}?validationToken={token}", body=b"")
    return answer.status, answer.headers["content-type"], answer.body


def test_graph_is_given_its_word_back(site: Site) -> None:
    """200, text/plain, the decoded token and nothing else; only at a Graph source."""
    school = a_school()
    graph, relay = a_source(school, SourceKind.GRAPH), a_source(school, SourceKind.RELAY)

    greeted = _asked(site, graph, "Validation%3A+Testing%20%3Cb%3E")
    stranger = _asked(site, relay, "word")

    assert (200, "text/plain; charset=utf-8", "Validation: Testing <b>") == greeted
    assert (401, "") == (stranger[0], stranger[2])
    assert 401 == site.request("POST", f"{graph.path}?validationToken=", body=b"").status


def test_cloudevents_asks_before_it_sends(site: Site) -> None:
    """OPTIONS at a live source: 200 with the origin that asked and a rate; 404 anywhere else."""
    sender = a_source(a_school(), SourceKind.RELAY)
    asks = {"WebHook-Request-Origin": "events.example.com", "WebHook-Request-Rate": "120"}

    greeted = site.request("OPTIONS", sender.path, headers=asks)
    unknown = site.request("OPTIONS", "/hooks/0123456789abcdef.x", headers=asks)
    odd = site.request("OPTIONS", sender.path, headers={"WebHook-Request-Origin": "a\nb: c"})

    assert (200, "POST, OPTIONS") == (greeted.status, greeted.headers["allow"])
    assert "events.example.com" == greeted.headers["webhook-allowed-origin"]
    assert str(pace.A_MINUTE) == greeted.headers["webhook-allowed-rate"]
    assert (404, None) == (unknown.status, unknown.headers.get("webhook-allowed-origin"))
    assert "webhook-allowed-origin" not in odd.headers


@pytest.mark.parametrize(
    "body",
    [
        '{"content":"tests"}',
        '{"text":"Hello World! This is a test message sent from https://cloudflare.com."}',
        '{"zen":"Keep it logically awesome.","hook_id":1,"hook":{"type":"Repository"}}',
    ],
    ids=["logpush", "notification", "github"],
)
def test_a_vendors_own_test_is_a_ping(site: Site, body: str) -> None:
    """Cloudflare tests a destination when it is saved and wants 2xx; nobody is told of it."""
    school = a_school()
    sender = a_source(school, SourceKind.CLOUDFLARE)

    post(site, sender, body, headers={"cf-webhook-auth": sender.secret}, expect=200)

    assert 0 == raised(school)


# --- pace ---


@pytest.mark.parametrize(("agent", "status"), [("FortiOS", 429), ("Alertmanager/0.27", 503)])
def test_a_storm_is_asked_to_wait_and_loses_nothing(
    site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, agent: str, status: int
) -> None:
    """Past the limit: 429 with Retry-After (503 for who retries nothing else) before anything is
    kept; another source goes on, strangers use nothing up, and a minute on all is well again.
    """
    monkeypatch.setattr(pace, "A_MINUTE", 4)
    monkeypatch.setattr(pace, "LUMP", 2)
    school = a_school()
    sender, other = a_source(school, SourceKind.RELAY), a_source(school, SourceKind.RELAY)
    for _ in range(9):
        post(site, sender, "x", headers={"X-Holdfast-Secret": "wrong"}, expect=401)

    answers = [
        post(
            site,
            sender,
            fortigate(after=number),
            headers={**sender.headers(b""), "User-Agent": agent},
            parse=False,
            expect=None,
        )
        for number in range(7)
    ]

    assert [202] * 5 + [status] * 2 == [answer.status for answer in answers]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    post(site, other, fortigate())
    clock.advance(minutes=1)
    post(site, sender, fortigate(after=6))


def test_a_secrets_last_use_is_noted_once_a_minute(site: Site, clock: FrozenClock) -> None:
    """Whoever ends a rotation sees which secret the sender uses."""
    school = a_school()
    sender = a_source(school, SourceKind.RELAY)
    first = clock.at
    post(site, sender, fortigate(after=1))
    clock.advance(minutes=2)
    with within(school):
        new = sources.rotate(school, sender.id, by="system:test").secret
    post(site, sender, fortigate(after=2), headers={"X-Holdfast-Secret": new})

    with within(school):
        used = [each.used_at for each in sources.load(school, sender.id).secrets]

    assert [first, first + timedelta(minutes=2)] == used
