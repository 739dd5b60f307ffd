"""P10 at scale: what a trust's page and termly report read, cost and take, at 10 to 500 schools.

    .venv/bin/python benchmarks/reports.py [--schools 10 50 100 500] [--years 5] [--filled 100]

Generates, for each school and year, 200 incidents, 2,000 alerts and 400 signatures as the figures
that counting them leaves (for 100 schools over 5 years: 100,000, 1,000,000 and 200,000), writes the
days' items in bulk through the row class and makes the copies by the product's own code. Then it
measures, with the engine's own capacity figures, beside the floor (410 bytes a school and term, in
eventually consistent reads of 4 KB): the trust's page, the report of a term that is settled and of
one that is not over, and, for one school of each set, a recount of every number of its copy. The
records themselves are not written: nothing measured here could read one. After the first `--filled`
(100) schools the others have the copies of one of these: what is read weighs the same.
"""

import argparse
import math
import os
import random
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.update(
    HOLDFAST_STAGE="test",
    TABLE_PREFIX="holdfast-bench-",
    LOCAL_KEYS_DIR=tempfile.mkdtemp(prefix="holdfast-bench-"),
    AWS_DEFAULT_REGION="eu-west-2",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",  # noqa: S106 - the engine on this machine takes any
    POWERTOOLS_METRICS_DISABLED="true",
)

from chalicelib import clock, figures, ids  # noqa: E402
from chalicelib.figures import Counted, Measure, counted  # noqa: E402
from chalicelib.ids import SchoolId, TrustId  # noqa: E402
from chalicelib.reports import copies, gather, periods  # noqa: E402
from chalicelib.reports.model import Job  # noqa: E402
from chalicelib.reports.overview import service as overview  # noqa: E402
from chalicelib.reports.rows import CopyRow  # noqa: E402
from chalicelib.storage import connection, every, tenants  # noqa: E402
from chalicelib.storage.connection import item_of  # noqa: E402
from chalicelib.tenancy import directory, service  # noqa: E402
from chalicelib.tenancy.calendar import Calendar  # noqa: E402
from chalicelib.tenancy.model import SchoolKind  # noqa: E402
from infra.local import dynoxide, ports, tables  # noqa: E402

ITEM, ALLOWED = 410, 1.1
A_YEAR = {"incidents": 200, "alerts": 2000, "signatures": 400}
DOLLARS = (
    0.1485 / 1e6
)  # for one read unit on demand in London, as AWS lists it; half for half a unit
TYPES = ("online_bullying", "hate", "grooming", "age_inappropriate", "violence", "copyright")
PLATFORMS = ("whatsapp", "snapchat", "tiktok", "instagram", "roblox", "unknown", "other")
THEMES = ("self_harm", "violence", "pornography", "gambling", "bullying", "unclassified")
SEVERITIES = ("critical", "high", "medium", "low")
REGISTERS = ("unfilter_requests", "filtering_checks", "training", "policies", "online_services")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--schools", type=int, nargs="+", default=[10, 50, 100, 500])
    asked.add_argument("--years", type=int, default=5)
    asked.add_argument("--filled", type=int, default=100)
    given = asked.parse_args()
    port = ports.free()
    engine = dynoxide.start(port)
    try:
        address = dynoxide.endpoint(port)
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = address
        tables.create_tables(address, os.environ["TABLE_PREFIX"])
        trust = service.open_trust("Bench Trust", by="system:bench")
        schools: list[SchoolId] = []
        good = True
        for number in sorted(given.schools):
            good = measured(trust, schools, number, given.years, given.filled) and good
        sys.exit(not good)
    finally:
        engine.terminate()


def measured(trust: TrustId, schools: list[SchoolId], number: int, years: int, full: int) -> bool:
    """Fill a trust up to a number of schools, read it, print a line for each thing; gives whether
    the goal is met.
    """
    today = clock.today()
    first = today - timedelta(days=365 * years)
    made = Counter[str]()
    while len(schools) < number:
        n = len(schools)
        if n < full:
            schools.append(filled(trust, n, first, today, years, made))
        else:
            schools.append(like(trust, n, schools[n % full]))
        print(f"\r{number} schools: {n + 1} there", end="", flush=True)
    said = ", ".join(f"{made[what]:,} {what}" for what in A_YEAR if made[what])
    print(f"\r{number} schools: {said or 'copies of the first ones'} more")
    terms = periods.recent_terms(today, 6)
    this = periods.of_term(terms[0], today)
    parts = sorted({*this.parts, *(term.key for term in periods.up_to(this))})
    floor = 0.5 * math.ceil(ITEM * number * len(parts) / 4096)
    good = told("trust's page", number, floor, lambda: page_of(trust))
    settled = periods.of_term(terms[2], today)
    wanted = sorted({*settled.parts, *(term.key for term in periods.up_to(settled))})
    floor = 0.5 * math.ceil(ITEM * number * len(wanted) / 4096)
    good = (
        told("report of a settled term", number, floor, lambda: reported(trust, settled)) and good
    )
    if number <= 100:
        told("report of the term so far", number, 0, lambda: reported(trust, this))
    return recounted(trust, schools[0], settled.parts[0]) and good


def filled(
    trust: TrustId, n: int, first: date, last: date, years: int, made: Counter[str]
) -> SchoolId:
    """A school's items of days, and its copies."""
    dice = random.Random(n)
    school = service.open_school(
        f"School {n}", kind=SchoolKind.PRIMARY, pupil_number=200, trust=trust, by="system:bench"
    )
    days = [first + timedelta(days=d) for d in range((last - first).days + 1)]
    days = [day for day in days if day.weekday() < 5 and day.month != 8]
    sums = {(on, book): Counter[str]() for on in days for book in figures.Book}
    for what, number in A_YEAR.items():
        made[what] += number * years
        for _ in range(number * years):
            on = dice.choice(days)
            for book, one in dice.choice(KINDS[what]):
                sums[on, book].update(one)
    items = [
        {
            "tenant": {"S": school},
            "sk": {"S": figures.key(on, book, 0)},
            figures.MOVED: {"N": "1"},
            **{name: {"N": str(count)} for name, count in found.items()},
        }
        for (on, book), found in sums.items()
        if found
    ]
    made["items"] += len(items)
    with tenants({school}):
        written(figures.FigureRow.Meta.table_name, items)
        known = directory.school(school)
    copies.copy_parts(known, Calendar(), [term.key for term in periods.recent_terms(last, 9)])
    return school


def like(trust: TrustId, n: int, other: SchoolId) -> SchoolId:
    """A school with the copies of another."""
    school = service.open_school(
        f"School {n}", kind=SchoolKind.PRIMARY, pupil_number=200, trust=trust, by="system:bench"
    )
    with tenants({trust}):
        items = [
            {**item_of(row), "sk": {"S": row.sk.replace(other, school)}}
            for row in kept_of(trust, other)
        ]
        written(CopyRow.Meta.table_name, items)
    return school


@cache
def kept_of(trust: TrustId, school: SchoolId) -> list[CopyRow]:
    return [row for row in every(CopyRow, trust, "term#") if row.sk.endswith(school)]


def an_incident(dice: random.Random, on: date) -> Iterator[Counted]:
    yield counted(
        Measure.INCIDENTS,
        on,
        {
            "type": dice.sample(TYPES, dice.choice((1, 1, 2))),
            "place": dice.choice(("inside", "outside")),
            "platform": dice.choice(PLATFORMS),
            "year": f"year_{dice.randint(1, 6)}",
            "risk": dice.choice(("content", "contact", "conduct")),
            "edition": "kcsie_2025",
            "severity": dice.choice(SEVERITIES),
            "hour": dice.choice(("school_day", "after_school", "evening", "unknown")),
            "door": dice.choice(("staff", "staff", "community", "alert")),
        },
    )
    by, minutes = dice.choice(("dsl", "deputy_dsl", "headteacher")), dice.randint(1, 900)
    within = dice.choice(("hour", "four_hours", "day"))
    yield counted(
        Measure.INCIDENTS_ACKNOWLEDGED, on, {"within": within, "by": by}, {"minutes": minutes}
    )
    ended = {"outcome": dice.choice(("dealt_with", "support")), "by": by, "took": "week"}
    yield counted(Measure.INCIDENTS_CLOSED, on, ended, {"minutes": 10 * minutes})


def an_alert(dice: random.Random, on: date) -> Iterator[Counted]:
    severity, minutes = dice.choice(SEVERITIES), dice.randint(1, 600)
    action = dice.choice(("blocked", "blocked", "allowed", "monitored"))
    along = {"theme": dice.choice(THEMES), "severity": severity, "action": action}
    yield counted(Measure.ALERTS, on, along)
    by, within = dice.choice(("dsl", "deputy_dsl")), dice.choice(("hour", "four_hours", "day"))
    done = {"within": within, "severity": severity, "by": by}
    yield counted(Measure.ALERTS_ACKNOWLEDGED, on, done, {"minutes": minutes})
    ended = {
        "outcome": dice.choice(("true_positive", "false_positive", "incident")),
        "severity": severity,
        "by": by,
        "took": dice.choice(("day", "week")),
    }
    yield counted(Measure.ALERTS_CLOSED, on, ended, {"minutes": 3 * minutes})
    yield counted(Measure.FEEDS, on, {}, {"raised": 1, "joined": dice.randint(0, 3)})


def a_signature(dice: random.Random, on: date) -> Iterator[Counted]:
    kind, role = dice.choice((("pupil", ("child", "parent")), ("staff", ("adult",))))
    for measure in (Measure.AGREEMENTS_SENT, Measure.AGREEMENTS_SIGNED):
        yield counted(measure, on, {"kind": kind, "role": role})
    if dice.random() < 0.1:
        register = dice.choice(REGISTERS)
        yield counted(Measure.REGISTER_ENTRIES, on, {"register": register})
        yield counted(Measure.REGISTER_STEPS, on, {"step": f"{register}.decide.agreed"})
        ended = {"register": register, "took": "week"}
        yield counted(Measure.REGISTER_CLOSED, on, ended, {"minutes": dice.randint(9, 9000)})


Sums = list[tuple[figures.Book, dict[str, int]]]


def pool(make: Callable[[random.Random, date], Iterator[Counted]]) -> list[Sums]:
    """Some hundreds of things as what counting them adds: making each anew would take an hour."""
    dice, day = random.Random(1), date(2026, 1, 1)
    return [
        [(book, sums) for (_, book), sums in figures.summed(Counter(make(dice, day))).items()]
        for _ in range(400)
    ]


KINDS = {"incidents": pool(an_incident), "alerts": pool(an_alert), "signatures": pool(a_signature)}


def page_of(trust: TrustId) -> object:
    with tenants({trust}):
        wanted = overview.Wanted()
        return overview.overview(trust, "Bench Trust", wanted, overdue=True, by="system:bench")


def reported(trust: TrustId, period: Any) -> object:
    job = Job(ids.new(), trust, period, (), "system:bench", clock.now())
    return gather.gather(job, lambda _done, _stage: None)


def told(what: str, number: int, floor: float, do: Callable[[], object]) -> bool:
    """Do it, print what it took; gives whether it stays within the goal (no floor, no goal)."""
    do()
    tracemalloc.start()
    do()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    with metered() as calls:
        started, used = time.perf_counter(), time.process_time()
        do()
        took, cpu = time.perf_counter() - started, time.process_time() - used
    copied = sum(units for op, units, place in calls if op == "Query" and place == "copies")
    reads = sum(units for op, units, _ in calls if op in ("Query", "GetItem", "BatchGetItem"))
    beside = f"copies {copied:.1f} RCU, floor {floor:.1f} (x {copied / floor:.2f})" if floor else ""
    print(
        f"  {what}, {number} schools: {len(calls)} trips, {reads:.1f} RCU in all, {beside} "
        f"${reads * DOLLARS:.7f}, {took:.2f} s ({cpu:.2f} s CPU), peak {peak:.1f} MB"
    )
    return not floor or copied <= ALLOWED * floor


def recounted(trust: TrustId, school: SchoolId, part: str) -> bool:
    """Whether a school's copy says what its days add up to."""
    first, last = periods.days_of(part, Calendar())
    with tenants({school}):
        days = figures.everything(school, first, last)
    with tenants({trust}):
        [copy] = [each for each in copies.read(trust, part, part) if each.school == school]
    same = {m: dict(t.counts) for m, t in copy.totals.items()} == {
        m: dict(t.counts) for m, t in days.items()
    }
    print(f"  every number {'equals the recount' if same else 'DIFFERS'}")
    return same


def written(name: str, items: list[dict[str, Any]]) -> None:
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        connection.call("BatchWriteItem", {"RequestItems": {name: puts}})


@contextmanager
def metered() -> Iterator[list[tuple[str, float, str]]]:
    """The calls made inside: operation, units, and whether they read copies."""
    calls: list[tuple[str, float, str]] = []
    place = [""]

    def note(operation: str, units: float) -> None:
        calls.append((operation, units, place[0]))

    real = copies.read

    def read(*args: Any, **named: Any) -> Iterator[Any]:
        place[0] = "copies"
        try:
            found = list(real(*args, **named))
        finally:
            place[0] = ""
        return iter(found)

    connection.meters.append(note)
    try:
        with mock.patch.object(copies, "read", read):
            yield calls
    finally:
        connection.meters.remove(note)


if __name__ == "__main__":
    main()
