"""The first wall: every table and index key begins with the tenant (R1)."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pynamodb.indexes import Index

import chalicelib
from chalicelib import ids
from chalicelib.storage import Row, guard
from infra.local import tables


def every_row_class() -> list[type[Row]]:
    """Every row class of the application, in whatever package it stands."""
    top = Path(chalicelib.__file__).parent
    for file in top.rglob("*.py"):
        if re.search(r"^class \w+\([\w., ]*(Row|Model)\b", file.read_text(), re.MULTILINE):
            importlib.import_module(".".join(file.relative_to(top.parent).with_suffix("").parts))
    return [each for each in _below(Row) if each.__module__.startswith("chalicelib.")]


def _below(base: type[Row]) -> Iterator[type[Row]]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)


ROWS = every_row_class()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__qualname__)
def test_every_row_is_keyed_by_its_tenant(row: type[Row]) -> None:
    """No row class has another hash key, and none declares an index of its own."""
    attributes = row.get_attributes()
    hashes = [name for name, attribute in attributes.items() if attribute.is_hash_key]
    ranges = [name for name, attribute in attributes.items() if attribute.is_range_key]

    assert (["tenant"], ["sk"]) == (hashes, ranges)
    assert not [name for name in dir(row) if isinstance(getattr(row, name, None), Index)]


def test_every_row_stands_in_a_table_of_the_template() -> None:
    """A row class that names a table nobody makes would fail on its first day."""
    named = {row.Meta.table_name.removeprefix("holdfast-test-") for row in ROWS if _placed(row)}

    assert set(tables.definitions()) >= named
    assert {"ephemera", "outbox", "audit", "directory"} <= named


def _placed(row: type[Row]) -> bool:
    return hasattr(row, "Meta") and hasattr(row.Meta, "table_name")


@pytest.mark.parametrize("name", sorted(tables.definitions()))
def test_every_table_of_the_template_is_keyed_by_its_tenant(name: str) -> None:
    """The tables as made have the same keys, and no index but the list of what is due."""
    definition = tables.definitions()[name]
    keys = [(each["AttributeName"], each["KeyType"]) for each in definition["KeySchema"]]
    indexes = {
        index["IndexName"]: index["KeySchema"][0]["AttributeName"]
        for index in definition.get("GlobalSecondaryIndexes", [])
    }

    assert [("tenant", "HASH"), ("sk", "RANGE")] == keys
    assert (guard.INDEX_HASH_KEYS if name == "outbox" else {}) == indexes
    assert "LocalSecondaryIndexes" not in definition


def test_no_tenant_is_a_prefix_of_another() -> None:
    """Ten thousand ids: one length, one alphabet, none twice, none starting like the globals."""
    made = [ids.tenant() for _ in range(10_000)]

    assert 10_000 == len(set(made))
    assert all(ids.is_tenant(each) for each in made)
    assert not [each for each in made if each.startswith(guard.GLOBAL[:1])]
    assert {ids.TENANT_LENGTH} == {len(each) for each in made}


@pytest.mark.parametrize(
    "text", ["", "a" * 15, "a" * 17, "A" * 16, "GLOBAL#register#", "a" * 15 + "#", "a" * 15 + "i"]
)
def test_what_is_no_tenant_id_is_told_apart(text: str) -> None:
    """Only the shape that `ids.tenant` makes is one."""
    assert not ids.is_tenant(text)


def test_what_belongs_to_no_tenant_is_four_kinds() -> None:
    """And each is said once, in one constant."""
    assert 4 == len(set(guard.GLOBAL_KINDS))
