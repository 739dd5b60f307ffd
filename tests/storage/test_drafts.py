"""Half-filled forms outlive a session, for their owner alone, and for a fortnight (R14)."""

from chalicelib.storage import drafts, transaction
from tests.doubles import FrozenClock

FIELDS = {"summary": ["Line one\nline two"], "types": ["grooming", "bullying"], "empty": [""]}


def test_a_draft_comes_back_whole(school: str, clock: FrozenClock) -> None:
    """Every field, several values and empty ones included."""
    drafts.save(school, "person:a", "incident", "01", FIELDS)

    draft = drafts.load(school, "person:a", "incident", "01")

    assert draft is not None
    assert ("incident", "01", FIELDS, clock.now()) == (
        draft.form,
        draft.key,
        draft.fields,
        draft.saved_at,
    )


def test_the_last_typing_wins(school: str, clock: FrozenClock) -> None:
    """It is one person's own form."""
    drafts.save(school, "person:a", "incident", "01", FIELDS)
    drafts.save(school, "person:a", "incident", "01", {"summary": ["Later"]})

    draft = drafts.load(school, "person:a", "incident", "01")

    assert draft is not None
    assert {"summary": ["Later"]} == draft.fields


def test_a_draft_is_its_owners_alone(school: str, clock: FrozenClock) -> None:
    """Neither another person nor another form finds it."""
    drafts.save(school, "person:a", "incident", "01", FIELDS)

    assert drafts.load(school, "person:b", "incident", "01") is None
    assert drafts.load(school, "person:a", "agreement", "01") is None
    assert [] == drafts.of_owner(school, "person:b", "incident")
    assert ["01"] == [draft.key for draft in drafts.of_owner(school, "person:a", "incident")]


def test_a_draft_ends_after_a_fortnight_to_the_second(school: str, clock: FrozenClock) -> None:
    """By the time in it: the table's own deletion may come days later."""
    drafts.save(school, "person:a", "incident", "01", FIELDS)

    clock.advance(days=14, seconds=-1)
    assert drafts.load(school, "person:a", "incident", "01") is not None
    assert 1 == len(drafts.of_owner(school, "person:a", "incident"))

    clock.advance(seconds=1)
    assert drafts.load(school, "person:a", "incident", "01") is None
    assert [] == drafts.of_owner(school, "person:a", "incident")


def test_a_draft_goes_with_the_record_it_becomes(school: str, clock: FrozenClock) -> None:
    """In the same transaction."""
    drafts.save(school, "person:a", "incident", "01", FIELDS)

    with transaction() as tx:
        drafts.discard(tx, school, "person:a", "incident", "01")

    assert drafts.load(school, "person:a", "incident", "01") is None
