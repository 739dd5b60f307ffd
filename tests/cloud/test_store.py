"""What Holdfast stands on in the tables' engine (R45), so that an upgrade is judged by a test.

Everything goes through plain boto3: the engine is tested, not our code. The races run in threads
with a client each, against the engine in memory; durability runs against it on disk. The long forms
have the full counts.
"""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

from infra.local import dynoxide, ports, tables
from infra.local.tables import client as a_client

PREFIX = "store-"
RACERS = 8
NAMES = itertools.count(1)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = ports.free()
    process = dynoxide.start(port)
    tables.create_tables(dynoxide.endpoint(port), PREFIX)
    yield dynoxide.endpoint(port)
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def db(address: str) -> Any:
    return a_client(address)


@pytest.fixture(scope="module")
def racers(address: str) -> Iterator[Callable[[Callable[[Any, int], str]], list[str]]]:
    """Runs one function in eight threads at once, each with a client of its own."""
    clients = [a_client(address) for _ in range(RACERS)]
    pool = ThreadPoolExecutor(RACERS)
    line = threading.Barrier(RACERS)

    def race(run: Callable[[Any, int], str]) -> list[str]:
        def one(number: int) -> str:
            line.wait(30)
            return _said(lambda: run(clients[number], number))

        return list(pool.map(one, range(RACERS)))

    yield race
    pool.shutdown()


def _said(act: Callable[[], Any]) -> str:
    """`done`, or the engine's name for why not."""
    try:
        act()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def _key(name: str = "") -> dict[str, Any]:
    return {"tenant": {"S": "t" * 16}, "sk": {"S": name or f"thing#{next(NAMES):08d}"}}


def _put(db: Any, item: dict[str, Any], **more: Any) -> Any:
    return db.put_item(TableName=f"{PREFIX}incidents", Item=item, **more)


def _get(db: Any, key: dict[str, Any]) -> dict[str, Any] | None:
    found = db.get_item(TableName=f"{PREFIX}incidents", Key=key, ConsistentRead=True)
    item: dict[str, Any] | None = found.get("Item")
    return item


# --- one winner -------------------------------------------------------------------------------


def _spend_by_put(db: Any, key: dict[str, Any], number: int) -> Any:
    item = key | {"by": {"N": str(number)}}
    return _put(db, item, ConditionExpression="attribute_not_exists(sk)")


def _spend_by_update(db: Any, key: dict[str, Any], number: int) -> Any:
    return db.update_item(
        TableName=f"{PREFIX}incidents",
        Key=key,
        UpdateExpression="SET #by = :by",
        ConditionExpression="attribute_not_exists(#by)",
        ExpressionAttributeNames={"#by": "by"},
        ExpressionAttributeValues={":by": {"N": str(number)}},
    )


def _spend_by_transaction(db: Any, key: dict[str, Any], number: int) -> Any:
    condition = {"ConditionExpression": "attribute_not_exists(sk)"}
    item = key | {"by": {"N": str(number)}}
    line = _key() | {"about": key["sk"]}
    return db.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": f"{PREFIX}incidents", "Item": item} | condition},
            {"Put": {"TableName": f"{PREFIX}audit", "Item": line} | condition},
        ]
    )


def _delete_once(db: Any, key: dict[str, Any], _number: int) -> Any:
    return db.delete_item(
        TableName=f"{PREFIX}incidents", Key=key, ConditionExpression="attribute_exists(sk)"
    )


REFUSED = {"ConditionalCheckFailedException", "TransactionCanceledException"}


def _one_winner(db: Any, race: Any, spend: Any, *, rounds: int, exists: bool = False) -> None:
    for _ in range(rounds):
        key = _key()
        if exists:
            _put(db, key)
        said = race(lambda own, number, key=key: spend(own, key, number))
        assert 1 == said.count("done"), said
        assert set(said) <= REFUSED | {"done"}, said


@pytest.mark.parametrize(
    "spend", [_spend_by_put, _spend_by_update, _spend_by_transaction], ids=["put", "update", "tx"]
)
def test_of_eight_who_spend_one_token_one_succeeds(db: Any, racers: Any, spend: Any) -> None:
    """A signing link, a sign-in code, a claim on a message: once, whoever presses."""
    _one_winner(db, racers, spend, rounds=200)


def test_of_eight_who_delete_one_item_one_succeeds(db: Any, racers: Any) -> None:
    """What is taken away is taken away by one."""
    _one_winner(db, racers, _delete_once, rounds=200, exists=True)


@pytest.mark.long
@pytest.mark.parametrize(
    "spend", [_spend_by_put, _spend_by_update, _spend_by_transaction], ids=["put", "update", "tx"]
)
def test_of_eight_who_spend_one_token_one_succeeds_a_thousand_times(
    db: Any, racers: Any, spend: Any
) -> None:
    """The same, as often as R45 asks."""
    _one_winner(db, racers, spend, rounds=1000)


def test_counters_lose_no_step(db: Any, racers: Any) -> None:
    """Figures are added to by many at once, and every step counts."""
    key = _key()

    def add(own: Any, _number: int) -> str:
        for _ in range(50):
            own.update_item(
                TableName=f"{PREFIX}reports",
                Key=key,
                UpdateExpression="ADD n :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        return ""

    racers(add)

    found = db.get_item(TableName=f"{PREFIX}reports", Key=key, ConsistentRead=True)["Item"]
    assert str(RACERS * 50) == found["n"]["N"]


def test_two_writers_of_one_version_never_both_win(db: Any, racers: Any) -> None:
    """A history of versioned writes is a line: each version was written once, none is missing."""
    key = _key()
    _put(db, key | {"version": {"N": "0"}})
    wins: list[int] = []

    def write(own: Any, _number: int) -> str:
        for _ in range(20):
            seen = int((_get(own, key) or {})["version"]["N"])
            with contextlib.suppress(ClientError):
                own.update_item(
                    TableName=f"{PREFIX}incidents",
                    Key=key,
                    UpdateExpression="SET version = :next",
                    ConditionExpression="version = :seen",
                    ExpressionAttributeValues={
                        ":next": {"N": str(seen + 1)},
                        ":seen": {"N": str(seen)},
                    },
                )
                wins.append(seen + 1)
        return ""

    racers(write)

    assert sorted(wins) == list(range(1, len(wins) + 1))
    assert str(len(wins)) == (_get(db, key) or {})["version"]["N"]


# --- transactions -----------------------------------------------------------------------------


def _transact(db: Any, items: list[dict[str, Any]], token: str = "") -> Any:
    puts = [{"Put": {"TableName": f"{PREFIX}incidents", "Item": item}} for item in items]
    given = {"ClientRequestToken": token} if token else {}
    return db.transact_write_items(TransactItems=puts, **given)


def test_a_transaction_is_whole_or_nothing(db: Any) -> None:
    """One failed condition takes every other write back, and the reasons keep their order."""
    first, second = _key(), _key()
    _put(db, second)

    with pytest.raises(ClientError) as refused:
        db.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": f"{PREFIX}incidents", "Item": first}},
                {
                    "Put": {
                        "TableName": f"{PREFIX}incidents",
                        "Item": second,
                        "ConditionExpression": "attribute_not_exists(sk)",
                    }
                },
            ]
        )

    assert _get(db, first) is None
    reasons = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
    assert ["None", "ConditionalCheckFailed"] == reasons


def test_a_request_token_makes_a_second_try_the_first_s_success(db: Any) -> None:
    """A reply that was lost is asked for again without writing twice."""
    item = _key() | {"n": {"N": "1"}}
    _transact(db, [item], token="one-token")
    key = {name: item[name] for name in ("tenant", "sk")}
    db.delete_item(TableName=f"{PREFIX}incidents", Key=key)

    _transact(db, [item], token="one-token")

    assert _get(db, key) is None


def test_a_request_token_with_other_content_is_refused(db: Any) -> None:
    """A token is for one request; reuse is a mistake that must be seen."""
    _transact(db, [_key()], token="other-token")

    said = _said(lambda: _transact(db, [_key()], token="other-token"))

    assert "IdempotentParameterMismatchException" == said


def test_a_transaction_takes_a_hundred_items_and_no_more(db: Any) -> None:
    """The design packs into a hundred; one more must fail here as it would on AWS."""
    _transact(db, [_key() for _ in range(100)])

    assert "ValidationException" == _said(lambda: _transact(db, [_key() for _ in range(101)]))


def test_a_transaction_takes_four_megabytes_and_no_more(db: Any) -> None:
    """Eleven items of 390 KB are more than a transaction may hold."""
    large = [_key() | {"body": {"B": b"x" * 390_000}} for _ in range(11)]

    assert "ValidationException" == _said(lambda: _transact(db, large))


def test_a_transaction_names_an_item_once(db: Any) -> None:
    """Two writes to one item in one transaction are refused, as on AWS."""
    item = _key()

    assert "ValidationException" == _said(lambda: _transact(db, [item, item]))


# --- items, keys and queries ------------------------------------------------------------------


def test_an_item_of_more_than_400_kilobytes_is_refused(db: Any) -> None:
    """Raw alert bodies are cut in chunks because of this."""
    _put(db, _key() | {"body": {"B": b"x" * 409_000}})

    assert "ValidationException" == _said(
        lambda: _put(db, _key() | {"body": {"B": b"x" * 410_000}})
    )


def test_an_empty_string_is_a_value_but_no_key(db: Any) -> None:
    """A field left empty is kept as empty; a key cannot be."""
    item = _key() | {"note": {"S": ""}}
    _put(db, item)

    assert {"S": ""} == (_get(db, {k: item[k] for k in ("tenant", "sk")}) or {})["note"]
    assert "ValidationException" == _said(lambda: _put(db, _key() | {"sk": {"S": ""}}))


def test_numbers_keep_38_digits(db: Any) -> None:
    """A figure comes back as it was written."""
    key, number = _key(), "12345678901234567890123456789012345678"
    _put(db, key | {"n": {"N": number}})

    assert Decimal(number) == TypeDeserializer().deserialize((_get(db, key) or {})["n"])


def test_a_query_gives_keys_in_the_order_of_their_bytes(db: Any) -> None:
    """Time order is text order; capitals come before small letters, both before accents."""
    tenant = "o" * 16
    names = ["é", "a", "B", "b#2", "b#10", "A", "z", "~"]
    for name in names:
        _put(db, {"tenant": {"S": tenant}, "sk": {"S": name}})

    found = _query(db, tenant)

    assert sorted(names, key=lambda name: name.encode()) == [row["sk"]["S"] for row in found]
    assert found[::-1] == _query(db, tenant, ScanIndexForward=False)


def test_a_page_ends_at_one_megabyte_and_the_next_goes_on(db: Any) -> None:
    """Nothing is cut off silently: a page that is not the last says where it stopped."""
    tenant = "p" * 16
    for number in range(12):
        body = {"B": b"x" * 200_000}
        _put(db, {"tenant": {"S": tenant}, "sk": {"S": f"{number:02d}"}, "body": body})
    first = _asked(db, tenant)

    assert first["LastEvaluatedKey"]
    assert len(first["Items"]) < 12
    assert 12 == len(_query(db, tenant))


def test_a_filter_is_applied_after_the_limit(db: Any) -> None:
    """A page can be empty and not the last, which the paging code must know."""
    tenant = "f" * 16
    for number in range(6):
        wanted = {"N": str(int(number == 5))}
        _put(db, {"tenant": {"S": tenant}, "sk": {"S": str(number)}, "wanted": wanted})
    condition = {
        "FilterExpression": "wanted = :one",
        "ExpressionAttributeValues": {":t": {"S": tenant}, ":one": {"N": "1"}},
    }

    page = _asked(db, tenant, Limit=3, **condition)

    assert [] == page["Items"]
    assert page["LastEvaluatedKey"]


def test_the_due_index_holds_only_what_is_due_and_only_its_keys(db: Any) -> None:
    """A message that was sent leaves the index; nothing but ids can be read from it."""
    due = _key() | {"due": {"S": "GLOBAL#due#00"}, "due_at": {"S": "2026-11-22"}, "x": {"S": "y"}}
    for item in (due, _key() | {"x": {"S": "y"}}):
        db.put_item(TableName=f"{PREFIX}outbox", Item=item)

    assert [{name: due[name] for name in ("tenant", "sk", "due", "due_at")}] == _due(db)

    db.update_item(
        TableName=f"{PREFIX}outbox",
        Key={name: due[name] for name in ("tenant", "sk")},
        UpdateExpression="REMOVE due, due_at",
    )

    assert [] == _due(db)


def test_what_has_expired_may_still_be_read(db: Any) -> None:
    """AWS deletes within days, so the code compares times itself; the engine must not hide that."""
    key = _key()
    db.put_item(TableName=f"{PREFIX}ephemera", Item=key | {"expires": {"N": "1"}})

    assert db.get_item(TableName=f"{PREFIX}ephemera", Key=key, ConsistentRead=True).get("Item")


def test_an_unknown_table_and_a_wrong_key_are_refused(db: Any) -> None:
    """Mistakes are errors here as on AWS, not silence."""
    assert "ResourceNotFoundException" == _said(
        lambda: db.get_item(TableName="nowhere", Key=_key())
    )
    assert "ValidationException" == _said(
        lambda: db.get_item(TableName=f"{PREFIX}incidents", Key={"tenant": {"S": "x"}})
    )


def test_what_was_consumed_is_told(db: Any) -> None:
    """The cost of each operation is asserted elsewhere from these figures (P9)."""
    told = _put(db, _key() | {"body": {"B": b"x" * 1500}}, ReturnConsumedCapacity="TOTAL")

    assert 2.0 == told["ConsumedCapacity"]["CapacityUnits"]


# --- durability -------------------------------------------------------------------------------


def _lives(state: Path, kills: int, writes: int) -> tuple[int, int]:
    """Write, kill -9 in the midst, start again; how many were acknowledged, how many lost."""
    acknowledged: list[dict[str, Any]] = []
    for life in range(kills):
        port = ports.free()
        process = dynoxide.start(port, state / "tables.db")
        address = dynoxide.endpoint(port)
        tables.create_tables(address, PREFIX)
        killer = threading.Timer(0.1 + 0.07 * (life % 5), process.kill)
        db = a_client(address)
        started = time.monotonic()
        killer.start()
        with contextlib.suppress(ClientError, BotoCoreError, OSError):
            for _ in range(writes):
                item = _key()
                _transact(db, [item, _key() | {"about": item["sk"]}])
                acknowledged.append(item)
        killer.join()
        process.wait()
        assert time.monotonic() - started < 60
    port = ports.free()
    process = dynoxide.start(port, state / "tables.db")
    db = a_client(dynoxide.endpoint(port))
    lost = sum(_get(db, item) is None for item in acknowledged)
    process.kill()
    process.wait()
    return len(acknowledged), lost


def test_what_was_acknowledged_outlives_kill_9(tmp_path: Path) -> None:
    """A power cut takes nothing that somebody was told is kept."""
    acknowledged, lost = _lives(tmp_path / "tables", kills=5, writes=500)

    assert acknowledged > 20
    assert 0 == lost


@pytest.mark.long
def test_what_was_acknowledged_outlives_kill_9_many_times(tmp_path: Path) -> None:
    """The same, 25 lives long."""
    acknowledged, lost = _lives(tmp_path / "tables", kills=25, writes=500)

    assert acknowledged > 500
    assert 0 == lost


def test_the_store_s_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    """Another account of this machine cannot enter where the records lie."""
    process = dynoxide.start(ports.free(), tmp_path / "records" / "tables.db")
    process.kill()
    process.wait()

    assert 0o700 == (tmp_path / "records").stat().st_mode & 0o777


def _asked(db: Any, tenant: str, **more: Any) -> dict[str, Any]:
    request: dict[str, Any] = {
        "TableName": f"{PREFIX}incidents",
        "KeyConditionExpression": "tenant = :t",
        "ExpressionAttributeValues": {":t": {"S": tenant}},
    }
    answer: dict[str, Any] = db.query(**request | more)
    return answer


def _query(db: Any, tenant: str, **more: Any) -> list[dict[str, Any]]:
    """Every page, without the bodies."""
    page = _asked(db, tenant, **more)
    items = page["Items"]
    while "LastEvaluatedKey" in page:
        page = _asked(db, tenant, ExclusiveStartKey=page["LastEvaluatedKey"], **more)
        items += page["Items"]
    return [{name: item[name] for name in ("tenant", "sk")} for item in items]


def _due(db: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = db.query(
        TableName=f"{PREFIX}outbox",
        IndexName="due-index",
        KeyConditionExpression="due = :due",
        ExpressionAttributeValues={":due": {"S": "GLOBAL#due#00"}},
    )["Items"]
    return found
