"""P10: what a trust's report reads, beside reading the schools' records.

    .venv/bin/python benchmarks/figures.py [--schools 100] [--rows 1000]

Fills the tables' engine in memory with so many schools and so many records at each, spread over
five years (15 terms), counts them by the product's own days and copies, and reads a term and all
terms both ways, with the engine's own capacity figures. Every number is compared with a recount
from the records. 100 schools of 1,000 records take some minutes.
"""

import argparse
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

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

from chalicelib import clock  # noqa: E402
from chalicelib.figures import Measure  # noqa: E402
from chalicelib.ids import SchoolId, TrustId  # noqa: E402
from chalicelib.reports import copies, periods  # noqa: E402
from chalicelib.storage import connection, tenants  # noqa: E402
from chalicelib.tenancy import directory, service  # noqa: E402
from chalicelib.tenancy.calendar import Calendar  # noqa: E402
from chalicelib.tenancy.model import SchoolKind  # noqa: E402
from infra.local import dynoxide, ports, tables  # noqa: E402

TERMS, ITEM, ALLOWED = 15, 410, 1.1
TYPES = ("online_bullying", "hate", "grooming", "age_inappropriate", "violence", "copyright")
THEMES = ("self_harm", "violence", "pornography", "gambling", "bullying", "extremism")
SEVERITIES, OUTCOMES = ("critical", "high", "medium", "low"), ("dealt_with", "referred")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--schools", type=int, default=100)
    asked.add_argument("--rows", type=int, default=1000)
    given = asked.parse_args()
    port = ports.free()
    engine = dynoxide.start(port)
    try:
        address = dynoxide.endpoint(port)
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = address
        tables.create_tables(address, os.environ["TABLE_PREFIX"])
        sys.exit(not measured(given.schools, given.rows))
    finally:
        engine.terminate()


def measured(number: int, rows: int) -> bool:
    """Fill, read and compare; gives whether the goal is met."""
    trust = service.open_trust("Bench Trust", by="system:bench")
    terms = [term.key for term in periods.recent_terms(clock.today(), TERMS)][::-1]
    first, last = periods.days_of(terms[0], Calendar())[0], clock.today()
    truth: Counter[tuple[str, str, str]] = Counter()
    schools = []
    for n in range(number):
        schools.append(filled(trust, n, rows, first, last, truth))
        told = f"\rfilled {n + 1} of {number} schools"
        print(told, end="" if n + 1 < number else "\n", flush=True)
    good = True
    for label, some in (("1 term", terms[-2:-1]), (f"{TERMS} terms", terms)):
        good = compared(trust, schools, label, some, truth) and good
    return good


def filled(
    trust: TrustId, n: int, rows: int, first: date, last: date, truth: Counter[Any]
) -> SchoolId:
    """A school with records, their days' figures and its copies."""
    dice = random.Random(n)
    school = service.open_school(
        f"School {n}", kind=SchoolKind.PRIMARY, pupil_number=200, trust=trust, by="system:bench"
    )
    records, days = [], dict[date, Counter[str]]()
    for record in range(rows):
        on = first + timedelta(days=dice.randint(0, (last - first).days))
        kind = dice.choice(TYPES)
        records.append(
            {
                "tenant": {"S": school},
                "sk": {"S": f"bench#{on}#{record:06d}"},
                "type": {"S": kind},
                "rest": {"S": "x" * 460},
            }
        )
        days.setdefault(on, Counter()).update({"n": 1, f"type:{kind}": 1})
        truth[school, Calendar().term_of(on).key, kind] += 1
    counted = [
        {
            "tenant": {"S": school},
            "sk": {"S": f"figure#{measure}#{on}#0"},
            **{name: {"N": str(count)} for name, count in each.items()},
        }
        for on, counts in days.items()
        for measure, each in (("incidents", counts), *beside(dice, counts["n"]))
    ]
    with tenants({school}):
        written("incidents", records)
        written("reports", counted)
        known = directory.school(school)
    parts = [term.key for term in periods.recent_terms(clock.today(), TERMS)]
    copies.copy_parts(known, Calendar(), parts)
    return school


def beside(dice: random.Random, n: int) -> Iterator[tuple[str, dict[str, int]]]:
    """What else is counted on such a day, so that copies weigh what they do in use."""
    band, theme = dice.choice(("hour", "four_hours", "day")), dice.choice(THEMES)
    yield "incidents_acknowledged", {"n": n, f"within:{band}": n, "sum:minutes": 37 * n}
    yield "incidents_closed", {"n": n, f"outcome:{dice.choice(OUTCOMES)}": n}
    yield "alerts", {"n": n, f"theme:{theme}": n, f"severity:{dice.choice(SEVERITIES)}": n}
    yield "alerts_acknowledged", {"n": n, f"within:{band}": n, "sum:minutes": 11 * n}
    yield "agreements_sent", {"n": 3 * n, "kind:pupil": 3 * n}
    yield "agreements_signed", {"n": 2 * n, "kind:pupil": 2 * n}


def written(table: str, items: list[dict[str, Any]]) -> None:
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        name = os.environ["TABLE_PREFIX"] + table
        connection.call("BatchWriteItem", {"RequestItems": {name: puts}})


def compared(
    trust: TrustId, schools: list[SchoolId], label: str, terms: list[str], truth: Counter[Any]
) -> bool:
    with tenants({trust}), metered() as ours:
        started = time.perf_counter()
        found = list(copies.read(trust, terms[0], terms[-1]))
        ours_took = time.perf_counter() - started
    first, last = (periods.days_of(term, Calendar()) for term in (terms[0], terms[-1]))
    with metered() as theirs:
        started = time.perf_counter()
        for school in schools:
            with tenants({school}):
                read_rows(school, first[0], last[1])
        theirs_took = time.perf_counter() - started
    told = {
        (each.school, each.part, kind): count
        for each in found
        for kind, count in each.of(Measure.INCIDENTS).of("type").items()
    }
    exact = told == {key: count for key, count in truth.items() if key[1] in terms}
    floor = 0.5 * math.ceil(ITEM * len(schools) * len(terms) / 4096)
    units, rows = sum(used for _, used in ours), sum(used for _, used in theirs)
    print(
        f"{label:9} {len(schools)} schools: {len(ours)} trips, {units:.1f} RCU, "
        f"{ours_took:.3f} s; floor {floor:.1f} (x {units / floor:.2f}, at most {ALLOWED}); "
        f"records: {len(theirs)} trips, {rows:.1f} RCU, {theirs_took:.2f} s "
        f"(x {rows / units:.0f}); "
        f"{'every number equals the recount' if exact else 'NUMBERS DIFFER'}"
    )
    return exact and units <= ALLOWED * floor


def read_rows(school: SchoolId, first: date, last: date) -> None:
    start: dict[str, Any] = {}
    while True:
        answer = connection.call(
            "Query",
            {
                "TableName": os.environ["TABLE_PREFIX"] + "incidents",
                "KeyConditionExpression": "tenant = :t AND sk BETWEEN :a AND :b",
                "ExpressionAttributeValues": {
                    ":t": {"S": school},
                    ":a": {"S": f"bench#{first}"},
                    ":b": {"S": f"bench#{last}~"},
                },
                **start,
            },
        )
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


@contextmanager
def metered() -> Iterator[list[tuple[str, float]]]:
    calls: list[tuple[str, float]] = []

    def note(operation: str, units: float) -> None:
        calls.append((operation, units))

    connection.meters.append(note)
    try:
        yield calls
    finally:
        connection.meters.remove(note)


if __name__ == "__main__":
    main()
