"""What the main operations cost in trips to the store (P9): a change here is seen in review."""

from collections import Counter

from tests.agreements.families import PARENT, RULES, a_link, a_ready_school
from tests.doubles import Mailbox
from tests.faults import nemesis
from tests.pages import Site


def test_opening_a_link_reads_what_it_needs_once(site: Site, mailbox: Mailbox) -> None:
    """Link, request, pupil with contacts, school, post-holders; and one count of the fetch."""
    link = a_link(a_ready_school(), mailbox)
    site.get(link)

    with nemesis() as watch:
        site.get(link)

    assert {
        "GetItem": 4,
        "BatchGetItem": 2,
        "Query": 1,
        "TransactWriteItems": 1,
    } == Counter(watch.calls)


def test_signing_is_one_write(site: Site, mailbox: Mailbox) -> None:
    """R22: whatever is read before, everything is written in one transaction."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    site.get(f"{link}/child")
    site.submit({"name": "Asha", "typed": "alone", "agree": "yes", "rules": RULES})
    site.get(f"{link}/parent")

    with nemesis() as watch:
        site.submit(PARENT)

    assert 1 == watch.calls.count("TransactWriteItems")
    assert 1 >= watch.calls.count("PutItem")  # the text, kept once before anybody's signature
    assert len(watch.calls) <= 18
