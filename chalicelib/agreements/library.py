"""The agreements that Holdfast brings: which pieces of text make up which, and their versions.

A change of words is a new version: `tests/agreements/test_library.py` keeps each version's hash.
"""

from functools import cache
from pathlib import Path

from chalicelib.agreements.wording import Template

TEXTS = Path(__file__).parent / "texts"

_CONTENTS = {
    "pupil-7-11": (
        "Pupil agreement, ages 7 to 11",
        1,
        ("pupil_letter", "pupil_7_11", "pupil_parents"),
    ),
    "pupil-5-7": (
        "Pupil agreement, ages 5 to 7",
        1,
        ("pupil_letter", "pupil_5_7", "pupil_parents"),
    ),
}


def titles() -> dict[str, str]:
    """Every agreement's key and title, without reading its words."""
    return {key: title for key, (title, _, _) in _CONTENTS.items()}


def kind(key: str) -> str:
    """What a template is for, whatever the reading age: one of a kind a year for each child."""
    return key.partition("-")[0]


@cache
def template(key: str) -> Template:
    """The template of that key as it stands today. Raises KeyError for any other key."""
    title, version, pieces = _CONTENTS[key]
    source = "\n".join((TEXTS / f"{piece}.md").read_text(encoding="utf-8") for piece in pieces)
    return Template(key=key, title=title, version=version, source=source)
