"""5,000 hostile posts at the gate (R28), and a death between any two calls to AWS (R31)."""

import contextlib
import gzip
import json
import random
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

import pytest

from chalicelib import ids
from chalicelib.alerts import parse
from chalicelib.alerts.model import Alert, Listing
from chalicelib.alerts.repository import alerts, deliveries, sources
from chalicelib.alerts.senders import Proof, SourceKind
from chalicelib.alerts.service import intake, receiving
from chalicelib.alerts.service.receiving import Post, Reply
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants
from tests.alerts.senders import Sender, a_source, fortigate, signed_event
from tests.builders import a_person, a_school
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Death, Fault, at, nemesis

NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
PARSED = 20  # of so many genuine posts one goes the whole way to an alert


def digest(sender: Sender) -> str:
    return ids.digest(sender.path.removeprefix("/hooks/"))


def knock(sender: Sender, headers: Mapping[str, str], body: bytes, *, address: str = "") -> Reply:
    lower = {name.lower(): value for name, value in headers.items()}
    with tenants({sender.school}):
        whole = f"http://localhost:8000{sender.path}"
        post = Post(sender.school, address or digest(sender), lower, body, address=whole)
        return receiving.take(post)


@pytest.mark.parametrize(
    "posts", [5000, pytest.param(100_000, marks=pytest.mark.long)], ids=["5000", "100000"]
)
def test_nothing_unproven_is_taken_in(
    store: str, monkeypatch: pytest.MonkeyPatch, posts: int
) -> None:
    """5,000 posts (100,000 in the long form) with mutated headers, bodies, times and addresses:
    each is 401, 404 or 413.
    """
    # The sources stand still meanwhile: each is read once, so that it is the gate that is tried.
    monkeypatch.setattr(sources, "at_the_gate", cache(sources.at_the_gate))
    dice = random.Random(28)
    school = a_school()
    senders = [a_source(school, kind) for kind in SourceKind if kind.posts]
    stranger = a_source(a_school(), SourceKind.SIGNED)
    seen: dict[int, int] = {}

    for _ in range(posts):
        sender = dice.choice(senders)
        body = signed_event(host="a.example").encode()
        headers = _spoilt(dice, sender, stranger, body)
        address = dice.choice(["", "", "", "0" * 64, ids.digest(str(dice.random()))])
        status = knock(sender, headers, _mutated(dice, body), address=address).status
        seen[status] = seen.get(status, 0) + 1

    sys.stdout.write(f"\n{posts} unproven posts: {dict(sorted(seen.items()))}")
    assert seen.keys() <= {401, 404, 413}
    assert [] == raised(school)


def _spoilt(
    dice: random.Random, sender: Sender, stranger: Sender, body: bytes
) -> Mapping[str, str]:
    """Genuine headers with something wrong with them."""
    now = int(time.time())
    good = dict(sender.headers(body))
    secret = {
        *("webhook-signature", "X-Holdfast-Secret", "X-Hub-Signature-256", "Authorization")
    } & good.keys()
    match dice.randrange(6):
        case 0:
            return {}
        case 1:
            return stranger.headers(body)
        case 2 if sender.kind.proof in {Proof.SIGNATURE, Proof.PUBLIC_KEY}:
            return sender.headers(body, at=now + dice.choice([-302, 302, -86400, 10**9]))
        case 3:
            for name in secret:
                del good[name]
            return {**good, "Authorization": "Bearer"}
        case 4:
            return {**good, **dict.fromkeys(secret, dice.choice(["", "v1,", "v1,é", "\x00", "v1"]))}
        case _:
            for name in secret:
                place = dice.randrange(len(good[name]) // 2, len(good[name]))
                old = good[name][place]
                good[name] = (
                    good[name][:place] + ("A" if old != "A" else "B") + good[name][place + 1 :]
                )
            return good


def _mutated(dice: random.Random, body: bytes) -> bytes:
    letters = bytearray(body)
    for _ in range(dice.randrange(4)):
        letters[dice.randrange(len(letters))] = dice.randrange(256)
    return dice.choice([bytes(letters), b"", gzip.compress(bytes(letters)), body * 20])


@pytest.mark.parametrize(
    "posts", [500, pytest.param(10_000, marks=pytest.mark.long)], ids=["500", "10000"]
)
def test_nothing_proven_is_lost(store: str, posts: int) -> None:
    """500 genuine posts of any bytes (10,000 in the long form): no error, each is stored to the
    byte before it is answered, and the parser makes something of it, readable or not.
    """
    dice = random.Random(30)
    sender = a_source(a_school(), SourceKind.RELAY)
    kept = 0
    for number in range(posts):
        body = _anything(dice)
        reply = knock(sender, sender.headers(body), body)
        assert reply.status in {200, 202, 413}, body
        if reply.says.get("ids"):
            delivery = reply.says["ids"][0].partition("-")[0]
            with tenants({sender.school}):
                stored = deliveries.load(sender.school, delivery)
            assert stored is not None
            assert body == stored[1]
            reading = parse.read_body(body, received_at=NOW)
            assert reading.is_ping or reading.events
            assert not [each for each in reading.events if each.unreadable == parse.OUR_FAULT]
            if number % PARSED == 0:
                intake.parse_delivery(sender.school, delivery)
            kept += 1

    sys.stdout.write(f"\n{posts} genuine posts of any bytes: {kept} kept, 0 lost")
    assert kept > posts // 2
    assert not [a for a in raised(sender.school) if a.unreadable == parse.OUR_FAULT]


def _anything(dice: random.Random) -> bytes:
    line = fortigate(f"pupil{dice.random()}").encode()
    match dice.randrange(5):
        case 0:
            return dice.randbytes(dice.randrange(1, 400))
        case 1:
            return line[: dice.randrange(1, len(line))]
        case 2:
            return json.dumps({"user": dice.random(), "x": ["{" * dice.randrange(9)]}).encode()
        case 3:
            return gzip.compress(line)[: dice.randrange(12, 400)]
        case _:
            return _mutated(dice, line)[:900] or b"."


def raised(school: SchoolId) -> list[Alert]:
    with tenants({school}):
        return list(alerts.page(school, Listing.ALL, limit=90).alerts)


# --- deaths ---------------------------------------------------------------------------------------

FAULTS = list(Fault)


def _thread(sender: Sender, body: bytes) -> None:
    """Post, and what the nudge would do."""
    reply = knock(sender, sender.headers(body), body)
    if reply.says.get("ids"):
        intake.parse_delivery(sender.school, reply.says["ids"][0].partition("-")[0])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.lower())
def test_a_fault_at_any_call_loses_and_doubles_nothing(
    store: str, clock: FrozenClock, mailbox: Mailbox, fault: Fault
) -> None:
    """Whatever call fails, and however: the sender tries again, the sweep runs, and there is one
    alert of one event and one mail.
    """
    calls = _calls(fault)
    for number in range(calls):
        school = a_school()
        dsl = a_person(school, roles=[Role.DSL])
        sender = a_source(school)
        body = fortigate(f"pupil{number}").encode()
        # Either the process is dead, or the sender has its honest 503.
        with nemesis(at(number, fault)) as watched, contextlib.suppress(Death, Exception):
            _thread(sender, body)
        assert watched.struck

        _thread(sender, body)  # the sender that heard no 2xx tries again
        clock.advance(minutes=2)
        mailbox.deliver()
        mailbox.deliver()

        assert [1] == [alert.count for alert in raised(school)], (number, watched.calls)
        assert 1 == len(mailbox.to(dsl.email)), (number, watched.calls)


def _calls(fault: Fault) -> int:
    """How many calls the thread makes when nothing fails."""
    sender = a_source(a_school())
    a_person(sender.school, roles=[Role.DSL])
    with nemesis() as watched:
        _thread(sender, fortigate().encode())
    sys.stdout.write(f"\nalert thread: {len(watched.calls)} calls, {fault.value}: {watched.calls}")
    return len(watched.calls)
