"""Reading definitions: what is wrong is refused with its place, and nothing else suffers."""

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chalicelib.registers import loader
from chalicelib.registers.model.periods import period
from chalicelib.registers.model.reading import read
from chalicelib.registers.model.taking import Malformed

GOOD = (loader.FOLDER / "unfilter_requests.toml").read_text(encoding="utf-8")

BROKEN = [
    ('type = "long"\nrequired = "Say why it', 'type = "lung"\nrequired = "Say why it', "'lung' is"),
    ('label = "Decide"\n', 'label = "Decide\n', "Illegal character"),
    ('within = "3 working days"', 'within = "3 working dys"', "is no period"),
    ("is_one_of = ", "isoneof = ", "'isoneof' means nothing here"),
    ('to = ["technician"]', 'to = ["technican"]', "'technican' is no role"),
    ('named_by = "site"', 'named_by = "sight"', "must be a field"),
    ('answered = "benefit"', 'answered = "benefits"', "there is no field 'benefits'"),
    ('measure = "filter_requests"', 'measure = "Filter requests!"', "a measure is lower-case"),
    ('for = "7 years"', 'for = "7 yrs"', "is no period"),
]


@pytest.mark.parametrize(("good", "bad", "reason"), BROKEN)
def test_a_malformed_definition_is_refused_with_file_line_and_reason(
    tmp_path: Path, good: str, bad: str, reason: str
) -> None:
    """At the very line; the other files of the folder load."""
    assert good in GOOD
    (tmp_path / "unfilter_requests.toml").write_text(GOOD.replace(good, bad, 1), encoding="utf-8")
    shutil.copy(loader.FOLDER / "training.toml", tmp_path)
    loaded, refused = loader.load(tmp_path)
    line = GOOD[: GOOD.index(good)].count("\n") + 1

    assert ["training"] == list(loaded)
    [one] = refused
    assert ("unfilter_requests.toml", True) == (one.file, line <= one.line <= line + 1), one
    assert reason in one.reason


@pytest.mark.parametrize("text", ["", "key = 1", "[who]\nadd = 3", "[[fields]]\n", "\0", "a = {"])
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path: Path, text: str) -> None:
    """Never an exception that would take the other registers along."""
    (tmp_path / "odd.toml").write_text(text, encoding="utf-8")
    loaded, refused = loader.load(tmp_path)

    assert ({}, 1) == (loaded, len(refused))


def test_no_part_of_a_definition_may_be_anything(tmp_path: Path) -> None:
    """Each value of a good definition replaced by ones of other kinds: read or Malformed."""
    data = json.loads(json.dumps(dict(loader.shipped()["unfilter_requests"].source)))
    for odd in (None, 3, "odd", [], {}, [[]], [{"key": "x"}], True):
        for holder, key in list(_places(data)):
            kept = holder[key]
            holder[key] = odd
            with suppress(Malformed):
                read(data)
            holder[key] = kept


def test_the_package_reads_the_same_from_one_file(tmp_path: Path) -> None:
    """Compiled definitions are the definitions."""
    folder = tmp_path / "definitions"
    shutil.copytree(loader.FOLDER, folder)
    before, _ = loader.load(folder)
    loader.compile_to(folder)
    after, refused = loader.load(folder)

    assert [] == refused and [] == list(folder.glob("*.toml"))
    assert before == after


def test_periods_are_read_and_said() -> None:
    """As people write them."""
    for text in (
        "24 hours",
        "1 working day",
        "3 school days",
        "2 terms",
        "1 month",
        "7 days before",
    ):
        assert text == str(period(text))
    for text in ("soon", "-1 days", "3", "days", "3 terms before", "1 fortnight"):
        with pytest.raises(ValueError, match="period"):
            period(text)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in nested data, as a holder and a key."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        found.append((value, key))
        if isinstance(inner, dict | list):
            found += _places(inner)
    return found
