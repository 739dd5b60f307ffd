"""However DynamoDB is called, the guard stands in the way: 12 forms for own, foreign, no tenant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Key
from botocore.httpsession import URLLib3Session
from pynamodb.connection import Connection
from pynamodb.transactions import TransactGet, TransactWrite

from chalicelib import ids
from chalicelib.storage import Refused, table, tenants
from chalicelib.storage.connection import key_of
from tests.faults import nemesis
from tests.storage.notes import NoteRow

NAME = table("registers")


def _query(tenant: str) -> None:
    list(NoteRow.query(tenant, NoteRow.sk.startswith("note#")))


def _batch_get(tenant: str) -> None:
    list(NoteRow.batch_get([(tenant, "note#1"), (tenant, "note#2")]))


def _batch_write(tenant: str) -> None:
    with NoteRow.batch_write() as batch:
        batch.save(NoteRow(tenant, "note#1"))


def _transact_write(tenant: str) -> None:
    with TransactWrite(connection=Connection(region="eu-west-2")) as tx:
        tx.save(NoteRow(tenant, "note#1"))


def _transact_get(tenant: str) -> None:
    with TransactGet(connection=Connection(region="eu-west-2")) as tx:
        tx.get(NoteRow, tenant, "note#1")


def _client(tenant: str) -> None:
    boto3.client("dynamodb").get_item(
        TableName=NAME, Key={"tenant": {"S": tenant}, "sk": {"S": "note#1"}}
    )


def _resource(tenant: str) -> None:
    boto3.resource("dynamodb").Table(NAME).query(KeyConditionExpression=Key("tenant").eq(tenant))


def _statement(tenant: str) -> None:
    boto3.client("dynamodb").execute_statement(
        Statement=f'SELECT * FROM "{NAME}" WHERE tenant = ?',  # noqa: S608 - a constant
        Parameters=[{"S": tenant}],
    )


FORMS: dict[str, tuple[Callable[[str], Any], bool]] = {
    "pynamodb save": (lambda tenant: NoteRow(tenant, "note#1").save(), True),
    "pynamodb get": (lambda tenant: NoteRow.get(tenant, "note#1"), True),
    "pynamodb delete": (lambda tenant: NoteRow(tenant, "note#2").delete(), True),
    "pynamodb query": (_query, True),
    "pynamodb scan": (lambda _tenant: list(NoteRow.scan()), False),
    "pynamodb batch get": (_batch_get, True),
    "pynamodb batch write": (_batch_write, True),
    "pynamodb transact write": (_transact_write, True),
    "pynamodb transact get": (_transact_get, True),
    "boto3 client": (_client, True),
    "boto3 resource": (_resource, True),
    "boto3 statement": (_statement, False),
}


@pytest.fixture(autouse=True)
def _a_note(school: str) -> None:
    NoteRow(school, "note#1").save()


@pytest.mark.parametrize("whose", ["own", "foreign", "none"])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_call_reaches_the_tables_for_its_own_tenant_alone(
    form: str, whose: str, school: str
) -> None:
    """Own passes where the guard can read it; foreign and none never leave the process."""
    call, readable = FORMS[form]
    wanted = ids.tenant() if whose == "foreign" else school
    passes = whose == "own" and readable
    expected = nullcontext() if passes else pytest.raises(Refused)

    with _scope(school, whose), nemesis() as seen, expected:
        call(wanted)

    # PynamoDB asks for a table's description first; that carries no item.
    assert passes == bool(set(seen.calls) - {"DescribeTable"})


@contextmanager
def _scope(school: str, whose: str) -> Iterator[None]:
    if whose == "none":
        from chalicelib.storage import guard

        mark = guard._scope.set(None)
        yield
        guard._scope.reset(mark)
        return
    with tenants({school}):
        yield


def test_every_call_names_itself_in_one_word(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever client makes it: what botocore would say of itself costs more than a signature."""
    said = []
    real = URLLib3Session.send

    def heard(session: URLLib3Session, request: Any) -> Any:
        said.append(request.headers["User-Agent"])
        return real(session, request)

    monkeypatch.setattr(URLLib3Session, "send", heard)
    tenant = ids.tenant()
    with tenants({tenant}):
        _query(tenant)
        boto3.client("dynamodb").get_item(TableName=NAME, Key=key_of(tenant, "note#1"))

    assert ["holdfast", "holdfast"] == [str(each, "ascii").split()[0] for each in said]
