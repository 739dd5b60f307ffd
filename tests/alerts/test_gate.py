"""The door: who is let in, what each is answered, and what is kept (R28 to R30)."""

import random

import pytest

from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts, deliveries
from chalicelib.alerts.senders import SourceKind, SourceState
from chalicelib.alerts.service import sources
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import table
from chalicelib.storage.connection import call
from tests.alerts.senders import a_source, fortigate, post, signed_event
from tests.builders import a_person, a_school, within
from tests.pages import Site


def raised(school: SchoolId) -> int:
    with within(school):
        return len(alerts.page(school, Listing.ALL).alerts)


@pytest.mark.parametrize("kind", [kind for kind in SourceKind if kind.posts])
def test_a_genuine_post_becomes_an_alert(site: Site, kind: SourceKind) -> None:
    """Whatever kind of source, a proven body is accepted and becomes an alert."""
    school = a_school()
    sender = a_source(school, kind)
    body = signed_event(host="guns.example", categories=["Weapons"])

    answer = post(site, sender, body)

    assert {"status", "ids", "count"} == answer.json.keys()
    assert ("accepted", 1, 1) == (answer.json["status"], answer.json["count"], raised(school))


def test_a_bearer_token_does_as_well(site: Site) -> None:
    """Some firewalls can only set the Authorization header."""
    school = a_school()
    sender = a_source(school, SourceKind.RELAY)

    post(site, sender, fortigate(), headers={"Authorization": f"Bearer {sender.secret}"})

    assert 1 == raised(school)


@pytest.mark.parametrize("kind", [kind for kind in SourceKind if kind.posts])
def test_no_proof_and_wrong_proof_are_refused_alike(site: Site, kind: SourceKind) -> None:
    """401 without a word, and nothing is kept. Another source's proof is a wrong one."""
    school = a_school()
    sender, other = a_source(school, kind), a_source(school, kind)
    plain, theirs = signed_event().encode(), other.body(signed_event().encode())
    spoilt = theirs.replace(other.secret.encode() or b"filter", b"wrong")
    wrong_key = {**other.headers(theirs), "webhook-id": "another"}
    attempts = [(plain, {}), (plain, {"X-Holdfast-Secret": "wrong"}), (spoilt, wrong_key)]
    if kind is not SourceKind.SIGNED_KEY:  # the tests' provider has one key
        attempts.append((theirs, other.headers(theirs)))

    answers = [
        site.request("POST", sender.path, body=body, headers=headers) for body, headers in attempts
    ]

    assert {(401, b"")} == {(answer.status, answer.raw) for answer in answers}
    assert 0 == raised(school)


@pytest.mark.parametrize("path", ["/hooks/nothing", "/hooks/0123456789abcdef.nothing"])
def test_an_unknown_address_says_as_little(site: Site, path: str) -> None:
    """404 with the same empty body and the same headers as a refusal."""
    sender = a_source(a_school())
    refused = post(site, sender, "x", headers={}, expect=401)

    unknown = site.request("POST", path, body=b"x", headers={"X-Holdfast-Secret": "x"})

    assert (404, refused.raw) == (unknown.status, unknown.raw)
    assert refused.headers.keys() == unknown.headers.keys()


def test_another_schools_secret_opens_nothing(site: Site) -> None:
    """Two schools' sources are strangers."""
    ours, theirs = a_source(a_school()), a_source(a_school())
    body = fortigate().encode()

    post(site, ours, body, headers=theirs.headers(body), expect=401)


def test_off_and_retired_are_told_only_to_the_sender(site: Site) -> None:
    """403 while it is off and 410 for good, and 401 to whoever has no secret."""
    school = a_school()
    sender = a_source(school)
    body = fortigate().encode()
    for state, status in ((SourceState.OFF, 403), (SourceState.RETIRED, 410)):
        with within(school):
            sources.switch(school, sender.id, state, by="system:test")

        post(site, sender, body, expect=status)
        post(site, sender, body, headers={}, expect=401)


def test_both_secrets_hold_until_the_older_is_dropped(site: Site) -> None:
    """Changing a secret loses no alert."""
    school = a_school()
    sender = a_source(school)
    with within(school):
        new = sources.rotate(school, sender.id, by="system:test").secret

    post(site, sender, fortigate("a"))
    post(site, sender, fortigate("b"), headers={"X-Holdfast-Secret": new})
    with within(school):
        sources.drop_older(school, sender.id, by="system:test")
    post(site, sender, fortigate("c"), expect=401)
    post(site, sender, fortigate("d"), headers={"X-Holdfast-Secret": new})

    assert 3 == raised(school)


def test_an_unreadable_body_is_kept_and_shown(site: Site) -> None:
    """Most senders never try again: quarantined, not refused (alerts.md section 8)."""
    school = a_school()
    sender = a_source(school)

    answer = post(site, sender, "lorem ipsum dolor")

    assert "quarantined" == answer.json["status"]
    with within(school):
        [alert] = alerts.page(school, Listing.QUIET).alerts
        stored = deliveries.load(school, alert.hits[0].delivery)
        assert sources.load(school, sender.id).unreadable == 1
    assert alert.unreadable
    assert stored is not None
    assert b"lorem ipsum dolor" == stored[1]


def test_one_unreadable_item_does_not_fail_the_others(site: Site) -> None:
    """Each item of a batch has its own answer."""
    school = a_school()
    sender = a_source(school)

    answer = post(site, sender, f"{fortigate()}\nlorem ipsum\n{fortigate('other')}")

    assert ["accepted", "quarantined", "accepted"] == [
        result["status"] for result in answer.json["results"]
    ]
    assert 3 == raised(school)


@pytest.mark.parametrize("body", ["", "[]", '{"type": "ping"}', '{"records": []}'])
def test_a_ping_is_answered_and_makes_nothing(site: Site, body: str) -> None:
    """200, because several senders test with one; the source counts as heard."""
    school = a_school()
    sender = a_source(school, SourceKind.RELAY)

    answer = post(site, sender, body, expect=200)

    assert {"status": "ok"} == answer.json
    with within(school):
        assert sources.load(school, sender.id).heard_at is not None
    assert 0 == raised(school)


@pytest.mark.parametrize(
    "body", [b"x" * 1_000_001, b"[" + b",".join([b'{"a":1}'] * 1001) + b"]"], ids=["big", "many"]
)
def test_past_a_limit_is_413(site: Site, body: bytes) -> None:
    """A megabyte, a thousand events."""
    post(site, a_source(a_school()), body, expect=413)


def test_a_megabyte_that_does_not_compress_is_kept_whole(site: Site) -> None:
    """Chunks under the tables' limit, in one transaction."""
    school = a_school()
    sender = a_source(school, SourceKind.RELAY)
    noise = random.Random(1)
    lines = [f"{fortigate()} extra={noise.getrandbits(4000):x}" for _ in range(600)]
    body = "\n".join(lines).encode()

    answer = post(site, sender, body, parse=False)

    delivery = answer.json["ids"][0].partition("-")[0]
    with within(school):
        stored = deliveries.load(school, delivery)
    assert stored is not None
    assert body == stored[1]


def test_the_tables_away_is_503_and_try_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never 2xx before it is durable, and the one status that every sender retries."""
    sender = a_source(a_school())

    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(deliveries, "add", away)
    answer = post(site, sender, fortigate(), expect=503)

    assert "60" == answer.headers["retry-after"]


def test_get_is_not_allowed(site: Site) -> None:
    """A person who opens the address in a browser sees no more than that."""
    answer = site.get(a_source(a_school()).path, expect=405)

    assert ("POST, OPTIONS", b"") == (answer.headers["allow"], answer.raw)


def test_nothing_of_a_post_stands_open_in_the_tables(site: Site) -> None:
    """Names, sites, addresses and bodies are sealed; only the signed-in page opens them."""
    school = a_school()
    a_person(school, roles=[Role.DSL])
    sender = a_source(school, name="Canary firewall")
    post(site, sender, fortigate("canary.pupil", host="canary-site.example"))

    with within(school):
        items = [item for name in ("alerts", "outbox", "audit") for item in _items(name, school)]

    assert len(items) > 10
    assert "anary" not in repr(items)


def _items(name: str, school: SchoolId) -> list[dict[str, object]]:
    """A school's items of one table as the store has them."""
    answer = call(
        "Query",
        {
            "TableName": table(name),
            "KeyConditionExpression": "tenant = :tenant",
            "ExpressionAttributeValues": {":tenant": {"S": school}},
        },
    )
    return list(answer["Items"])
