"""No picture gets in by way of the keyboard (S213, R-UKCIS 2)."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.incidents.model.pictures import GONE, without_pictures

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + os.urandom(900)).decode()


@pytest.mark.parametrize(
    "pasted",
    [
        f"data:image/png;base64,{PNG}",
        f"DATA:image/jpeg;charset=utf-8;base64,{PNG}",
        "data:application/octet-stream;base64,QUJD",
        "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27%3E",
        PNG,
        "\n".join(PNG[at : at + 76] for at in range(0, len(PNG), 76)),
    ],
)
def test_a_pasted_picture_is_taken_out_and_the_words_stay(pasted: str) -> None:
    """It may be the very image that nobody may keep or copy."""
    clean, found = without_pictures(f"He sent this: {pasted} and then laughed")

    assert found
    assert clean.startswith(f"He sent this: {GONE}")
    assert clean.endswith(" and then laughed")
    assert PNG[100:180] not in clean.replace("\n", "")


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 10_000,
        "Hahaha" * 2_000,
        "👨‍👩‍👧‍👦" * 2_000,
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        '=HYPERLINK("http://evil.example","x")',
        "https://example.org/" + "photos/" * 60,
        "The data: image, not base64, was shown",
        "שלום \u202eevil" * 500,
        "0123456789" * 100,
    ],
)
def test_words_are_never_taken_for_a_picture(typed: str) -> None:
    """Long, odd and hostile text is still text, and is kept."""
    assert (typed, False) == without_pictures(typed)


@given(st.text(max_size=3_000))
def test_taking_out_twice_is_taking_out_once(typed: str) -> None:
    """What is left never looks like a picture again."""
    clean, _ = without_pictures(typed)

    assert (clean, False) == without_pictures(clean)
