"""Mail scanners open every link, some with scripts: none of that is anybody's act (R13, R21)."""

import pytest

from chalicelib.agreements import overview
from chalicelib.agreements.repository import links
from chalicelib.agreements.standing import Standing
from chalicelib.storage import guard, transaction
from tests.agreements.families import (
    a_link,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
    signatures_of,
)
from tests.builders import within
from tests.doubles import Mailbox
from tests.faults import nemesis
from tests.pages import Site

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


def scan(site: Site, link: str) -> None:
    """What scanners are known to do: HEAD, OPTIONS, many GETs, of the pages behind it too."""
    for method in ("HEAD", "OPTIONS"):
        site.another().request(method, link)
    for path in (link, f"{link}/child", f"{link}/parent", f"{link}/decline", f"{link}/not-me"):
        for _ in range(10):
            site.another().request("GET", path, headers={"User-Agent": "Scanner/1.0"})


def test_scanners_sign_nothing_and_the_family_still_can(site: Site, mailbox: Mailbox) -> None:
    """No signature, no answer, no "read by": and then both sign as ever."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)

    scan(site, link)

    assert [] == signatures_of(ready)
    with within(ready.school):
        group = overview.of_class(ready.school, ready.class_id, "2026-27")
    assert group is not None
    assert [Standing.OPENED] == [line.standing for line in group.lines]
    sign_as_child(site, link)
    sign_as_parent(site, link)
    assert 2 == len(signatures_of(ready))


def test_a_copy_is_only_ever_shown(site: Site, mailbox: Mailbox) -> None:
    """The link in the receipt cannot sign, decline or be used up."""
    ready = a_ready_school()
    sign_as_parent(site, a_link(ready, mailbox))
    copy = link_in(mailbox.deliver()[-1])

    for _ in range(10):
        site.another().get(copy)

    assert 1 == len(signatures_of(ready))


def test_a_get_writes_nothing_but_a_count(site: Site, mailbox: Mailbox) -> None:
    """R15: opening a link touches no record; what it counts lies apart and may be lost."""
    link = a_link(a_ready_school(), mailbox)
    site.get(link)

    with nemesis() as watch:
        for path in (link, f"{link}/child", f"{link}/parent", f"{link}/decline"):
            site.get(path)

    writes = [body for call, body in zip(watch.calls, watch.bodies, strict=True) if call in WRITES]
    assert 1 == len(writes)
    assert b"holdfast-test-ephemera" in writes[0]
    assert b"holdfast-test-agreements" not in writes[0]


def test_a_link_opens_though_nothing_can_be_written(
    site: Site, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a store that refuses every write the pages are shown all the same."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)

    def refusing(school: str, *_: object) -> None:
        with guard.tenants({school}, read_only=True), transaction() as tx:
            tx.update(links.OpensRow, school, "opens#x", add={"opens": 1})

    monkeypatch.setattr(links, "note_open", refusing)

    assert "An agreement for Asha and you" == site.get(link).heading
