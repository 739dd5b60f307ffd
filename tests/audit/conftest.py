"""A school in force, and event rows of the tests' own in a real table."""

from collections.abc import Iterator

import pytest

from chalicelib.storage import tenants
from tests.storage.conftest import a_tenant


@pytest.fixture
def school(store: str) -> Iterator[str]:
    tenant = a_tenant()
    with tenants({tenant}):
        yield tenant
