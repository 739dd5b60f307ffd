"""Every text prints, whatever somebody typed (features: bad input)."""

import pytest

from chalicelib.documents import glyphs

pytest.importorskip("typst")


def test_what_no_typeface_has_is_said_in_words() -> None:
    """PDF/UA refuses a character without a shape: an emoji must not keep a case from printing."""
    said = glyphs.showable(
        {
            "a": [
                "Zo\u00eb, \u0141\u00f3d\u017a, \u0645\u0631\u062d\u0628\u0627",
                "\U0001f600 \u6c49",
            ]
        }
    )

    assert {
        "a": [
            "Zo\u00eb, \u0141\u00f3d\u017a, \u0645\u0631\u062d\u0628\u0627",
            "[grinning face] [U+6C49]",
        ]
    } == said


def test_a_text_cannot_turn_the_direction_of_what_follows() -> None:
    """Marks that make a name read backwards are left out."""
    assert "exe.fdp" == glyphs.showable("exe\u202e.fdp")
