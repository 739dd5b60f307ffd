"""What sign-in's tests share."""

import pytest


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers need not take the same time here; the test that measures it sets its own."""
    monkeypatch.setattr("chalicelib.identity.sign_in.ANSWER_AFTER", 0.0)
