"""The audit's lines: one for every change and read, put once, naming nobody (R25)."""

import json

import pytest

from chalicelib import audit
from chalicelib.audit import actors, lines
from chalicelib.audit.lines import LineRow, models
from chalicelib.storage import Refused, transaction
from tests.audit.chains import CaseEventRow, an_event, write
from tests.doubles import FrozenClock
from tests.faults import Fault, first, nemesis


def told(school: str) -> list[tuple[str, str, str]]:
    page = lines(school)
    assert not page.next
    return [(line.by, line.action, line.about) for line in models(page)]


def test_a_change_and_its_line_are_one(school: str, clock: FrozenClock) -> None:
    """A use case that fails leaves no line of what did not happen."""
    with transaction() as tx:
        audit.record(tx, school, by="person:a", action="case.opened", about="case/1")
    with pytest.raises(ZeroDivisionError):
        _record_and_fail(school)

    assert [("person:a", "case.opened", "case/1")] == told(school)


def _record_and_fail(school: str) -> None:
    with transaction() as tx:
        audit.record(tx, school, by="person:a", action="case.closed", about="case/1")
        raise ZeroDivisionError


def test_lines_are_listed_newest_first(school: str, clock: FrozenClock) -> None:
    """By the time of what they tell."""
    for action in ("case.viewed", "case.acknowledged", "case.closed"):
        audit.viewed(school, by="person:a", action=action, about="case/1")
        clock.advance(milliseconds=1)

    assert ["case.closed", "case.acknowledged", "case.viewed"] == [each[1] for each in told(school)]


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.ERROR_BEFORE])
def test_a_line_of_a_read_is_written_once(school: str, clock: FrozenClock, fault: Fault) -> None:
    """Also when the reply to its put is lost: the reader sees the page, not an error (R32)."""
    with nemesis(first("PutItem", fault)):
        audit.viewed(school, by="person:a", action="case.viewed", about="case/1")

    assert [("person:a", "case.viewed", "case/1")] == told(school)


def test_the_audit_is_only_ever_put_and_queried(school: str) -> None:
    """What its IAM policy allows is all it needs; the guard refuses the rest."""
    with nemesis() as seen:
        write(school, "case#1", [an_event(1)])
        audit.viewed(school, by="person:a", action="case.viewed", about="case/1")
        page = lines(school)
    calls = zip(seen.calls, [json.loads(body) for body in seen.bodies], strict=True)
    touching = [(name, body) for name, body in calls if "holdfast-test-audit" in json.dumps(body)]

    assert {"TransactWriteItems", "PutItem", "Query"} == {name for name, _ in touching}
    with pytest.raises(Refused), transaction() as tx:
        tx.delete(LineRow, school, page.items[0].sk)
    with pytest.raises(Refused), transaction() as tx:
        tx.put(page.items[0])


def test_a_line_names_nobody(school: str) -> None:
    """Neither the private part of its event nor the reason is in it."""
    with nemesis() as seen:
        write(school, "case#1", [an_event(1)])
    written = json.loads(seen.bodies[0])["TransactItems"]
    line = next(w["Put"]["Item"] for w in written if "audit" in w["Put"]["TableName"])

    assert {"tenant", "sk", "at", "by", "action", "about", "hash"} == set(line)
    assert b"Zebedee" not in seen.bodies[0]
    assert CaseEventRow.Meta.table_name in seen.bodies[0].decode()


@pytest.mark.parametrize(
    ("actor", "person"),
    [
        (actors.person("abc"), "abc"),
        (actors.link("0123456789abcdef0123"), None),
        (actors.source("s"), None),
        (actors.system("sweep"), None),
    ],
)
def test_an_actor_is_a_kind_and_an_id(actor: str, person: str | None) -> None:
    """Only a person's can be turned back into a person; a link's is the start of its digest."""
    assert person == actors.person_of(actor)
    assert len(actor) <= 32
