"""A school's term in a few hundred bytes, and back without a loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.figures import Totals
from chalicelib.reports.packing import pack, unpack
from tests.reports.samples import SCHOOLS, figures

names = st.from_regex(r"[a-z][a-z0-9_]{0,20}(:[A-Za-z0-9][A-Za-z0-9_.-]{0,20})?", fullmatch=True)
totals = st.dictionaries(names, st.integers(-9, 10**6).filter(bool), max_size=20).map(Totals)


@given(found=st.dictionaries(st.from_regex(r"[a-z][a-z_]{1,20}", fullmatch=True), totals))
def test_what_is_packed_comes_back(found: dict[str, Totals]) -> None:
    """Any measure, dimension and number."""
    assert found == unpack(pack(found))


def test_the_same_figures_weigh_the_same_and_little() -> None:
    """Under 250 bytes for a busy term: P10 counts on it."""
    for name, pupils in SCHOOLS:
        found = figures(name, pupils).totals

        assert pack(found) == pack(dict(reversed(found.items())))
        assert len(pack(found)) < 250


def test_another_way_of_packing_is_refused() -> None:
    """Bytes of a later version are not guessed at."""
    with pytest.raises(ValueError, match="not known"):
        unpack(b"\x02" + pack({})[1:])
