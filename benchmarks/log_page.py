"""P11: a page of fifty lines of the incident log, whole, beside one query and a plain table.

    .venv/bin/python benchmarks/log_page.py

Ours is the whole handler: authority, query, opening what is sealed, the audit line, the page. The
floor is the same query through the same client, and fifty rows of five cells in a bare template.
Both read the same engine in memory, in turns; medians of the rounds.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
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

import jinja2

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.incidents import repository
from chalicelib.incidents.model.report import (
    Door,
    Group,
    Involved,
    Occasion,
    Report,
    Where,
)
from chalicelib.incidents.service import submitting
from chalicelib.incidents.types import CURRENT
from chalicelib.observability import logger
from chalicelib.storage import connection
from infra.local import dynoxide, ports, tables
from tests import builders
from tests.doubles import Mailbox
from tests.pages import Site

ROUNDS, CALLS, LINES = 7, 20, 60
TABLE = jinja2.Environment(autoescape=True).from_string(
    "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
    "{% endfor %}</table>"
)


def report(number: int) -> Report:
    return Report(
        edition=CURRENT.edition,
        door=Door.STAFF,
        reporter_name="A Teacher",
        completed_on=date(2026, 10, 1),
        where=frozenset({Where.INSIDE}),
        occasions=(Occasion(date(2026, 9, 1 + number % 28)),),
        people=(Involved("p1", Group.CHILD, f"Child {number}, Year 5"),),
        types=("online_bullying",),
        description="A message was passed round the class and upset two children. " * 6,
    )


def milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        do()
    return (time.perf_counter() - began) / CALLS * 1e3


def main() -> None:
    logger.setLevel("ERROR")  # its lines would be timed by the terminal
    port = ports.free()
    engine = dynoxide.start(port)
    try:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = dynoxide.endpoint(port)
        tables.create_tables(dynoxide.endpoint(port), "holdfast-test-")
        compare()
    finally:
        engine.terminate()


def compare() -> None:
    school = builders.a_school()
    dsl = builders.a_person(school, roles=[Role.DSL])
    with builders.within(school):
        for number in range(LINES):
            by = submitting.Reporter(dsl.id, dsl.name, "School")
            submitting.submit(school, report(number), record=ids.new(), by=by)
    browser = builders.signed_in(Site(mailbox=Mailbox()), dsl)
    queries: list[dict[str, object]] = []
    real = connection.call

    def plain() -> str:
        with builders.within(school):
            answer = real("Query", dict(queries[0]))
        rows = [[str(item["sk"]["S"])] * 5 for item in answer["Items"]]
        return TABLE.render(rows=rows)

    with builders.within(school):
        seen = connection.connection().dispatch
        connection.connection().dispatch = lambda operation, request: (  # type: ignore[method-assign]
            queries.append(dict(request)),
            seen(operation, request),
        )[1]
        repository.latest(school, cursor="")
        connection.connection().dispatch = seen  # type: ignore[method-assign]
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        ours.append(milliseconds(lambda: browser.request("GET", f"/s/{school}/incidents")))
        floor.append(milliseconds(plain))
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    print(f"whole page {statistics.median(ours):.1f} ms, floor {statistics.median(floor):.1f} ms")
    print(f"P11: {ratio:.2f} x (goal: at most 2)")


if __name__ == "__main__":
    main()
