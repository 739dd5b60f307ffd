"""The unit of work: all or nothing, each failed condition in its own words, no lost update."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pynamodb.exceptions import CancellationReason, VerboseClientError

from chalicelib import ids
from chalicelib.errors import AppError, Conflict, Gone, NotFound, Unavailable
from chalicelib.storage import Transaction, get, put_once, tenants, transaction
from chalicelib.storage.transaction import MOST_WRITES, _worth_another_try, _Write
from tests.faults import Fault, always, first, nemesis
from tests.storage.notes import FarNoteRow, NoteRow


def note(school: str, sk: str = "note#1", **more: Any) -> NoteRow:
    return NoteRow(school, sk, **more)


def read(school: str, sk: str = "note#1") -> NoteRow | None:
    return get(NoteRow, school, sk)


def text_of(school: str, sk: str = "note#1") -> str | None:
    row = read(school, sk)
    return row.text if row else None


def n_of(school: str, sk: str = "note#1") -> int:
    row = read(school, sk)
    return int(row.n or 0) if row else 0


def save(*rows: NoteRow) -> None:
    with transaction() as tx:
        for row in rows:
            tx.create(row)


def commit(*steps: Callable[[Transaction], object]) -> None:
    """One transaction of several steps, where a test waits for it to be refused."""
    with transaction() as tx:
        for step in steps:
            step(tx)


# --- all or nothing ----------------------------------------------------------------------------


def test_all_writes_of_a_use_case_land_together(school: str) -> None:
    """Over several tables, in one call."""
    save(note(school, "note#gone"))
    with nemesis() as seen, transaction() as tx:
        tx.create(note(school, text="new"))
        tx.put(FarNoteRow(school, "note#1", text="far"))
        tx.update(NoteRow, school, "note#2", set={"text": "set"}, add={"n": 2})
        tx.delete(NoteRow, school, "note#gone")
        tx.check(NoteRow, school, "note#3", NoteRow.sk.does_not_exist())

    far = get(FarNoteRow, school, "note#1")

    assert ["TransactWriteItems"] == seen.calls
    assert ("new", "set", None) == (
        text_of(school),
        text_of(school, "note#2"),
        text_of(school, "note#gone"),
    )
    assert far is not None and "far" == far.text


def test_nothing_is_written_when_the_use_case_fails(school: str) -> None:
    """An exception in the block writes nothing and starts no nudge."""
    nudges: list[str] = []
    with nemesis() as seen, pytest.raises(ZeroDivisionError):
        _write_and_fail(school, nudges)

    assert [] == seen.calls
    assert [] == nudges


def _write_and_fail(school: str, nudges: list[str]) -> None:
    with transaction() as tx:
        tx.create(note(school))
        tx.after(lambda: nudges.append("nudged"))
        raise ZeroDivisionError


Fails = Callable[[Transaction, str, AppError | None], None]
STALE = [
    pytest.param(lambda tx, s, e: tx.create(note(s, "note#there"), error=e), id="create"),
    pytest.param(
        lambda tx, s, e: tx.replace(note(s, "note#there", version=7), error=e), id="replace"
    ),
    pytest.param(lambda tx, s, e: tx.replace(note(s, "note#none"), error=e), id="replace none"),
    pytest.param(
        lambda tx, s, e: tx.update(
            NoteRow,
            s,
            "note#there",
            set={"text": "x"},
            condition=NoteRow.text == "other",
            error=e,
        ),
        id="update",
    ),
    pytest.param(
        lambda tx, s, e: tx.delete(NoteRow, s, "note#none", condition=NoteRow.sk.exists(), error=e),
        id="delete",
    ),
    pytest.param(
        lambda tx, s, e: tx.check(NoteRow, s, "note#none", NoteRow.sk.exists(), error=e),
        id="check",
    ),
]


@pytest.mark.parametrize("stale", STALE)
def test_one_failed_condition_undoes_the_whole_in_its_own_words(school: str, stale: Fails) -> None:
    """Each write names what its condition means; the others leave no trace."""
    save(note(school, "note#there", text="there", version=1))
    with pytest.raises(Gone):
        commit(
            lambda tx: tx.create(note(school), error=NotFound()),
            lambda tx: stale(tx, school, Gone()),
        )

    assert read(school) is None
    assert "there" == text_of(school, "note#there")


@pytest.mark.parametrize("stale", STALE)
def test_a_failed_condition_without_words_is_a_conflict(school: str, stale: Fails) -> None:
    """409, and the page says that somebody got there first."""
    save(note(school, "note#there", text="there", version=1))
    with pytest.raises(Conflict):
        commit(lambda tx: tx.create(note(school)), lambda tx: stale(tx, school, None))

    assert read(school) is None


# --- one write at a time -----------------------------------------------------------------------


def test_a_row_is_replaced_only_as_it_was_read(school: str) -> None:
    """The version read is the version written over, and goes up by one."""
    save(note(school, text="first", version=0))
    mine, theirs = read(school), read(school)
    assert mine is not None and theirs is not None
    theirs.text = "theirs"
    with transaction() as tx:
        tx.replace(theirs)
    mine.text = "mine"

    with pytest.raises(Conflict), transaction() as tx:
        tx.replace(mine)

    row = read(school)
    assert row is not None
    assert ("theirs", 1) == (row.text, row.version)


def test_a_row_that_never_had_a_version_gets_its_first(school: str) -> None:
    """A record created without one can be changed once, and is counted from then on."""
    save(note(school, text="first"))
    mine, theirs = read(school), read(school)
    assert mine is not None and theirs is not None
    with transaction() as tx:
        tx.replace(theirs)

    with pytest.raises(Conflict), transaction() as tx:
        tx.replace(mine)

    row = read(school)
    assert row is not None
    assert 1 == row.version


def test_an_update_sets_removes_and_adds_by_name(school: str) -> None:
    """Declared attributes in their types, others as text, numbers or truth values."""
    save(note(school, text="old", n=5))
    with transaction() as tx:
        tx.update(
            NoteRow,
            school,
            "note#1",
            set={"version": 3, "free": "text", "half": 0.5, "yes": True},
            remove=("text",),
            add={"n": -2, "total": 1.5},
            condition=NoteRow.text == "old",
        )

    row = read(school)
    assert row is not None
    assert (None, 3, 3) == (row.text, row.n, row.version)
    assert {"S": "text"} == _raw(school)["free"]
    assert {"N": "0.5"} == _raw(school)["half"]
    assert {"BOOL": True} == _raw(school)["yes"]
    assert {"N": "1.5"} == _raw(school)["total"]


def _raw(school: str) -> dict[str, Any]:
    from chalicelib.storage.connection import call, key_of

    name = NoteRow.Meta.table_name
    answer = call("GetItem", {"TableName": name, "Key": key_of(school, "note#1")})
    item: dict[str, Any] = answer["Item"]
    return item


def test_sums_to_one_row_are_one_write(school: str) -> None:
    """Counting an incident of five types is one write, not five (which would be refused)."""
    with transaction() as tx:
        for name in ("n", "kind_a", "kind_b", "n"):
            tx.update(NoteRow, school, "note#1", add={name: 1})
        tx.update(NoteRow, school, "note#2", add={"n": 1})
        writes = tx.writes

    assert 2 == writes
    assert 2 == n_of(school)
    assert {"N": "1"} == _raw(school)["kind_a"]


def test_a_hundred_writes_are_taken_and_one_more_refused(school: str) -> None:
    """The limit of the service is an error of ours before anything is sent."""
    with transaction() as tx:
        for number in range(MOST_WRITES):
            tx.create(note(school, f"note#{number:03d}"))

    assert read(school, "note#099") is not None
    rows = [note(school, f"more#{number:03d}") for number in range(MOST_WRITES + 1)]
    with nemesis() as seen, pytest.raises(ValueError, match="100"):
        commit(*[lambda tx, row=row: tx.put(row) for row in rows])
    assert [] == seen.calls


def test_an_empty_transaction_costs_nothing(school: str) -> None:
    """No writes, no call; what comes after still comes."""
    done: list[str] = []
    with nemesis() as seen, transaction() as tx:
        tx.after(lambda: done.append("after"))

    assert ([], ["after"]) == (seen.calls, done)


def test_a_nudge_that_fails_fails_nothing(school: str) -> None:
    """It is logged; the writes stand and the next nudge is tried."""
    done: list[str] = []
    with transaction() as tx:
        tx.create(note(school))
        tx.after(lambda: 1 // 0)  # type: ignore[arg-type, return-value]
        tx.after(lambda: done.append("second"))

    assert ["second"] == done
    assert read(school) is not None


def test_what_is_in_memory_only_is_taken_back_unless_committed(school: str) -> None:
    """`otherwise` runs when the block or the commit fails, and only then."""
    undone: list[str] = []
    with transaction() as tx:
        tx.create(note(school))
        tx.otherwise(lambda: undone.append("committed"))
    with pytest.raises(Conflict):
        commit(
            lambda tx: tx.create(note(school)),
            lambda tx: tx.otherwise(lambda: undone.append("refused")),
        )

    assert ["refused"] == undone


# --- lost replies ------------------------------------------------------------------------------

AMBIGUOUS = [Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.THROTTLE]


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_a_commit_whose_reply_is_lost_is_done_once_and_is_success(
    school: str, fault: Fault
) -> None:
    """The retry carries the same token, so a sum is added once and a creation is ours (R32)."""
    with nemesis(first("TransactWriteItems", fault)) as seen, transaction() as tx:
        tx.create(note(school, text="mine"))
        tx.update(NoteRow, school, "note#sum", add={"n": 1})

    assert [fault] == seen.struck
    assert ["TransactWriteItems"] * 2 == seen.calls
    assert ("mine", 1) == (text_of(school), n_of(school, "note#sum"))


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_a_single_put_whose_reply_is_lost_is_done_once_and_is_success(
    school: str, fault: Fault
) -> None:
    """The retry's failed condition is our own row."""
    with nemesis(first("PutItem", fault)):
        put_once(note(school, text="mine"))

    assert "mine" == text_of(school)


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_tables_that_keep_refusing_are_unavailable(school: str, fault: Fault) -> None:
    """A page that says to try again, for writes and reads alike; never a bare error."""
    with nemesis(always(fault)):
        with pytest.raises(Unavailable), transaction() as tx:
            tx.create(note(school))
        with pytest.raises(Unavailable):
            put_once(note(school))
        with pytest.raises(Unavailable):
            read(school)


def test_a_conflict_is_tried_again_and_never_shown(school: str) -> None:
    """Another transaction held the item for a moment; the same request goes again."""
    with nemesis(first("TransactWriteItems", Fault.CONFLICT)) as seen, transaction() as tx:
        tx.create(note(school, text="mine"))
        tx.update(NoteRow, school, "note#sum", add={"n": 1})
    tokens = {json.loads(body)["ClientRequestToken"] for body in seen.bodies}

    assert ["TransactWriteItems"] * 2 == seen.calls
    assert 1 == len(tokens)
    assert ("mine", 1) == (text_of(school), n_of(school, "note#sum"))


def test_a_conflict_without_end_is_unavailable(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After twelve tries, with ever longer pauses between them."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    with nemesis(always(Fault.CONFLICT)) as seen, pytest.raises(Unavailable), transaction() as tx:
        tx.create(note(school))

    assert 12 == len(seen.calls)
    assert all(0.005 <= pause <= 0.64 for pause in pauses)
    assert max(pauses) > 0.05
    assert read(school) is None


def test_a_failed_condition_beside_a_conflict_is_what_it_says(school: str) -> None:
    """There is no use in trying again what cannot succeed."""
    save(note(school))
    error = _cancelled("ConditionalCheckFailed", "TransactionConflict")
    writes = [_Write("Put", {}, Gone()), _Write("Put", {})]

    with pytest.raises(Gone):
        _worth_another_try(error, writes)


@pytest.mark.parametrize(
    ("codes", "worth"),
    [
        (("None", "TransactionConflict"), True),
        (("ThrottlingError", "None"), True),
        (("ProvisionedThroughputExceeded", "None"), True),
        (("ValidationError", "None"), False),
        (("ItemCollectionSizeLimitExceeded", "None"), False),
    ],
)
def test_what_passes_is_tried_again(codes: tuple[str, str], worth: bool) -> None:
    """And nothing else."""
    writes = [_Write("Put", {}), _Write("Put", {})]

    assert worth == _worth_another_try(_cancelled(*codes), writes)


def _cancelled(*codes: str) -> VerboseClientError:
    error = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    reasons = [CancellationReason(code) if code != "None" else None for code in codes]
    return VerboseClientError(
        error,
        "TransactWriteItems",
        {"request_id": "", "table_name": ""},
        cancellation_reasons=reasons,
    )


def test_what_the_service_does_not_understand_is_an_error_at_once(school: str) -> None:
    """A mistake of ours is neither tried again nor taken for somebody else's change."""
    with nemesis() as seen, pytest.raises(VerboseClientError, match="Validation"):
        commit(
            lambda tx: tx.put(note(school)),
            lambda tx: tx.delete(NoteRow, school, "note#1"),
        )
    assert 1 == len(seen.calls)
    with pytest.raises(VerboseClientError, match="Validation"):
        put_once(note(school, text="x" * 410_000))


def test_sums_with_conditions_or_other_changes_stay_apart(school: str) -> None:
    """Only sums alone are merged: what else an update says is done."""
    save(note(school, text="old", n=1))
    commit(
        lambda tx: tx.update(NoteRow, school, "note#1", add={"n": 1}, remove=("text",)),
        lambda tx: tx.update(
            NoteRow, school, "note#2", add={"n": 5}, condition=NoteRow.sk.does_not_exist()
        ),
        lambda tx: tx.update(NoteRow, school, "note#3", add={"n": 1}, set={"text": "set"}),
    )

    with pytest.raises(Gone):
        commit(
            lambda tx: tx.update(
                NoteRow,
                school,
                "note#2",
                add={"n": 5},
                condition=NoteRow.sk.does_not_exist(),
                error=Gone(),
            )
        )
    assert (None, 2) == (text_of(school), n_of(school))
    assert 5 == n_of(school, "note#2")
    assert "set" == text_of(school, "note#3")


def test_a_second_put_of_a_row_changes_nothing(school: str) -> None:
    """`put_once` never writes over what stands."""
    put_once(note(school, text="first"))
    put_once(note(school, text="second"))

    assert "first" == text_of(school)


# --- races -------------------------------------------------------------------------------------


def _race(school: str, racers: int, run: Callable[[int], object]) -> list[object]:
    """What each of several threads got, or the error it met; each in the school's scope."""

    def racer(number: int) -> object:
        with tenants({school}):
            try:
                return run(number)
            except AppError as e:
                return e

    with ThreadPoolExecutor(racers) as pool:
        return list(pool.map(racer, range(racers)))


@pytest.mark.parametrize("_round", range(10))
def test_eight_creations_of_one_row_have_one_winner(school: str, _round: int) -> None:
    """The others are told; none meets an error of the service."""
    sk = f"race#{ids.new()}"

    def create(number: int) -> int:
        with transaction() as tx:
            tx.create(note(school, sk, text=str(number)))
            tx.create(note(school, f"{sk}#by#{number}"))
        return number

    results = _race(school, 8, create)
    winners = [each for each in results if isinstance(each, int)]

    assert 1 == len(winners)
    assert str(winners[0]) == text_of(school, sk)
    assert 7 == len([each for each in results if isinstance(each, Conflict)])


def test_sums_of_sixteen_writers_are_exact(school: str) -> None:
    """Conflicts are retried and never shown: 16 times 25 is 400."""

    def add(_number: int) -> None:
        for _ in range(25):
            with transaction() as tx:
                tx.update(NoteRow, school, "note#sum", add={"n": 1})
                tx.create(note(school, f"note#{ids.new()}"))

    results = _race(school, 16, add)

    assert [None] * 16 == results
    assert 400 == n_of(school, "note#sum")


def test_eight_replacements_lose_no_update(school: str) -> None:
    """Each writer that says it succeeded is counted in the row."""
    save(note(school, n=0, version=0))

    def bump(_number: int) -> int:
        done = 0
        for _ in range(10):
            row = read(school)
            assert row is not None
            row.n = int(row.n) + 1
            try:
                with transaction() as tx:
                    tx.replace(row)
            except Conflict:
                continue
            done += 1
        return done

    successes = sum(each for each in _race(school, 8, bump) if isinstance(each, int))

    assert successes == n_of(school)
    assert successes > 0
