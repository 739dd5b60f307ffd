"""Reads that never leave anything out without saying so, and cursors that open nowhere else."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import BadRequest, Unavailable
from chalicelib.storage import Key, every, get, page_of, query, tenants, together, transaction
from tests.faults import nemesis
from tests.storage.notes import FarNoteRow, NoteRow, OtherNoteRow


def write(tenant: str, count: int, prefix: str = "note#", text: str = "") -> list[str]:
    """Notes 000, 001, …; gives their keys in order."""
    keys = [f"{prefix}{number:03d}" for number in range(count)]
    size = 100 if len(text) < 1000 else 10
    for start in range(0, count, size):
        with transaction() as tx:
            for sk in keys[start : start + size]:
                tx.create(NoteRow(tenant, sk, text=text or None))
    return keys


def all_pages(tenant: str, prefix: str, **how: Any) -> list[list[str]]:
    """The keys of every page, followed by its cursor to the end."""
    pages, cursor = [], ""
    while True:
        page = page_of(NoteRow, tenant, prefix, cursor=cursor, **how)
        pages.append([row.sk for row in page.items])
        if not page.next:
            return pages
        cursor = page.next


def test_a_row_is_read_by_its_key_or_is_none(school: str) -> None:
    """Another kind of row in the table, another key: None."""
    write(school, 1)

    found = get(NoteRow, school, "note#000")

    assert found is not None and "note#000" == found.sk
    assert get(NoteRow, school, "note#001") is None
    assert get(FarNoteRow, school, "note#000") is None


# --- pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 9, 10, 11])
@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_hold_everything_once_in_order(school: str, count: int, newest_first: bool) -> None:
    """Around the edges of a page of five: nothing left out or twice, no empty last page."""
    keys = write(school, count)
    write(school, 3, prefix="other#")

    pages = all_pages(school, "note#", limit=5, newest_first=newest_first)

    assert sorted(keys, reverse=newest_first) == [sk for page in pages for sk in page]
    assert all(len(page) <= 5 for page in pages)
    assert max(1, -(-count // 5)) == len(pages)


def test_a_page_cut_short_by_its_size_goes_on(school: str) -> None:
    """The service stops at 1 MB: six rows of 300 KB are two or more pages, none left out."""
    keys = write(school, 6, text="x" * 300_000)

    pages = all_pages(school, "note#", limit=50, newest_first=False)

    assert len(pages) > 1
    assert keys == [sk for page in pages for sk in page]
    assert keys == [row.sk for row in every(NoteRow, school, "note#")]


def test_every_goes_on_to_the_end(school: str) -> None:
    """Past the thousand rows of one query."""
    write(school, 1_001, prefix="many#")

    rows = list(every(NoteRow, school, "many#"))

    assert 1_001 == len(rows)


def test_a_query_between_two_keys_includes_both(school: str) -> None:
    """And follows its own pages."""
    keys = write(school, 10)

    rows, start = query(NoteRow, school, "", between=(keys[2], keys[6]), limit=3)
    more, end = query(NoteRow, school, "", between=(keys[2], keys[6]), start=start)

    assert keys[2:7] == [row.sk for row in (*rows, *more)]
    assert "" == end


# --- cursors -----------------------------------------------------------------------------------


def cursor_of(tenant: str, prefix: str = "note#", **how: Any) -> str:
    return page_of(NoteRow, tenant, prefix, limit=1, **how).next


def test_a_cursor_opens_for_its_own_list_only(school: str, other: str) -> None:
    """Not for another school, table, prefix or direction: 400, whoever tries."""
    with tenants({school, other}):
        for tenant in (school, other):
            write(tenant, 2)
            write(tenant, 2, prefix="other#")
        cursor = cursor_of(school)

        assert page_of(NoteRow, school, "note#", cursor=cursor).items
        elsewhere: list[Any] = [
            lambda: page_of(NoteRow, other, "note#", cursor=cursor),
            lambda: page_of(NoteRow, school, "other#", cursor=cursor),
            lambda: page_of(NoteRow, school, "note#", cursor=cursor, newest_first=False),
            lambda: page_of(FarNoteRow, school, "note#", cursor=cursor),
        ]
        for use in elsewhere:
            with pytest.raises(BadRequest):
                use()


def test_a_cursor_tells_nothing(school: str) -> None:
    """The key it stands for is sealed in it."""
    write(school, 2)
    cursor = cursor_of(school)

    opened = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))

    assert b"note" not in opened and school.encode() not in opened


@given(spot=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_altered_cursor_is_a_bad_request(school: str, spot: float, flip: int) -> None:
    """Any byte of it."""
    if get(NoteRow, school, "note#000") is None:
        write(school, 2)
    closed = bytearray(base64.urlsafe_b64decode(cursor_of(school) + "=="))
    closed[int(spot * len(closed))] ^= flip
    altered = base64.urlsafe_b64encode(bytes(closed)).decode().rstrip("=")

    with pytest.raises(BadRequest):
        page_of(NoteRow, school, "note#", cursor=altered)


@pytest.mark.parametrize("cursor", ["x", "é", "note#000", "AQ", "A" * 4000, "%00", "=", "\udc80"])
def test_a_made_up_cursor_is_a_bad_request(school: str, cursor: str) -> None:
    """Whatever somebody types into the address."""
    with pytest.raises(BadRequest):
        page_of(NoteRow, school, "note#", cursor=cursor)


# --- several at once ---------------------------------------------------------------------------


def test_rows_of_several_tables_come_in_one_trip_in_the_order_asked(school: str) -> None:
    """None where there is none; the same one asked twice comes twice."""
    write(school, 3)
    with transaction() as tx:
        tx.create(FarNoteRow(school, "note#000", text="far"))

    with nemesis() as seen:
        found = together(
            Key(NoteRow, school, "note#002"),
            Key(FarNoteRow, school, "note#000"),
            Key(NoteRow, school, "note#none"),
            Key(NoteRow, school, "note#000"),
            Key(NoteRow, school, "note#002"),
        )

    assert ["BatchGetItem"] == seen.calls
    assert ["note#002", "note#000", None, "note#000", "note#002"] == [
        row.sk if row else None for row in found
    ]
    assert isinstance(found[1], FarNoteRow) and "far" == found[1].text


def test_one_item_may_be_read_as_two_kinds_of_row(school: str) -> None:
    """Two classes over one item are one key to the service."""
    write(school, 1)

    found = together(Key(NoteRow, school, "note#000"), Key(OtherNoteRow, school, "note#000"))

    assert [NoteRow, OtherNoteRow] == [type(row) for row in found]


def test_nothing_asked_is_nothing_found(school: str) -> None:
    """And costs no call."""
    with nemesis() as seen:
        assert [] == together()

    assert [] == seen.calls


def test_more_than_a_batch_is_refused(school: str) -> None:
    """A hundred is what the service takes."""
    keys = [Key(NoteRow, school, f"note#{number}") for number in range(101)]

    with pytest.raises(ValueError, match="100"):
        together(*keys)


def test_what_the_service_left_over_is_asked_again(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past 16 MB, or throttled, it answers in part: the rest is asked for, to the end."""
    keys = write(school, 5)
    from chalicelib.storage import reading

    real = reading.call

    def half(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        (name, wanted), *_ = request["RequestItems"].items()
        answer = real(operation, {"RequestItems": {name: wanted | {"Keys": wanted["Keys"][:2]}}})
        rest = wanted["Keys"][2:]
        return answer | {"UnprocessedKeys": {name: wanted | {"Keys": rest}} if rest else {}}

    monkeypatch.setattr(reading, "call", half)

    found = together(*(Key(NoteRow, school, sk) for sk in keys))

    assert keys == [row.sk for row in found if row]


def test_what_is_never_served_is_unavailable(school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an answer is not passed off as a whole one."""
    from chalicelib.storage import reading

    monkeypatch.setattr(
        reading, "call", lambda _operation, request: {"UnprocessedKeys": request["RequestItems"]}
    )

    with pytest.raises(Unavailable):
        together(Key(NoteRow, school, "note#000"))
