"""The second wall: what may leave for the tables, and for whom (R2)."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import boto3
import botocore
import botocore.session
import pytest

from chalicelib.storage import GLOBAL_HOLDERS, Refused, guard, tenants
from tests.faults import nemesis

ME = "h0ldfast0wn0ne01"  # fixed, so that every worker collects the same tests
THEM = "h0ldfastf0re1gn2"


def sees(operation: str, request: Mapping[str, Any], **scope: Any) -> None:
    """Show the guard a request while `ME` is in force."""
    with tenants({ME}, **scope):
        guard.check(operation, request)


def key(tenant: str = ME, **more: Any) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "sk": {"S": "note#1"}, **more}


# --- the operations of the service -------------------------------------------------------------

PARSED = {
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
}


def test_every_operation_of_the_service_is_parsed_or_refused() -> None:
    """An operation botocore learns tomorrow is refused until somebody reads it."""
    model = botocore.session.get_session().get_service_model("dynamodb")
    names = set(model.operation_names)
    let_by = set()
    for name in names - PARSED:
        try:
            sees(name, {"TableName": "holdfast-test-incidents", "Statement": "SELECT 1"})
        except Refused:
            continue
        let_by.add(name)

    assert names >= PARSED
    assert guard.WITHOUT_ITEMS == let_by
    assert not {name for name in let_by if "Item" in name or "Statement" in name}


@pytest.mark.parametrize("operation", sorted(PARSED))
def test_a_parsed_operation_without_a_scope_is_refused(operation: str) -> None:
    """Work that nobody gave a tenant touches nothing."""
    with pytest.raises(Refused):
        guard.check(operation, {"Key": key(), "Item": key()})


def test_streams_are_refused(store: str) -> None:
    """Streams carry items of every tenant and name none in the request."""
    streams = boto3.client("dynamodbstreams", endpoint_url=store)

    with tenants({ME}), nemesis() as seen, pytest.raises(Refused):
        streams.get_records(ShardIterator="x")

    assert [] == seen.calls


# --- keys --------------------------------------------------------------------------------------

KEYED: list[tuple[str, Any]] = [
    ("GetItem", lambda tenant: {"Key": key(tenant)}),
    ("PutItem", lambda tenant: {"Item": key(tenant)}),
    ("UpdateItem", lambda tenant: {"Key": key(tenant)}),
    ("DeleteItem", lambda tenant: {"Key": key(tenant)}),
    ("BatchGetItem", lambda tenant: {"RequestItems": {"t": {"Keys": [key(), key(tenant)]}}}),
    (
        "BatchGetItem",
        lambda tenant: {"RequestItems": {"t": {"Keys": [key()]}, "u": {"Keys": [key(tenant)]}}},
    ),
    (
        "BatchWriteItem",
        lambda tenant: {
            "RequestItems": {
                "t": [{"PutRequest": {"Item": key()}}, {"PutRequest": {"Item": key(tenant)}}]
            }
        },
    ),
    (
        "BatchWriteItem",
        lambda tenant: {"RequestItems": {"t": [{"DeleteRequest": {"Key": key(tenant)}}]}},
    ),
    ("TransactGetItems", lambda tenant: {"TransactItems": [{"Get": {"Key": key(tenant)}}]}),
    *[
        (
            "TransactWriteItems",
            lambda tenant, part=part, slot=slot: {
                "TransactItems": [{"Put": {"Item": key()}}, {part: {slot: key(tenant)}}]
            },
        )
        for part, slot in [
            ("Put", "Item"),
            ("Update", "Key"),
            ("Delete", "Key"),
            ("ConditionCheck", "Key"),
        ]
    ],
    (
        "Query",
        lambda tenant: {
            "KeyConditionExpression": "tenant = :t AND begins_with(sk, :s)",
            "ExpressionAttributeValues": {":t": {"S": tenant}, ":s": {"S": "note#"}},
        },
    ),
    (
        "Query",
        lambda tenant: {
            "KeyConditionExpression": "#0 = :0 AND #1 BETWEEN :1 AND :2",
            "ExpressionAttributeNames": {"#0": "tenant", "#1": "sk"},
            "ExpressionAttributeValues": {":0": {"S": tenant}, ":1": {"S": "a"}, ":2": {"S": "b"}},
        },
    ),
]


@pytest.mark.parametrize(("operation", "request_for"), KEYED)
def test_a_foreign_key_anywhere_in_a_request_is_refused(operation: str, request_for: Any) -> None:
    """One foreign key among own ones refuses the whole request; own keys alone pass."""
    sees(operation, request_for(ME))

    with pytest.raises(Refused):
        sees(operation, request_for(THEM))


@pytest.mark.parametrize(
    "tenant", ["", ME[:-1], f"{ME}x", ME.upper(), f" {ME}", "GLOBAL#register", "GLOBAL#", "GLOBAL"]
)
def test_a_key_that_only_resembles_a_tenant_is_refused(tenant: str) -> None:
    """Neither a prefix, nor a longer text, nor the global partitions pass for a tenant."""
    with pytest.raises(Refused):
        sees("GetItem", {"Key": key(tenant)})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Key": {}},
        {"Key": {"sk": {"S": "x"}}},
        {"Key": {"tenant": {"N": "1"}}},
        {"Key": {"tenant": None}},
        {"Item": {"tenant": "bare"}},
    ],
)
def test_a_request_whose_key_cannot_be_read_is_refused(body: dict[str, Any]) -> None:
    """What the guard cannot tell, it does not let out."""
    for operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem"):
        with pytest.raises(Refused):
            sees(operation, body)


@pytest.mark.parametrize(
    ("expression", "names", "values"),
    [
        ("", {}, {}),
        ("sk = :t", {}, {":t": {"S": ME}}),
        ("tenant = :gone", {}, {":t": {"S": ME}}),
        ("tenant > :t", {}, {":t": {"S": ME}}),
        ("tenant >= :t", {}, {":t": {"S": ME}}),
        ("begins_with(tenant, :t)", {}, {":t": {"S": ME}}),
        ("tenant = :t AND tenant = :u", {}, {":t": {"S": ME}, ":u": {"S": THEM}}),
        ("tenant = :t", {}, {":t": {"N": "1"}}),
        ("tenant = :t", {}, {":t": {"S": ""}}),
        ("#k = :t", {"#k": "sk"}, {":t": {"S": ME}}),
    ],
)
def test_a_query_whose_partition_is_not_plain_is_refused(
    expression: str, names: dict[str, str], values: dict[str, Any]
) -> None:
    """A query names exactly one partition, by equality, as text."""
    with pytest.raises(Refused):
        sees(
            "Query",
            {
                "KeyConditionExpression": expression,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            },
        )


@pytest.mark.parametrize("write", [{}, {"PutRequest": {}}, {"DeleteRequest": {}}, {"Other": {}}])
def test_a_batch_write_that_cannot_be_read_is_refused(write: dict[str, Any]) -> None:
    """A write without a key is nobody's."""
    with pytest.raises(Refused):
        sees("BatchWriteItem", {"RequestItems": {"t": [write]}})


def test_a_query_of_the_old_form_is_refused() -> None:
    """`KeyConditions` is not read, so it is not let out."""
    condition = {"tenant": {"AttributeValueList": [{"S": ME}], "ComparisonOperator": "EQ"}}

    with pytest.raises(Refused):
        sees("Query", {"KeyConditions": condition})


# --- the global partitions ---------------------------------------------------------------------


def test_there_are_four_global_kinds() -> None:
    """What belongs to no tenant stands in one constant, and is little (R1)."""
    assert ("register", "due", "email", "rate") == guard.GLOBAL_KINDS


@pytest.mark.parametrize("holder", sorted(GLOBAL_HOLDERS))
def test_a_named_holder_reaches_the_four_kinds_and_no_other(holder: str) -> None:
    """Holding GLOBAL opens its kinds, not whatever starts with the word."""
    for kind in guard.GLOBAL_KINDS:
        sees("GetItem", {"Key": key(f"GLOBAL#{kind}#x")}, global_holder=holder)

    for tenant in ("GLOBAL#", "GLOBAL#people#x", "GLOBAL#dues", THEM):
        with pytest.raises(Refused):
            sees("GetItem", {"Key": key(tenant)}, global_holder=holder)


def test_nobody_else_may_hold_the_global_partitions() -> None:
    """A new holder is added to the list, where it is seen in review."""
    with pytest.raises(ValueError, match="not a holder"), tenants({ME}, global_holder="web"):
        pass


# --- the index ---------------------------------------------------------------------------------


def query_index(name: str, value: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeyConditionExpression": "due = :d AND due_at <= :now",
        "ExpressionAttributeValues": {":d": {"S": value}, ":now": {"S": "2026"}},
    }


def test_the_list_of_what_is_due_is_read_by_its_holders_only() -> None:
    """A school's own work cannot list what waits at other schools."""
    sees("Query", query_index("due-index", "GLOBAL#due#0a"), global_holder="sweep")

    with pytest.raises(Refused):
        sees("Query", query_index("due-index", "GLOBAL#due#0a"))
    with pytest.raises(Refused):
        sees("Query", query_index("another-index", "GLOBAL#due#0a"), global_holder="sweep")
    with pytest.raises(Refused):
        sees("Query", query_index("due-index", THEM), global_holder="sweep")


def test_an_index_nobody_knows_is_refused() -> None:
    """Even when its query names one's own tenant: what it is keyed by, the guard cannot tell."""
    request = {
        "IndexName": "another-index",
        "KeyConditionExpression": "tenant = :t",
        "ExpressionAttributeValues": {":t": {"S": ME}},
    }

    with pytest.raises(Refused):
        sees("Query", request)


def test_an_index_is_queried_by_its_own_key() -> None:
    """Naming the index and giving the tenant leaves the index's partition open: refused."""
    request = {
        "IndexName": "due-index",
        "KeyConditionExpression": "tenant = :t",
        "ExpressionAttributeValues": {":t": {"S": ME}},
    }

    with pytest.raises(Refused):
        sees("Query", request)


GOOD_SHARD = {"S": "GLOBAL#due#0f"}
BAD_SHARDS: list[dict[str, Any]] = [
    {"S": "GLOBAL#due#10"},
    {"S": "GLOBAL#due#0g"},
    {"S": "GLOBAL#due#0f\n"},
    {"S": "GLOBAL#register"},
    {"S": THEM},
    {"S": ""},
    {"N": "1"},
    {"NULL": True},
]


@pytest.mark.parametrize("bad", BAD_SHARDS)
def test_an_item_is_put_only_with_a_well_formed_index_key(bad: dict[str, Any]) -> None:
    """Whatever lands in the index lands in one of its sixteen shards."""
    puts: list[tuple[str, Any]] = [
        ("PutItem", lambda due: {"Item": key(due=due)}),
        ("TransactWriteItems", lambda due: {"TransactItems": [{"Put": {"Item": key(due=due)}}]}),
        (
            "BatchWriteItem",
            lambda due: {"RequestItems": {"t": [{"PutRequest": {"Item": key(due=due)}}]}},
        ),
    ]
    for operation, request_with in puts:
        sees(operation, request_with(GOOD_SHARD))
        with pytest.raises(Refused):
            sees(operation, request_with(bad))


def update(expression: str, names: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
    return {
        "Key": key(),
        "UpdateExpression": expression,
        "ExpressionAttributeNames": names or {},
        "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
    }


WELL_FORMED_UPDATES = [
    update("SET due = :x", x=GOOD_SHARD),
    update("SET #d = :x, n = :n", {"#d": "due"}, x=GOOD_SHARD, n={"N": "1"}),
    update("set #d=:x", {"#d": "due"}, x=GOOD_SHARD),
    update("SET n = n + :n REMOVE due, due_at", n={"N": "1"}),
    update("SET n = :n REMOVE #d", {"#d": "due"}, n={"N": "1"}),
    update("SET due_at = :x", x={"S": "2026-10-06T09:00:00.000Z"}),
    update("SET overdue = :x", x={"S": "yes"}),
    update("ADD n :n", n={"N": "1"}),
]
ILL_FORMED_UPDATES = [
    *[update("SET due = :x", x=bad) for bad in BAD_SHARDS],
    *[update("SET #d = :x", {"#d": "due"}, x=bad) for bad in BAD_SHARDS],
    update("SET #d = :y, #e = :x", {"#d": "due", "#e": "due"}, y=GOOD_SHARD, x={"S": THEM}),
    update("SET due = if_not_exists(due, :x)", x={"S": THEM}),
    update("SET #d = if_not_exists(#d, :x)", {"#d": "due"}, x={"S": THEM}),
    update("SET due = if_not_exists(due, :x)", x=GOOD_SHARD),
    update("SET due = other"),
    update("SET n = :n, due = #o", {"#o": "other"}, n={"N": "1"}),
    update("SET due=:gone"),
    update("SET due = :x", y=GOOD_SHARD),
    update("ADD due :x", x={"SS": [THEM]}),
    update("DELETE #d :x", {"#d": "due"}, x={"SS": [THEM]}),
    update("SET n = :n SET due = :x", n={"N": "1"}, x={"S": THEM}),
    update("sEt due = :x", x={"S": THEM}),
    {"Key": key(), "AttributeUpdates": {"due": {"Value": {"S": THEM}, "Action": "PUT"}}},
    {"Key": key(), "AttributeUpdates": {"n": {"Value": {"N": "1"}, "Action": "PUT"}}},
]


@pytest.mark.parametrize("request_", WELL_FORMED_UPDATES)
def test_an_update_may_set_a_shard_and_remove_it(request_: dict[str, Any]) -> None:
    """What the outbox and the clocks do passes, alone and in a transaction."""
    sees("UpdateItem", request_)
    sees("TransactWriteItems", {"TransactItems": [{"Update": request_}]})


@pytest.mark.parametrize("request_", ILL_FORMED_UPDATES)
def test_an_update_cannot_set_the_index_key_to_anything_else(request_: dict[str, Any]) -> None:
    """However it is written: by name or placeholder, function, copy, sum, or the old form."""
    with pytest.raises(Refused):
        sees("UpdateItem", request_)
    with pytest.raises(Refused):
        sees("TransactWriteItems", {"TransactItems": [{"Update": request_}]})


# --- tables that only grow -----------------------------------------------------------------------

AUDIT = "holdfast-test-audit"
ABSENT = "attribute_not_exists(sk)"


def test_a_line_of_the_audit_is_put_where_none_stands() -> None:
    """The table that only grows takes new lines (IAM grants PutItem, which could overwrite)."""
    put = {"TableName": AUDIT, "Item": key(), "ConditionExpression": ABSENT}

    sees("PutItem", put)
    sees("TransactWriteItems", {"TransactItems": [{"Put": put}]})


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("PutItem", {"Item": key()}),
        ("PutItem", {"Item": key(), "ConditionExpression": "attribute_exists(sk)"}),
        ("PutItem", {"Item": key(), "ConditionExpression": f"{ABSENT} OR at < :x"}),
        ("UpdateItem", {"Key": key(), "UpdateExpression": "SET by = :x"}),
        ("UpdateItem", {"Key": key(), "ConditionExpression": ABSENT}),
        ("DeleteItem", {"Key": key(), "ConditionExpression": ABSENT}),
        ("DeleteItem", {"Key": key()}),
    ],
)
def test_a_line_of_the_audit_is_never_changed(operation: str, request_: dict[str, Any]) -> None:
    """Nobody overwrites, updates or deletes a line, alone or in a transaction (R25)."""
    whole = {"TableName": AUDIT, **request_}
    with pytest.raises(Refused):
        sees(operation, whole)
    part = operation.removesuffix("Item")
    with pytest.raises(Refused):
        sees("TransactWriteItems", {"TransactItems": [{part: whole}]})


def test_lines_of_the_audit_are_not_written_in_batches() -> None:
    """A batch takes no conditions, so it could overwrite."""
    with pytest.raises(Refused):
        sees("BatchWriteItem", {"RequestItems": {AUDIT: [{"PutRequest": {"Item": key()}}]}})


# --- reading only ------------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "request_for"), KEYED)
def test_read_only_work_reads_and_never_writes(operation: str, request_for: Any) -> None:
    """A trust's report may look at its schools and change nothing there."""
    reads = operation in {"GetItem", "BatchGetItem", "TransactGetItems", "Query"}
    expected: AbstractContextManager[Any] = nullcontext() if reads else pytest.raises(Refused)

    with expected:
        sees(operation, request_for(ME), read_only=True)


# --- the scope ---------------------------------------------------------------------------------


def test_the_scope_before_returns_after() -> None:
    """Scopes nest, and the inner one replaces the outer: nothing adds up."""
    with tenants({ME}):
        with tenants({THEM}, read_only=True):
            inner = guard.current()
            with pytest.raises(Refused):
                guard.check("GetItem", {"Key": key(ME)})
        outer = guard.current()

    assert guard.Scope(frozenset({THEM}), read_only=True) == inner
    assert guard.Scope(frozenset({ME})) == outer
    assert guard.current() is None


def test_the_scope_ends_when_the_work_fails() -> None:
    """A handler that raises leaves no tenant behind for the next request (R8)."""
    with pytest.raises(ZeroDivisionError), tenants({ME}):
        raise ZeroDivisionError

    assert guard.current() is None


def test_a_refusal_names_no_key() -> None:
    """What is refused is logged, so it says the rule and not whose key it was."""
    with pytest.raises(Refused) as refused:
        sees("GetItem", {"Key": key(THEM)})

    assert THEM not in str(refused.value) and ME not in str(refused.value)


def test_installing_twice_hooks_once() -> None:
    """A second import does not make every call pay twice."""
    guard.install()
    guard.install()

    assert 1 == botocore._INITIALIZERS.count(guard._on_session)
