"""A record's history: whole, in order, and telling of every hand laid on it (R25, R26)."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.audit import Broken, Event, Head, actors, events, lines
from chalicelib.audit.lines import models
from chalicelib.errors import Conflict
from chalicelib.storage import get, tenants, transaction
from chalicelib.storage.connection import call, key_of
from tests.audit.chains import START, CaseEventRow, an_event, in_memory, write
from tests.faults import nemesis

RECORD = "case#01HZX"


def broken_at(history: Sequence[Event], head: Head | None = None) -> int | None:
    """Where verification finds the first fault; None when it finds none."""
    try:
        events.verify(history, head)
    except Broken as e:
        return e.number
    return None


# --- honest histories --------------------------------------------------------------------------


def test_a_history_comes_back_as_it_happened(school: str) -> None:
    """In order, with its private parts and reasons."""
    happened = [an_event(number) for number in range(1, 8)]

    head = write(school, RECORD, happened)
    history = events.history(CaseEventRow, school, RECORD)

    for told, event in zip(history, happened, strict=True):
        assert (event.name, event.at, event.by, event.why) == (
            told.name,
            told.at,
            told.by,
            told.why,
        )
        assert (event.open, event.private) == (told.open, told.private)
    assert broken_at(history, head) is None
    assert Head(7, history[-1].hash) == head


@pytest.mark.parametrize(
    ("why", "private"),
    [("Only a reason", {}), ("", {"name": "Zebedee"}), ("", {}), ("Both", {"a": 1})],
)
def test_a_reason_alone_and_a_private_part_alone_are_kept(
    school: str, why: str, private: dict[str, Any]
) -> None:
    """Sealed and committed to, either without the other; nothing is sealed where there is none."""
    head = write(school, RECORD, [an_event(1, why=why, private=private)])
    [event] = events.history(CaseEventRow, school, RECORD)
    row = get(CaseEventRow, school, f"{RECORD}#event#000001")

    assert (why, private) == (event.why, event.private)
    assert row is not None
    assert bool(why or private) == bool(row.sealed) == bool(row.commitment)
    assert broken_at([event], head) is None


def test_a_line_names_its_record_as_kind_and_id(school: str) -> None:
    """Also where the id has parts of its own."""
    write(school, "request#campaign#pupil", [an_event(1)])

    [line] = models(lines(school))

    assert "request/campaign#pupil" == line.about


words = st.text(max_size=30)
facts = st.dictionaries(
    words, st.none() | st.booleans() | st.integers() | words | st.lists(words, max_size=3)
)


@given(
    happened=st.lists(
        st.builds(
            Event,
            name=st.sampled_from(["case.opened", "case.changed"]),
            at=st.integers(0, 10**9).map(lambda ms: START + timedelta(milliseconds=ms)),
            by=st.sampled_from([actors.person("a"), actors.system("sweep")]),
            why=words,
            open=facts,
            private=facts.map(lambda each: {k: v for k, v in each.items() if k != "why"}),
        ),
        max_size=6,
    )
)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_honest_history_never_raises_an_alarm(school: str, happened: list[Event]) -> None:
    """Whatever was written, in whatever script."""
    history, head = in_memory(school, RECORD, happened)

    assert broken_at(history, head) is None


def test_a_thousand_honest_histories_raise_no_alarm(school: str) -> None:
    """R25's figure."""
    lengths = random.Random(25)

    alarms = [
        broken_at(*in_memory(school, RECORD, [an_event(n) for n in range(lengths.randint(0, 6))]))
        for _ in range(1000)
    ]

    assert [None] * 1000 == alarms


def test_each_event_has_its_line_in_the_audit(school: str) -> None:
    """Written together, bound by the event's hash."""
    write(school, RECORD, [an_event(1), an_event(2)])

    history = events.history(CaseEventRow, school, RECORD)
    told = list(models(lines(school)))

    assert sorted(event.hash for event in history) == sorted(line.hash for line in told)
    assert {"case/01HZX"} == {line.about for line in told}


# --- tampering ---------------------------------------------------------------------------------

Tamper = Callable[[random.Random, list[Event]], tuple[list[Event], int]]


def _edit(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    spot = chance.randrange(len(history))
    event = history[spot]
    changes: dict[str, Any] = {
        "name": event.name + "x",
        "at": event.at + timedelta(milliseconds=chance.choice([-1, 1, 60_000])),
        "by": "person:somebody",
        "open": {**event.open, "state": "closed"},
        "number": event.number + chance.choice([-1, 1]),
        "previous": ids.digest(event.previous),
        "hash": ids.digest(event.hash),
        "commitment": ids.digest(event.commitment),
        "place": event.place + "x",
    }
    if event.salt:
        changes |= {
            "why": event.why + ".",
            "private": {**event.private, "name": "Florence"},
            "salt": ids.digest(event.salt)[:32],
        }
    name = chance.choice(sorted(changes))
    return [*history[:spot], replace(event, **{name: changes[name]}), *history[spot + 1 :]], spot


def _leave_out(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    spot = chance.randrange(len(history))
    return history[:spot] + history[spot + 1 :], spot


def _truncate(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    spot = chance.randrange(len(history))
    return history[:spot], spot


def _insert(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    spot = chance.randrange(len(history) + 1)
    made = replace(chance.choice(history), number=spot + 1, name="case.inserted")
    return [*history[:spot], made, *history[spot:]], spot


def _swap(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    here, there = sorted(chance.sample(range(len(history)), 2))
    history[here], history[there] = history[there], history[here]
    return history, here


def _fork(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    """A second event of the same number, well made after the same one before."""
    spot = chance.randrange(len(history))
    made = _rehash(replace(history[spot], name="case.forked"), _before(history, spot))
    return [*history[:spot], made, *history[spot:]], spot + 1


def _edit_and_rehash(chance: random.Random, history: list[Event]) -> tuple[list[Event], int]:
    """Everything from one event on made anew by somebody who knows how: only the head tells."""
    spot = chance.randrange(len(history))
    history[spot] = replace(history[spot], name="case.rewritten")
    for number in range(spot, len(history)):
        history[number] = _rehash(history[number], _before(history, number))
    return history, len(history)


def _before(history: list[Event], spot: int) -> str:
    return history[spot - 1].hash if spot else events.START


def _rehash(event: Event, before: str) -> Event:
    made = replace(event, previous=before)
    return replace(made, hash=events._rehashed(made, made.number, before))


@pytest.mark.parametrize(
    "tamper", [_edit, _leave_out, _truncate, _insert, _swap, _fork, _edit_and_rehash]
)
def test_every_tamper_is_detected_and_located(school: str, tamper: Tamper) -> None:
    """1,500 of each kind (over 10,000 together), none missed, each at its first false event."""
    honest, head = in_memory(school, RECORD, [an_event(number) for number in range(1, 13)])
    chance = random.Random(10_000)
    for _ in range(1500):
        tampered, spot = tamper(chance, list(honest))

        assert spot + 1 == broken_at(tampered, head)


def test_another_records_history_does_not_pass(school: str, store: str) -> None:
    """A well-made chain is bound to its record and school."""
    other = ids.tenant()
    happened = [an_event(3, private={}, why="")]
    _, head = in_memory(school, RECORD, happened)
    write(school, RECORD, happened)
    moved = _moved(school, "case#OTHER")

    with tenants({school, other}):
        far = _moved(school, RECORD, to_tenant=other)

    assert 1 == broken_at(moved, head)
    assert 1 == broken_at(far, head)


def _moved(school: str, record: str, *, to_tenant: str = "") -> list[Event]:
    """The first event's item copied to another record or school, read back there."""
    tenant = to_tenant or school
    name = CaseEventRow.Meta.table_name
    item = call("GetItem", {"TableName": name, "Key": key_of(school, f"{RECORD}#event#000001")})[
        "Item"
    ]
    item |= key_of(tenant, f"{record}#event#000001")
    call("PutItem", {"TableName": name, "Item": item})
    return events.history(CaseEventRow, tenant, record)


def test_a_changed_item_in_the_store_is_detected(school: str) -> None:
    """From the table's own side: somebody with write access changes who did it."""
    head = write(school, RECORD, [an_event(number) for number in range(1, 5)])
    with transaction() as tx:
        tx.update(CaseEventRow, school, f"{RECORD}#event#000003", set={"by": "person:x"})

    assert 3 == broken_at(events.history(CaseEventRow, school, RECORD), head)


def test_a_hundred_thousand_events_are_verified_in_ten_seconds(school: str) -> None:
    """R25's figure; measured on a twentieth, so that the suite stays short."""
    honest, head = in_memory(school, RECORD, [an_event(number) for number in range(1, 5001)])
    start = time.process_time()
    events.verify(honest, head)

    assert time.process_time() - start < 0.5


# --- erasure -----------------------------------------------------------------------------------


def test_erasing_what_is_private_keeps_the_chain_whole(school: str) -> None:
    """No name left in the store, and every hash still right (R26)."""
    head = write(school, RECORD, [an_event(number) for number in range(1, 7)])
    with transaction() as tx:
        for number in range(1, 7):
            tx.update(CaseEventRow, school, f"{RECORD}#event#{number:06d}", remove=("sealed",))

    history = events.history(CaseEventRow, school, RECORD)

    assert broken_at(history, head) is None
    assert not [event for event in history if event.private or event.why]


def test_the_commitment_to_a_name_cannot_be_guessed(school: str) -> None:
    """The same words commit differently each time: the salt is sealed with them."""
    one, _ = in_memory(school, RECORD, [an_event(1)])
    two, _ = in_memory(school, RECORD, [an_event(1)])
    write(school, RECORD, [an_event(1)])
    row = get(CaseEventRow, school, f"{RECORD}#event#000001")

    assert one[0].commitment != two[0].commitment
    assert row is not None
    assert row.unseal()["salt"] not in repr(row.serialize())


# --- writers at once ---------------------------------------------------------------------------


def test_two_events_after_one_head_have_one_winner(school: str) -> None:
    """The loser is told; the chain has no fork."""
    head = write(school, RECORD, [an_event(1)])

    def append(name: str) -> str:
        with tenants({school}):
            try:
                with transaction() as tx:
                    events.append(
                        tx,
                        CaseEventRow,
                        school,
                        record=RECORD,
                        head=head,
                        event=an_event(2, name=name),
                    )
            except Conflict:
                return "lost"
            return name

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(append, [f"case.n{number}" for number in range(8)]))
    winners = [name for name in results if name != "lost"]
    history = events.history(CaseEventRow, school, RECORD)

    assert 1 == len(winners)
    assert winners[0] == history[-1].name
    assert broken_at(history) is None


def test_two_hundred_writers_at_one_school_do_not_wait_for_each_other(school: str) -> None:
    """Different records of one school: nothing lost, and not one conflict to be retried (R25)."""

    def append(number: int) -> None:
        with tenants({school}):
            write(school, f"case#{number:03d}", [an_event(number + 1)])

    with nemesis() as seen, ThreadPoolExecutor(32) as pool:
        list(pool.map(append, range(200)))
    histories = [events.history(CaseEventRow, school, f"case#{n:03d}") for n in range(200)]

    assert [1] * 200 == [len(history) for history in histories]
    assert 200 == _count_lines(school)
    assert ["TransactWriteItems"] * 200 == seen.calls


def _count_lines(school: str) -> int:
    count, cursor = 0, ""
    while True:
        page = lines(school, cursor=cursor)
        count += len(page.items)
        if not page.next:
            return count
        cursor = page.next
