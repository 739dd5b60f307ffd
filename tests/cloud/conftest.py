"""The local cloud for tests: the real template, deployed once for the session, on free ports.

Fixtures:
- `cloud`: a running `infra.local.cloud.LocalCloud` with empty tables in a folder of its own. Each
  function may do to each table what its policy allows; anything more fails as it would on AWS.
  `cloud.public_url` is its address, `cloud.client("sqs")` a boto3 client, `cloud.mailbox` holds
  the mail sent, and `cloud.invoke("sweep", {})` calls a deployed function. Tests share it, so
  each makes schools and people of its own and never counts what others may have made.
- `inside`: makes this process part of that cloud: builders and services called in a test write
  where the deployed functions read, with the same keys.
- `post`: the mail sent, by address, with a wait: mail arrives a moment after the page.
- `visitor`: a browser-like client (tests.pages.Site) over HTTP; `visitor.another()` is another one.

A test that stops, kills or moves the clock starts a cloud of its own with `a_cloud(folder)`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.notifications import outbox, phone, sending
from chalicelib.storage import connection, keyring
from chalicelib.storage.rows import Row
from infra.local import ports
from infra.local.cloud import PREFIX, LocalCloud
from tests.cloud.visitor import CloudSite, Post


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cloud)


def a_cloud(state: Path, port: int = 0) -> LocalCloud:
    """A cloud that is not started yet; `start()` it, and `stop()` or `kill()` it in the end."""
    chosen = port or ports.free()
    return LocalCloud(state, chosen, f"http://localhost:{chosen}")


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    started = a_cloud(tmp_path_factory.mktemp("cloud") / "state")
    started.policed = True
    try:
        started.start()
        yield started
        assert set() == started.door.refused, "a policy lacks what its function does"
    finally:
        started.stop()


@pytest.fixture
def inside(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    for name, value in cloud.function_settings.items():
        monkeypatch.setenv(name, value)
    for row in _rows(Row):  # their table names were read at import, with the prefix of the tests
        short = row.Meta.table_name.rsplit("-", 1)[1]
        monkeypatch.setattr(row.Meta, "table_name", PREFIX + short)
    _forget()
    yield cloud
    _forget()


def _forget() -> None:
    """Drop what this process keeps of one store, so that the next is asked."""
    connection.connection.cache_clear()
    keyring.forget()
    outbox._sqs.cache_clear()
    sending._ses.cache_clear()
    phone._provider.cache_clear()


def _rows(of: type[Row]) -> Iterator[type[Row]]:
    for row in of.__subclasses__():
        if "Meta" in vars(row):
            yield row
        yield from _rows(row)


@pytest.fixture
def post(cloud: LocalCloud) -> Post:
    return Post(cloud)


@pytest.fixture
def visitor(cloud: LocalCloud, post: Post) -> CloudSite:
    return CloudSite(cloud=cloud, mailbox=post)
