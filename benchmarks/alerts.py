"""P13: what an alert costs at the gate, in the parser, and until somebody is told.

    .venv/bin/python benchmarks/alerts.py
    .venv/bin/python benchmarks/alerts.py --alerta      beside Alerta: P6, P7, P8

The gate is the function's own work without API Gateway: proof, reading, one transaction. Its floor
is the signature's HMAC and the JSON alone. The parser's floor is `json.loads` of the same event, or
splitting the line at its blanks. Tables in memory on this machine; medians of the rounds; CPU is
this process's own.
"""

import contextlib
import hashlib
import hmac
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.update(
    HOLDFAST_STAGE="test",
    TABLE_PREFIX="holdfast-test-",
    LOCAL_KEYS_DIR=tempfile.mkdtemp(prefix="holdfast-bench-"),
    AWS_DEFAULT_REGION="eu-west-2",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",  # noqa: S106 - the engine on this machine takes any
    POWERTOOLS_METRICS_DISABLED="true",
)

from benchmarks import alerta
from chalicelib import ids
from chalicelib.alerts.model import Listing
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import intake, receiving
from chalicelib.alerts.service.receiving import Post, Reply
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import connection, tenants
from infra.local import dynoxide, ports, tables
from tests.alerts.senders import Sender, a_source, fortigate, signed_event
from tests.builders import a_person, a_school

ROUNDS, POSTS, EVENTS = 5, 60, 2000
NOW = datetime(2026, 10, 6, 9, 5, tzinfo=UTC)


class Meter:
    """Trips to the tables and the units they took, since it was last read."""

    def __init__(self) -> None:
        self.trips = 0
        self.units = 0.0
        connection.meters.append(self.note)

    def note(self, _: str, units: float) -> None:
        self.trips += 1
        self.units += units

    def read(self) -> tuple[int, float]:
        found = (self.trips, self.units)
        self.trips, self.units = 0, 0.0
        return found


def take(sender: Sender, body: bytes) -> Reply:
    lower = {name.lower(): value for name, value in sender.headers(body).items()}
    digest = ids.digest(sender.path.removeprefix("/hooks/"))
    with tenants({sender.school}):
        return receiving.take(Post(sender.school, digest, lower, body))


def cpu(work: Callable[[], object], times: int) -> float:
    """Milliseconds of this process's CPU for one."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1000


def median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


def numbered(make: Callable[[int], bytes]) -> Callable[[], bytes]:
    """A body that is never the same twice."""
    numbers = iter(range(10**9))
    return lambda: make(next(numbers))


def bare_proof(body: bytes, key: bytes = b"k" * 32) -> object:
    """What a webhook cannot do without: the signature, and the body as JSON."""
    hmac.new(key, body, hashlib.sha256).digest()
    return json.loads(body)


def parser() -> None:
    line, event = fortigate().encode(), signed_event(host="guns.example").encode()
    floors: dict[str, Callable[[], object]] = {
        "FortiGate line": lambda: dict(p.partition(b"=")[::2] for p in line.split()),
        "signed JSON": lambda: json.loads(event),
    }
    for name, body in (("FortiGate line", line), ("signed JSON", event)):
        ours = median(partial(cpu, partial(read_body, body, received_at=NOW), EVENTS))
        bare = median(partial(cpu, floors[name], EVENTS))
        print(f"parser, {name}: {ours * 1000:.0f} us an event, floor {bare * 1000:.0f} us")
    batch = b"\n".join(fortigate(f"p{n}", after=n).encode() for n in range(100))
    each = median(lambda: cpu(lambda: read_body(batch, received_at=NOW), 20)) / 100
    print(f"parser, batch of 100 lines: {each * 1000:.0f} us an event")


def gate(meter: Meter) -> None:
    school = a_school()
    sender = a_source(school, SourceKind.SIGNED)
    body = numbered(lambda n: signed_event(user=f"p{n}", host=f"h{n}.example").encode())
    take(sender, body())
    meter.read()
    ours = median(lambda: cpu(lambda: take(sender, body()), POSTS))
    trips, units = meter.read()
    posts = ROUNDS * POSTS
    example = body()
    bare = median(lambda: cpu(lambda: bare_proof(example), EVENTS))
    with ThreadPoolExecutor(8) as hands:
        began = time.perf_counter()
        list(hands.map(lambda _: take(sender, body()), range(400)))
        rate = 400 / (time.perf_counter() - began)
    meter.read()
    print(f"gate: {rate:.0f} posts a second by 8 threads of one process")
    print(f"gate: {ours:.2f} ms CPU a post, floor (HMAC and JSON) {bare:.3f} ms")
    print(f"gate: {trips / posts:.1f} trips and {units / posts:.0f} units a post (goal: 2 and 16)")


def to_an_alert(meter: Meter) -> None:
    school = a_school()
    a_person(school, roles=[Role.DSL])
    sender = a_source(school)
    bodies = {
        "a new alert": [fortigate("a")],
        "100 events of one pupil": [fortigate("b", after=number) for number in range(100)],
        "100 events of 100 pupils": [fortigate(f"c{n}", after=n) for n in range(100)],
    }
    for name, lines in bodies.items():
        count = len(lines)
        reply = take(sender, "\n".join(lines).encode())
        gate_trips, gate_units = meter.read()
        began = time.process_time()
        intake.parse_delivery(school, reply.delivery)
        took = (time.process_time() - began) * 1000
        trips, units = meter.read()
        print(
            f"{name}: gate {gate_trips} trips, {gate_units:.0f} units; then {trips} trips, "
            f"{units:.0f} units, {took / count:.1f} ms CPU an event"
        )


def beside_alerta() -> None:
    """P6 to P8: ours and Alerta's in turns, every process's CPU, each write durable when it is
    answered. Ours includes proof, parser, grouping, routing, messages and the audit.
    """
    with engine(durable=True) as process:
        school = a_school()
        a_person(school, roles=[Role.DSL])
        sender = a_source(school)
        roots = (os.getpid(), process)

        def one(number: int) -> int:
            return whole(sender, fortigate(f"n{number}").encode())

        def race(key: str) -> int:
            return whole(sender, fortigate(key).encode())

        one(-1)
        single = alerta.cpu_each(roots, one, alerta.ALERTS)
        batches = [
            "\n".join(fortigate(f"b{batch}", after=n) for n in range(100)).encode()
            for batch in range(8)
        ]
        batched = alerta.cpu_each(roots, lambda n: whole(sender, batches[n]), len(batches)) / 100
        taken, failed = alerta.races(race)
        found = sum(1 for user in users(school) if user.startswith("race-"))
    theirs, (theirs_taken, theirs_failed) = alerta.measure()
    print(
        f"P6: one by one {single:.1f} ms CPU an alert, Alerta {theirs:.1f}: {single / theirs:.2f}"
    )
    print(f"P7: in batches of 100 {batched:.2f} ms an event: 1/{theirs / batched:.0f} of Alerta")
    print(
        f"P8: the same new alert {alerta.SAME} times at once, {alerta.KEYS} times: ours {taken} "
        f"taken, {failed} failed, {found} alerts; Alerta {theirs_taken} taken, "
        f"{theirs_failed} failed"
    )


def users(school: SchoolId) -> Iterator[str]:
    """Whom every alert of a school names."""
    cursor = ""
    while True:
        with tenants({school}):
            some = alerts.page(school, Listing.ALL, limit=50, cursor=cursor)
        yield from (each.facts.user or "" for each in some.alerts)
        if not (cursor := some.next):
            return


def whole(sender: Sender, body: bytes) -> int:
    """A post all the way to its alert; what it was answered."""
    reply = take(sender, body)
    if reply.delivery:
        intake.parse_delivery(sender.school, reply.delivery)
    return reply.status


@contextlib.contextmanager
def engine(*, durable: bool = False) -> Iterator[int]:
    """The tables, in memory or in a file; gives the process."""
    port = ports.free()
    folder = tempfile.mkdtemp(prefix="holdfast-bench-tables-")
    process = dynoxide.start(port, Path(folder) / "tables.db" if durable else None)
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = dynoxide.endpoint(port)
    tables.create_tables(dynoxide.endpoint(port), "holdfast-test-")
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    if "--alerta" in sys.argv:
        beside_alerta()
        return
    parser()
    with engine():
        meter = Meter()
        gate(meter)
        to_an_alert(meter)


if __name__ == "__main__":
    main()
