"""P17: the main operations on incidents in a school of ten thousand, beside their own calls.

    .venv/bin/python benchmarks/incidents.py

Ours is the whole handler, from API Gateway's event to the page. The floor is the same requests to
the tables, sent bare through the same client, without their conditions; the trips and capacity
units are those of one run. Both use the same engine in memory, in turns; medians of the rounds.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

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

from chalicelib import ids
from chalicelib.incidents.model import acts
from chalicelib.incidents.model.card import card_of
from chalicelib.incidents.model.report import Door, Group, Involved, Occasion, Report, Where
from chalicelib.incidents.repository import index, lines
from chalicelib.incidents.types import CURRENT
from chalicelib.observability import logger
from chalicelib.storage import connection, transaction
from chalicelib.storage import tenants as storage_tenants
from infra.local import dynoxide, ports, tables
from tests import builders
from tests.doubles import Mailbox
from tests.incidents import walk
from tests.pages import Site

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
INCIDENTS, ROUNDS = 10_000, 9
TYPES = ("online_bullying", "hate", "gambling", "hacking")


def main() -> None:
    logger.setLevel("ERROR")  # its lines would be timed by the terminal
    port = ports.free()
    engine = dynoxide.start(port)
    try:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = dynoxide.endpoint(port)
        tables.create_tables(dynoxide.endpoint(port), "holdfast-test-")
        measure()
    finally:
        engine.terminate()


def measure() -> None:
    school = walk.a_staffed_school(Site(mailbox=Mailbox()))
    fill(school)
    print(f"{'operation':<16}{'trips':>6}{'RCU':>7}{'WCU':>6}{'ms':>8}{'floor':>8}{'x':>6}")
    for name, prepare in operations(school).items():
        times, floors = [], []
        recorder = Recorder()
        for _ in range(ROUNDS):
            act = prepare()
            recorder.calls.clear()
            with recorder:
                times.append(milliseconds(act))
            floors.append(replay(school, recorder.calls))
        ratio = statistics.median(a / b for a, b in zip(times, floors, strict=True))
        reads, writes = recorder.units()
        print(
            f"{name:<16}{len(recorder.calls):>6}{reads:>7.1f}{writes:>6.1f}"
            f"{statistics.median(times):>8.1f}{statistics.median(floors):>8.1f}{ratio:>6.1f}"
        )


def operations(school: walk.School) -> dict[str, Callable[[], Callable[[], object]]]:
    """Each makes ready and gives the one request that is measured."""
    dsl = school.at_dsl

    def submit() -> Callable[[], object]:
        shown = walk.up_to_check(school.at_teacher, school.id)
        return lambda: school.at_teacher.submit(page=shown, button="Send report")

    def acknowledge() -> Callable[[], object]:
        record = walk.report(school.at_teacher, school.id)
        shown = dsl.get(f"{school.log}/{record}")
        return lambda: dsl.submit(page=shown, action="/acknowledge")

    record = walk.report(school.at_teacher, school.id)
    search = f"{school.log}?list=open&type=hate&place=outside&sort=gravest"
    return {
        "submit": submit,
        "open": lambda: lambda: dsl.get(f"{school.log}/{record}"),
        "acknowledge": acknowledge,
        "log, 50 lines": lambda: lambda: dsl.get(school.log),
        "search": lambda: lambda: dsl.get(search),
    }


def fill(school: walk.School) -> None:
    """Lines and cards of ten thousand records of ten years, packed as a morning leaves them."""
    with builders.within(school.id):
        for start in range(0, INCIDENTS, 40):
            with transaction() as tx:
                for number in range(start, min(start + 40, INCIDENTS)):
                    incident, _ = acts.submitted(
                        report(number), record=ids.new(), reference=ids.reference(), by="", at=AT
                    )
                    lines.move(tx, school.id, None, incident)
                    index.put(tx, school.id, card_of(incident, AT.date()), 1)
        index.pack(school.id)


def report(number: int) -> Report:
    on = date(2016 + number % 10, 1 + number % 12, 1 + number % 28)
    return Report(
        edition=CURRENT.edition,
        door=Door.STAFF,
        reporter_name="A Teacher",
        completed_on=on,
        where=frozenset({Where.OUTSIDE if number % 3 else Where.INSIDE}),
        occasions=(Occasion(on),),
        people=(Involved("p1", Group.CHILD, f"Child {number} Ashdown, {number % 7}B"),),
        types=(TYPES[number % len(TYPES)],),
        description="A message was passed round the class and upset two children. " * 6,
        platforms=("whatsapp",),
    )


class Recorder:
    """Every request to the tables and the units it used, while it is on."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.used: list[tuple[str, float]] = []

    def __enter__(self) -> None:
        self.used.clear()
        self.real = connection.connection().dispatch
        connection.meters.append(self._used)
        connection.connection().dispatch = self._dispatch  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        connection.connection().dispatch = self.real  # type: ignore[method-assign]
        connection.meters.remove(self._used)

    def units(self) -> tuple[float, float]:
        writes = sum(units for name, units in self.used if name in _WRITES)
        return sum(units for _, units in self.used) - writes, writes

    def _used(self, operation: str, units: float) -> None:
        self.used.append((operation, units))

    def _dispatch(self, operation: str, request: dict[str, Any]) -> Any:
        self.calls.append((operation, dict(request)))
        return self.real(operation, request)


_WRITES = {"TransactWriteItems", "PutItem"}
_CONDITION = ("ConditionExpression", "ExpressionAttributeValues", "ExpressionAttributeNames")


def replay(school: walk.School, calls: list[tuple[str, dict[str, Any]]]) -> float:
    """How long the same calls take, bare."""
    requests = [(operation, bare(operation, request)) for operation, request in calls]

    def send() -> None:
        for operation, request in requests:
            connection.call(operation, request)

    with storage_tenants({school.id, school.teacher.id, school.dsl.id}):
        return milliseconds(send)


def bare(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """The same write without what would refuse it a second time."""
    if operation == "PutItem":
        return freed("Put", request) or {}
    if operation != "TransactWriteItems":
        return dict(request)
    pairs = [next(iter(item.items())) for item in request["TransactItems"]]
    items = [{action: write} for action, part in pairs if (write := freed(action, part))]
    return {"TransactItems": items, "ClientRequestToken": ids.secret()[:36]}


def freed(action: str, write: dict[str, Any]) -> dict[str, Any] | None:
    if write["TableName"].endswith("audit"):  # it only grows: another line of the same size
        sk = write["Item"]["sk"]["S"].rpartition("#")[0]
        return write | {"Item": write["Item"] | {"sk": {"S": f"{sk}#{ids.new()}"}}}
    if action == "Update":
        return None if "ConditionExpression" in write else write
    return {name: value for name, value in write.items() if name not in _CONDITION}


def milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    main()
