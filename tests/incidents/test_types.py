"""The nineteen types of the policies' form (S192 to S210) and what hangs on them."""

import pytest

from chalicelib.incidents.types import CURRENT, EDITIONS, PLATFORMS, Concern, Guard, of_edition


def test_there_are_the_nineteen_types_of_the_form_in_its_order() -> None:
    """S192 to S210, each once, numbered as the form numbers them."""
    sources = [each.source for each in CURRENT.types]

    assert [f"S{number}" for number in range(192, 211)] == sources
    assert list(range(1, 20)) == [each.number for each in CURRENT.types]


def test_the_page_groups_every_type_once() -> None:
    """A type left out of the page's sections could never be chosen."""
    grouped = [key for section in CURRENT.sections for key in section.keys]

    assert sorted(each.key for each in CURRENT.types) == sorted(grouped)


def test_every_type_falls_under_one_of_the_four_cs() -> None:
    """Reports count by the four Cs (R-KCSIE 3)."""
    assert all(each.concerns for each in CURRENT.types)
    assert set(Concern) == set(CURRENT.concerns(CURRENT.by_key))


@pytest.mark.parametrize(
    ("keys", "guards"),
    [
        (["sexual_images"], (Guard.IMAGES,)),
        (["terrorism"], (Guard.TERRORISM,)),
        (["terrorism", "sexual_images"], (Guard.IMAGES, Guard.TERRORISM)),
        (["online_bullying", "gambling"], ()),
    ],
)
def test_the_gravest_types_call_for_their_guard(keys: list[str], guards: tuple[Guard, ...]) -> None:
    """Sexual images, abuse images and terrorist material come with what must be said first."""
    assert guards == CURRENT.guards(keys)


def test_only_the_last_type_asks_which_rule_was_broken() -> None:
    """S210: another breach of the agreement, please specify."""
    assert ["other_breach"] == [each.key for each in CURRENT.types if each.needs_words]


def test_a_record_of_another_edition_still_reads() -> None:
    """A type that today's edition does not know is shown by its stored word."""
    assert "Upskirting" == CURRENT.label("upskirting")
    assert CURRENT is of_edition("KCSIE 2099")
    assert EDITIONS[CURRENT.edition] is CURRENT


def test_stored_words_can_be_counted() -> None:
    """Figures refuse a value that is not a word of code."""
    words = [each.key for each in CURRENT.types] + list(PLATFORMS)

    assert all(word.replace("_", "a").isalnum() and word.islower() for word in words)
