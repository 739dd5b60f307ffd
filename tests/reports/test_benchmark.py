"""The benchmark of a trust's page and report (P10) can be run: what it calls is there."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from unittest import mock

import pytest

from chalicelib import clock
from chalicelib.reports import morning, periods
from tests.reports.build import a_trust_with_figures

FILE = Path(__file__).parents[2] / "benchmarks" / "reports.py"


@pytest.mark.usefixtures("store", "clock")
def test_what_the_benchmark_measures_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Its page, its report and its recount, once each on a small trust."""
    trust, schools = a_trust_with_figures()
    morning.plan_day(trust)
    bench = _loaded()
    term = periods.of_term(periods.recent_terms(clock.today())[0], clock.today())

    assert bench.told("trust's page", 3, 1, lambda: bench.page_of(trust))
    assert bench.told("report", 3, 0, lambda: bench.reported(trust, term))
    assert bench.recounted(trust, schools[0], term.parts[0])
    assert "copies 0.5 RCU" in capsys.readouterr().out


def _loaded() -> ModuleType:
    """The file as a module; what it sets in the environment is taken back."""
    spec = importlib.util.spec_from_file_location("benchmarks_reports", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(os.environ):
        spec.loader.exec_module(module)
    return module
