"""A trust's page of agreements: counts by school, kind, year and role, and nobody's name (3.6)."""

import csv
import io
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.agreements import morning
from chalicelib.agreements.rag import Count, Rag
from chalicelib.agreements.repository import boards as kept
from chalicelib.identity.permissions import Role
from chalicelib.journeys import makers
from chalicelib.storage import tenants, transaction
from chalicelib.web import words
from tests.agreements.families import (
    Ready,
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
)
from tests.agreements.test_papers import bucket
from tests.builders import a_class, a_person, a_school, a_trust, signed_in, within
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site

__all__ = ["bucket"]


def test_a_trust_sees_counts_and_nobody(
    site: Site, mailbox: Mailbox, clock: FrozenClock, bucket: Bucket
) -> None:
    """S91, 3.6, 3.18: by school and agreement, down to the year group; as a file too; a school that
    is not the trust's is not found.
    """
    trust = a_trust("Hill Trust")
    school = a_school("Oakfield Primary School", trust=trust)
    dsl = a_person(school, roles=[Role.DSL], name="Imogen Hart")
    a_person(school, roles=[Role.ONLINE_SAFETY_LEAD], name="Tunde Bello")
    office = a_person(school, roles=[Role.OFFICE], name="Olive Office")
    ready = Ready(school, a_class(school, "Oak class"), office, dsl)
    for name in ("Asha", "Ravi"):
        a_child(ready, f"{name.lower()}@example.net", given_name=name)
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("asha@example.net")[-1])
    sign_as_child(site, link)
    sign_as_parent(site, link)
    with within(school):
        morning.plan(school)
    viewer = signed_in(site, a_person(trust, roles=[Role.TRUST_VIEWER], name="Vera Viewer"))

    board = viewer.get(f"/t/{trust}/signed")

    assert "Pupil agreement Many have not signed 1 of 2" in board.text
    inside = viewer.get(f"/t/{trust}/signed/{school}")
    assert "Year 4 2 2 1 Many have not signed" in inside.text
    assert "Asha" not in board.body + inside.body
    other = a_ready_school()
    assert 404 == viewer.get(f"/t/{trust}/signed/{other.school}", expect=None).status
    made = viewer.submit(page=board, action="/export")
    makers.make({"tenant": trust, "document": made.location.rpartition("/")[2]})
    rows = list(csv.reader(io.StringIO(bucket.body(".csv").decode("utf-8-sig"))))
    assert ["Oakfield Primary School", "2026-27", "Pupil agreement", "Year 4", "2", "2", "1"] in [
        row[:7] for row in rows
    ]
    by_year = signed_in(site, office).get(f"/s/{school}/agreements?by=year")
    assert "Year 4 1 of 2 1 of 2 Many have not signed 2 0" in by_year.text


def test_the_board_says_when_and_sums_one_school_year(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S91, 3.6: of two copies both times; a school whose figures are of last year is named and not
    summed.
    """
    trust = a_trust("Hill Trust")
    one, two, late = (a_school(f"{n} Primary School", trust=trust) for n in ("Ash", "Elm", "Oak"))
    with tenants({trust}), transaction() as tx:
        kept.put(tx, trust, late, "Oak Primary School", "2025-26", {"pupil": {"Year 4": SOME}})
        kept.put(tx, trust, one, "Ash Primary School", "2026-27", {"pupil": {"Year 4": SOME}})
    clock.advance(hours=3)
    with tenants({trust}), transaction() as tx:
        kept.put(tx, trust, two, "Elm Primary School", "2026-27", {"pupil": {"Year 4": SOME}})
    viewer = signed_in(site, a_person(trust, roles=[Role.TRUST_VIEWER]))

    board = viewer.get(f"/t/{trust}/signed").text

    assert "Many have not signed 2 of 8" in board
    assert "of 12" not in board
    assert "No figures of this school year have come yet from Oak Primary School" in board
    newest, oldest = (words.london(clock.at - timedelta(hours=h)) for h in (0, 3))
    assert f"The newest figures are of {newest} , the oldest of {oldest}" in board


SOME = Count(4, 4, 1)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_a_colour_is_never_better_than_the_numbers(total: int, asked: int, complete: int) -> None:
    """3.6: green means that at least 95 in a hundred have signed, red that fewer than 75 have."""
    asked = min(asked, total)
    complete = min(complete, asked)

    rag = Count(total, asked, complete).rag

    assert (Rag.GREY is rag) == (asked == 0)
    if rag is not Rag.GREY:
        assert (Rag.GREEN is rag) == (100 * complete >= 95 * total)
        assert (Rag.RED is rag) == (100 * complete < 75 * total)
