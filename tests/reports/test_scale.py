"""What a trust's page reads grows with schools and terms, and with nothing else (P10)."""

import math
from dataclasses import replace

import pytest

from chalicelib.figures import Totals
from chalicelib.ids import TrustId
from chalicelib.reports import copies, packing
from chalicelib.storage import tenants
from tests import builders
from tests.doubles import FrozenClock
from tests.reports.meter import metered
from tests.reports.samples import figures

ITEM, ALLOWED = 410, 1.1  # the floor's bytes a school and term, and how far above it we may be
SCHOOLS = 24


@pytest.fixture
def trust(store: str, clock: FrozenClock) -> TrustId:
    """A trust with the copies of a busy term of many schools."""
    made = builders.a_trust()
    with tenants({made}):
        for number in range(SCHOOLS):
            found = replace(figures(f"School {number}", 400), totals=_busy())
            copies._keep(made, found)
    return made


def _busy() -> dict[str, Totals]:
    """A fifth of all that can be counted, of every measure there is: what a busy term has."""
    counts: dict[str, dict[str, int]] = {}
    for number, word in enumerate(packing._WORDS.read_text(encoding="utf-8").splitlines()[::5]):
        measure, _, name = word.partition("/")
        counts.setdefault(measure, {})[name] = 1 + number * 37 % 100
    return {measure: Totals(found) for measure, found in counts.items()}


def test_a_term_of_all_schools_is_one_query_near_the_floor(trust: TrustId) -> None:
    """One trip; capacity units at most 1.1 times those of 410 bytes a school."""
    with tenants({trust}), metered() as calls:
        found = list(copies.read(trust, "2026-27-autumn", "2026-27-autumn"))

    [(operation, units)] = calls
    floor = 0.5 * math.ceil(ITEM * SCHOOLS / 4096)
    assert ("Query", SCHOOLS) == (operation, len(found))
    assert all(each.totals for each in found)
    assert units <= ALLOWED * floor
