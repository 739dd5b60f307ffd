"""A school with a data key, in force for the whole test; another one beside it."""

from collections.abc import Iterator

import pytest

from chalicelib import ids
from chalicelib.storage import keyring, tenants, transaction


def a_tenant() -> str:
    """A tenant whose data key exists; none is in force afterwards."""
    tenant = ids.tenant()
    with tenants({tenant}), transaction() as tx:
        keyring.create(tx, tenant)
    return tenant


@pytest.fixture
def other(store: str) -> str:
    """Another school: it exists, and is not in force."""
    return a_tenant()


@pytest.fixture
def school(store: str) -> Iterator[str]:
    tenant = a_tenant()
    with tenants({tenant}):
        yield tenant
