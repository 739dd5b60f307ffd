"""Every message once, however often it comes, and a storm that loses nothing (R29, R30).

The figures are printed. The short forms run always, the long ones by `make test-long`.
"""

import json
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

import pytest

from chalicelib import ids
from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import intake, receiving
from chalicelib.alerts.service.receiving import Post, Reply
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants
from tests.alerts.senders import Sender, a_source, fortigate, signed_event
from tests.builders import a_person, a_school, signed_in, within
from tests.pages import Site

HANDS = 8
LONG = pytest.mark.long


def take(sender: Sender, body: bytes, *, message_id: str = "") -> Reply:
    """One delivery as the function gets it, and what its nudge would have a function do."""
    headers = sender.headers(body, message_id=message_id)
    lower = {name.lower(): value for name, value in headers.items()}
    digest = ids.digest(sender.path.removeprefix("/hooks/"))
    with tenants({sender.school}):
        reply = receiving.take(Post(sender.school, digest, lower, body))
    if reply.delivery:
        intake.parse_delivery(sender.school, reply.delivery)
    return reply


def raised(school: SchoolId) -> dict[str, int]:
    """How many events each person's alert holds."""
    found: dict[str, int] = {}
    cursor = ""
    with within(school):
        while True:
            page = alerts.page(school, Listing.ALL, limit=90, cursor=cursor)
            found |= {alert.facts.user or alert.id: alert.count for alert in page.alerts}
            cursor = page.next or ""
            if not cursor:
                return found


@pytest.mark.parametrize(
    "messages", [60, pytest.param(1000, marks=LONG)], ids=["short", "1000 messages"]
)
def test_a_message_that_comes_often_has_one_effect(store: str, messages: int) -> None:
    """R29: each message delivered 1 to 20 times, shuffled, by eight hands at once, with a new
    timestamp each time: effects are the distinct messages, exactly.
    """
    dice = random.Random(29)
    school = a_school()
    sender = a_source(school, SourceKind.SIGNED)
    bodies = {
        f"msg_{number}": signed_event(user=f"pupil{number}", host=f"h{number}.example").encode()
        for number in range(messages)
    }
    often = 20 if messages > 100 else 8
    deliveries = [name for name in bodies for _ in range(dice.randint(1, often))]
    dice.shuffle(deliveries)

    with ThreadPoolExecutor(HANDS) as hands:
        replies = list(
            hands.map(lambda name: take(sender, bodies[name], message_id=name), deliveries)
        )

    said = Counter(f"{reply.status} {reply.says.get('status')}" for reply in replies)
    found = raised(school)
    sys.stdout.write(
        f"\n{len(deliveries)} deliveries of {messages} messages: {dict(said)}, {len(found)} alerts"
    )
    assert {"202 accepted": messages, "202 duplicate": len(deliveries) - messages} == dict(said)
    assert dict.fromkeys([f"pupil{number}" for number in range(messages)], 1) == found


@pytest.mark.parametrize(
    ("rate", "seconds"), [(50, 1), pytest.param(50, 60, marks=LONG)], ids=["short", "a minute"]
)
def test_a_burst_loses_nothing_and_the_pages_answer(site: Site, rate: int, seconds: int) -> None:
    """R30, R35: fifty events a second at one school by eight hands. Nothing is lost, no answer
    takes ten seconds, and the inbox opens meanwhile.
    """
    school = a_school()
    desk = signed_in(site, a_person(school, roles=[Role.DSL]))
    sender = a_source(school, SourceKind.RELAY)
    count = rate * seconds
    began = time.monotonic()

    def one(number: int) -> tuple[int, float]:
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        started = time.perf_counter()
        body = fortigate(f"pupil{number % 40}", after=number, url=f"/{number}").encode()
        return take(sender, body).status, time.perf_counter() - started

    opened: list[float] = []
    with ThreadPoolExecutor(HANDS) as hands:
        answers = hands.map(one, range(count))
        while time.monotonic() < began + seconds:
            started = time.perf_counter()
            desk.get(f"/s/{school}/alerts")
            opened.append(time.perf_counter() - started)
        replies = list(answers)

    took = [took for _, took in replies]
    found = raised(school)
    sys.stdout.write(
        f"\n{count} events at {rate}/s: {sum(found.values())} kept in {len(found)} alerts; "
        f"p99 {quantiles(took, n=100)[98]:.2f} s to take in and read; the inbox opened "
        f"{len(opened)} times, at worst in {max(opened):.2f} s"
    )
    assert {202} == {status for status, _ in replies}
    assert count == sum(found.values())
    assert max(took) < 10
    assert median(opened) < 10  # one process does it all here; on AWS each has its own


def test_one_id_with_two_bodies_is_one_effect_and_an_alarm(store: str) -> None:
    """R29: the id is signed, so another content under it is refused, and another school's same id
    is another message.
    """
    ours, theirs = a_source(a_school(), SourceKind.SIGNED), a_source(a_school(), SourceKind.SIGNED)
    body = signed_event(user="a", host="h.example").encode()
    other = json.dumps({**json.loads(body), "note": "changed"}).encode()

    replies = [
        take(ours, body, message_id="m"),
        take(ours, other, message_id="m"),
        take(theirs, other, message_id="m"),
    ]

    assert [202, 409, 202] == [reply.status for reply in replies]
    assert [{"a": 1}, {"a": 1}] == [raised(ours.school), raised(theirs.school)]
