"""A school's term in a few hundred bytes, and back without a loss."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.alerts import themes
from chalicelib.figures import Totals
from chalicelib.incidents.types import CURRENT, PLATFORMS
from chalicelib.registers.loader import shipped
from chalicelib.reports.packing import _WORDS, pack, unpack
from tests.reports.samples import SCHOOLS, figures

KNOWN = 809
DIGEST = "ad3486a329c305af8add1a9ecea06db4a55cb9af00df41e3409eedf860ac26da"
OLD = "833340761ba1656373a42c620a00"
names = st.from_regex(r"[a-z][a-z0-9_]{0,20}(:[A-Za-z0-9][A-Za-z0-9_.-]{0,20})?", fullmatch=True)
totals = st.dictionaries(names, st.integers(-9, 10**6).filter(bool), max_size=20).map(Totals)


@given(found=st.dictionaries(st.from_regex(r"[a-z][a-z_]{1,20}", fullmatch=True), totals))
def test_what_is_packed_comes_back(found: dict[str, Totals]) -> None:
    """Any measure, dimension and number; a measure without any is as none."""
    assert {name: each for name, each in found.items() if each.counts} == unpack(pack(found))


def test_the_same_figures_weigh_the_same_and_little() -> None:
    """Under 250 bytes for a busy term: P10 counts on it."""
    for name, pupils in SCHOOLS:
        found = figures(name, pupils).totals

        assert pack(found) == pack(dict(reversed(found.items())))
        assert len(pack(found)) < 250


def test_figures_packed_before_are_read_still() -> None:
    """Copies and snapshots of an older version open as they were."""
    packed = b"\x01" + bytes.fromhex(OLD)

    found = unpack(packed)

    assert 12 == found["incidents"].n
    assert {"hate": 5, "grooming": 7} == found["incidents"].of("type")


def test_known_words_keep_their_places() -> None:
    """Words are added at the end: the place of each is what is stored."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()

    assert len(set(lines)) == len(lines) >= KNOWN
    assert hashlib.sha256("\n".join(lines[:KNOWN]).encode()).hexdigest() == DIGEST


def test_what_the_features_count_is_known() -> None:
    """Else a copy grows: a new type, theme, platform or register has a line at the end."""
    words = set(_WORDS.read_text(encoding="utf-8").splitlines())
    wanted = {f"incidents/type:{each.key}" for each in CURRENT.types}
    wanted |= {f"incidents/platform:{each}" for each in PLATFORMS}
    wanted |= {f"alerts/theme:{each}" for each in themes.lists().by_id}
    wanted |= {f"register_entries/register:{each}" for each in shipped()}

    assert not wanted - words


def test_another_way_of_packing_is_refused() -> None:
    """Bytes of a later version are not guessed at."""
    with pytest.raises(ValueError, match="not known"):
        unpack(b"\x03" + pack({})[1:])
