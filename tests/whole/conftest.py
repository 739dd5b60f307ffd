"""The world that every whole-application test looks at: made once, then only looked at."""

import pytest

from tests.pages import Site
from tests.whole import world as worlds
from tests.whole.world import World


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tens of thousands of attempts within a minute that stands still are past any fair share."""
    monkeypatch.setattr("chalicelib.storage.fair_share.LUMP", 10**9)


@pytest.fixture(scope="session")
def made(engine: str) -> World:
    assert engine
    return worlds.make()


@pytest.fixture
def world(made: World, site: Site, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, with this test's clock, mailbox and site in front of it."""
    assert site
    monkeypatch.setattr("chalicelib.documents.files._s3", lambda: made.bucket)
    return made
