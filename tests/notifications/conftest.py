"""A school in force and the far end of mail, for tests of telling people."""

from collections.abc import Iterator

import pytest

from chalicelib.storage import tenants
from tests.notifications.post import Post
from tests.storage.conftest import a_tenant


@pytest.fixture
def school(store: str) -> Iterator[str]:
    tenant = a_tenant()
    with tenants({tenant}):
        yield tenant


@pytest.fixture
def post(store: str, monkeypatch: pytest.MonkeyPatch) -> Post:
    caught = Post()
    monkeypatch.setattr("chalicelib.notifications.sending._ses", lambda: caught)
    return caught
