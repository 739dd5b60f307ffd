"""Sealed values: closed to everybody but their own tenant, in their own place (R7)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.storage import SealBroken, get, keyring, sealed, tenants, transaction
from chalicelib.storage.connection import call, key_of
from chalicelib.storage.key_rows import KeyRow, sk_of
from tests.storage.conftest import a_tenant
from tests.storage.notes import FarNoteRow, NoteRow

PLACE = ("holdfast-test-registers", "note#1", "sealed")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def two_schools(engine: str) -> tuple[str, str]:
    return a_tenant(), a_tenant()


@given(private=st.dictionaries(st.text(max_size=20), json_values, max_size=6))
@settings(deadline=None)
def test_what_was_sealed_opens_in_its_place(
    two_schools: tuple[str, str], private: dict[str, Any]
) -> None:
    """Any JSON comes back as it went in, long values (which are compressed) included."""
    school, _ = two_schools
    for given_ in (private, {**private, "long": "x" * 5000}):
        with tenants({school}):
            closed = sealed.seal(school, *PLACE, given_)
            opened = sealed.unseal(school, *PLACE, closed)

        assert given_ == opened


places = st.tuples(
    st.booleans(),
    st.sampled_from(["incidents", "alerts", "registers"]),
    st.sampled_from(["note#1", "note#2", "note#1#event#000001"]),
    st.sampled_from(["sealed", "raw"]),
)


@given(here=places, there=places, size=st.sampled_from([0, 20, 900]))
@settings(max_examples=1000, deadline=None)
def test_a_value_moved_elsewhere_does_not_open(
    two_schools: tuple[str, str],
    here: tuple[bool, str, str, str],
    there: tuple[bool, str, str, str],
    size: int,
) -> None:
    """Another tenant, table, item or attribute: a thousand swaps, none opens."""
    if here == there:
        return
    from_tenant, to_tenant = two_schools[here[0]], two_schools[there[0]]
    with tenants({from_tenant, to_tenant}):
        closed = sealed.seal(from_tenant, *here[1:], {"text": "x" * size})

        with pytest.raises(SealBroken):
            sealed.unseal(to_tenant, *there[1:], closed)


def test_even_under_one_key_a_value_is_its_own_tenants(
    two_schools: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place names the tenant, so a mix-up of keys would still open nothing."""
    one, other = two_schools
    monkeypatch.setattr(keyring, "current", lambda _tenant: (1, bytes(32)))
    monkeypatch.setattr(keyring, "numbered", lambda _tenant, _number: bytes(32))
    closed = sealed.seal(one, *PLACE, {"text": "x"})

    assert {"text": "x"} == sealed.unseal(one, *PLACE, closed)
    with pytest.raises(SealBroken):
        sealed.unseal(other, *PLACE, closed)


@given(spot=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_a_value_with_one_byte_altered_does_not_open(
    two_schools: tuple[str, str], spot: float, flip: int
) -> None:
    """Its head included: schema version, key number, compression (R7's version swap)."""
    school, _ = two_schools
    with tenants({school}):
        closed = bytearray(sealed.seal(school, *PLACE, {"text": "x" * 900}))
        closed[int(spot * len(closed))] ^= flip

        with pytest.raises(SealBroken):
            sealed.unseal(school, *PLACE, bytes(closed))


@pytest.mark.parametrize("value", [b"", b"\x01", b"\x01\x01\x00", b"\x01\x01\x00" + b"x" * 12])
def test_a_value_cut_short_does_not_open(school: str, value: bytes) -> None:
    """A stump is a broken seal, not another kind of error."""
    with pytest.raises(SealBroken):
        sealed.unseal(school, *PLACE, value)


def test_a_row_swapped_between_items_does_not_open(school: str) -> None:
    """A sealed part pasted onto another row of the same school is refused on reading."""
    first, second = NoteRow(school, "note#1"), FarNoteRow(school, "note#1")
    first.seal({"name": "Asha"})
    second.sealed = first.sealed
    with transaction() as tx:
        tx.create(first)
        tx.create(second)

    assert {"name": "Asha"} == _read(NoteRow, school).unseal()
    with pytest.raises(SealBroken):
        _read(FarNoteRow, school).unseal()


def _read(kind: type[Any], school: str) -> Any:
    row = get(kind, school, "note#1")
    assert row is not None
    return row


def test_the_store_holds_no_sealed_text(school: str) -> None:
    """The item as the engine has it: neither names, nor values, nor the data key in the clear."""
    canary = "canary-Zebedee-7741"
    row = NoteRow(school, "note#1")
    row.seal({"name": canary, "long": canary * 100})
    with transaction() as tx:
        tx.create(row)

    names = [NoteRow.Meta.table_name, KeyRow.Meta.table_name]
    dump = repr([_everything(name, school) for name in names])
    _, key = keyring.current(school)

    assert "note#1" in dump and sk_of(1) in dump
    assert canary not in dump and "name" not in dump
    assert repr(key)[2:-1] not in dump


def _everything(table_name: str, tenant: str) -> Any:
    """A tenant's items in a table, as raw as the engine gives them."""
    answer = call(
        "Query",
        {
            "TableName": table_name,
            "KeyConditionExpression": "tenant = :t",
            "ExpressionAttributeValues": {":t": {"S": tenant}},
        },
    )
    return answer["Items"]


def test_a_shredded_tenant_cannot_be_read_and_others_can(school: str, other: str) -> None:
    """When a tenant's key row is gone its values stay shut; nobody else's do."""
    closed = sealed.seal(school, *PLACE, {"text": "gone"})
    with tenants({school, other}):
        others = sealed.seal(other, *PLACE, {"text": "stays"})
        call("DeleteItem", {"TableName": KeyRow.Meta.table_name, "Key": key_of(school, sk_of(1))})
        keyring.forget()

        with pytest.raises(SealBroken):
            sealed.unseal(school, *PLACE, closed)
        assert {"text": "stays"} == sealed.unseal(other, *PLACE, others)


def test_nothing_is_sealed_for_a_tenant_without_a_key(store: str) -> None:
    """A tenant that was never made has no key to make up."""
    nobody = ids.tenant()

    with tenants({nobody}), pytest.raises(keyring.NoKey):
        sealed.seal(nobody, *PLACE, {"text": "x"})


def test_a_nonce_is_never_used_twice(school: str) -> None:
    """Twenty thousand values under one key: as many nonces (a million in the long form)."""
    count = 20_000
    nonces = {sealed.seal_bytes(school, *PLACE, b"x")[3:15] for _ in range(count)}

    assert count == len(nonces)


@pytest.mark.long
def test_a_nonce_is_never_used_twice_in_a_million(school: str) -> None:
    """R7's own figure."""
    count = 1_000_000
    nonces = {sealed.seal_bytes(school, *PLACE, b"x")[3:15] for _ in range(count)}

    assert count == len(nonces)


def test_each_value_names_the_key_it_was_sealed_with(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new data key takes over for new values; the old ones open with the key they name."""
    old = sealed.seal(school, *PLACE, {"text": "old"})
    second = bytes(range(32))
    with transaction() as tx:
        tx.create(KeyRow(school, sk_of(2), wrapped=keyring._wrap(school, second)))
    monkeypatch.setattr(keyring, "current", lambda tenant: (2, keyring.numbered(tenant, 2)))

    new = sealed.seal(school, *PLACE, {"text": "new"})

    assert (1, 2) == (old[1], new[1])
    assert {"text": "old"} == sealed.unseal(school, *PLACE, old)
    assert {"text": "new"} == sealed.unseal(school, *PLACE, new)


def test_the_cost_of_a_seal_is_31_bytes(school: str) -> None:
    """What docs/decisions.md promises of an item's size."""
    plain = json.dumps({"text": "short"}, separators=(",", ":")).encode()

    assert 31 == len(sealed.seal(school, *PLACE, {"text": "short"})) - len(plain)
