"""What every test stands on: the real tables' engine in memory, a clock that stands still, mail
caught at its far end, and a browser-like client in front of the packaged handler.
"""

# ruff: noqa: E402 - the environment is set before anything of ours is imported

import os
import tempfile

# Before anything of ours is imported: rows read their table names and region at import.
os.environ.update(
    HOLDFAST_STAGE="test",
    TABLE_PREFIX="holdfast-test-",
    PUBLIC_URL="http://localhost:8000",
    MAIL_FROM="Holdfast <no-reply@holdfast.example>",
    LOCAL_KEYS_DIR=tempfile.mkdtemp(prefix="holdfast-test-keys-"),
    BUCKET_DOCUMENTS="holdfast-test-documents",
    AWS_DEFAULT_REGION="eu-west-2",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    POWERTOOLS_METRICS_DISABLED="true",
    POWERTOOLS_SERVICE_NAME="holdfast",
)
for name in ("QUEUE_ALERTS_URL", "QUEUE_OUTBOX_URL", "QUEUE_DOCUMENTS_URL"):
    os.environ.pop(name, None)

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

from infra.local import dynoxide, ports, tables
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site

# How long one example takes tells of the machine, not of the code.
hypothesis.settings.register_profile("holdfast", deadline=None)
hypothesis.settings.load_profile("holdfast")


# The suites with the longest files begin, so that short ones fill the end of every process alike.
_FIRST = ("browser", "whole", "cloud")
FIGURE = "figure"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a folder the order stays."""
    at = {name: place for place, name in enumerate(_FIRST)}
    items.sort(key=lambda item: at.get(item.path.parent.name, len(_FIRST)))


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The tables' engine in memory, for the whole run; gives its address."""
    port = ports.free()
    process = dynoxide.start(port)
    address = dynoxide.endpoint(port)
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = address
    tables.create_tables(address, "holdfast-test-")
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def store(engine: str) -> str:
    """The real tables. Tests never share tenants; the list of what is due is emptied first."""
    nothing_due()
    return engine


_shares_used: set[tuple[str, str]] = set()


@pytest.fixture(autouse=True)
def _a_fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test used of a school's share is not the next one's: the clock stands still, so a
    bucket would never fill again for tests that look at one school.
    """
    from chalicelib.storage import fair_share, rates, tenants
    from chalicelib.storage.connection import call

    take = rates.take

    def noted(name: str, of: str, *, tokens: int, per_minute: int, most: int) -> int | None:
        _shares_used.add((name, of))
        return take(name, of, tokens=tokens, per_minute=per_minute, most=most)

    fair_share.forget()
    with tenants((), global_holder="rates"):
        while _shares_used:
            key = rates.bucket_key(*_shares_used.pop())
            call("DeleteItem", {"TableName": rates.RateRow.Meta.table_name, "Key": key})
    monkeypatch.setattr(rates, "take", noted)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """Time stands still at Tuesday 6 October 2026, 10:00 in London, until it is advanced."""
    frozen = FrozenClock()
    monkeypatch.setattr("chalicelib.clock.now", frozen.now)
    return frozen


@pytest.fixture
def mailbox(store: str, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """What SES and the phone network would have been given, built and sent by the real sender."""
    caught = Mailbox()
    monkeypatch.setenv("PHONE_FROM", "Holdfast")
    monkeypatch.setattr("chalicelib.notifications.phone._provider", lambda: caught)
    monkeypatch.setattr("chalicelib.notifications.sending._ses", lambda: caught)
    return caught


@pytest.fixture
def site(store: str, clock: FrozenClock, mailbox: Mailbox) -> Site:
    """A visitor without cookies in front of the real handler."""
    return Site(mailbox=mailbox)


def nothing_due() -> None:
    """Take what earlier tests left off the list of what is due, so that a sweep is this test's."""
    from datetime import UTC, datetime

    from chalicelib.notifications import due
    from chalicelib.storage import tenants
    from chalicelib.storage.connection import call, key_of
    from chalicelib.storage.rows import table

    for row in list(due.now_due(datetime(2100, 1, 1, tzinfo=UTC))):
        with tenants({row.tenant}):
            call("DeleteItem", {"TableName": table("outbox"), "Key": key_of(row.tenant, row.sk)})


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a figure that stands at the end of the run: how much was tried, and what came of it."""
    return lambda text: record_property(FIGURE, text)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    figures = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == FIGURE
    ]
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.write_line(text)
