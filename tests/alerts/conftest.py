"""A Google of the tests' own: its keys come from here, and are asked for anew in every test."""

import pytest

from chalicelib.alerts.proofs import google
from chalicelib.alerts.service import pace
from tests.alerts.senders import google_keys


@pytest.fixture(autouse=True)
def _googles_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "fetch", google_keys)
    monkeypatch.setattr(google, "keys", google._Keys())
    monkeypatch.setattr(pace, "_minutes", [pace._Minute(0)])
