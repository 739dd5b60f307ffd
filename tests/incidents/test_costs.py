"""What each main operation costs: its trips to the tables, in order, and their capacity (P9).

This is the reviewed list: a change of cost is a change of this file. Every operation is one trip
for authority, the reads it needs, and one transaction; a reading also writes its audit line.
"""

from dataclasses import dataclass, field

import pytest

from chalicelib.storage import connection
from tests.incidents.walk import School, a_staffed_school, report, up_to_check
from tests.pages import Site

AUTHORITY = "BatchGetItem"
# Operation: (trips, most read units, most write units). A strong read of 4 KB or less is 1 unit;
# each row of up to 1 KB in a transaction is 2.
COSTS = {
    # the draft, who works here, who is away, what is kept to fewer; then 2 each of: record, event,
    # its audit line, the log's line and card, the reporter's row, task, task's audit line, 2 mails,
    # the clock, draft, figures (a mail's and a clock's row stand in an index too)
    "submit": ([AUTHORITY, "GetItem", *["Query"] * 3, "TransactWriteItems"], 8, 29),
    # record, history and parts in one query; the audit line; its mail; what the school calls its
    # agencies. Each person who is linked to the school's lists is one query more
    "open": ([AUTHORITY, "Query", "PutItem", "Query", "GetItem"], 7, 1),
    # the record; then record, event, audit line, line and card, reporter's row, task, figures
    "acknowledge": ([AUTHORITY, "GetItem", "TransactWriteItems"], 5, 20),
    "note": ([AUTHORITY, "GetItem", "TransactWriteItems"], 5, 6),
    "log": ([AUTHORITY, "Query", "PutItem"], 4.5, 1),
    # every card; the audit line; the lines that are shown
    "search": ([AUTHORITY, "Query", "PutItem", "BatchGetItem"], 9, 1),
    "my reports": ([AUTHORITY, "Query", "Query"], 6, 0),
}


@dataclass
class Meter:
    """Every call and its capacity since the last reset."""

    calls: list[tuple[str, float]] = field(default_factory=list)

    def __call__(self, operation: str, units: float) -> None:
        self.calls.append((operation, units))

    @property
    def trips(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    def units(self, *, writes: bool) -> float:
        return sum(
            units
            for operation, units in self.calls
            if (operation in {"TransactWriteItems", "PutItem"}) == writes
        )


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    made = Meter()
    monkeypatch.setattr(connection, "meters", [made])
    return made


def check(meter: Meter, operation: str) -> None:
    trips, reads, writes = COSTS[operation]

    assert trips == meter.trips
    assert meter.units(writes=False) <= reads
    assert meter.units(writes=True) <= writes


def test_main_operations_cost_what_is_written_here(site: Site, meter: Meter) -> None:
    """P9: trips equal, units at most the listed sum."""
    school: School = a_staffed_school(site)
    for browser in (school.at_teacher, school.at_dsl):
        browser.get(f"/s/{school.id}/my-reports")  # the minute's note of the session's use
    check_page = up_to_check(school.at_teacher, school.id)
    meter.calls.clear()
    sent = school.at_teacher.submit(page=check_page, button="Send report")
    check(meter, "submit")

    record = sent.location.rpartition("/")[2]
    meter.calls.clear()
    shown = school.at_dsl.get(f"{school.log}/{record}")
    check(meter, "open")
    meter.calls.clear()
    school.at_dsl.submit(page=shown, action="/acknowledge")
    check(meter, "acknowledge")
    shown = school.at_dsl.get(f"{school.log}/{record}")
    school.at_dsl.submit({"note": "In progress now"}, page=shown, action="/notes")
    shown = school.at_dsl.get(f"{school.log}/{record}")
    meter.calls.clear()
    school.at_dsl.submit({"note": "Rang home"}, page=shown, action="/notes")
    check(meter, "note")
    for _ in range(3):
        report(school.at_teacher, school.id)
    meter.calls.clear()
    school.at_dsl.get(school.log)
    check(meter, "log")
    meter.calls.clear()
    school.at_dsl.get(f"{school.log}?list=open&place=outside")
    check(meter, "search")
    meter.calls.clear()
    school.at_teacher.get(f"/s/{school.id}/my-reports")
    check(meter, "my reports")
