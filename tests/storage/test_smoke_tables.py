"""The smoke run of the third wall, against a client that decides as IAM would."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.storage import tenant_policy
from chalicelib.storage.guard import Scope
from infra import smoke_tables
from infra.local import tables
from tests.storage import iam
from tests.storage.test_tenant_sessions import ROLE

ACTIONS = {
    "transact_get_items": "GetItem",
    "transact_write_items": "PutItem",
    "execute_statement": "PartiQLSelect",
}
KEYS = (smoke_tables.OWN, smoke_tables.FOREIGN, "GLOBAL#email#smoke")
ARN = "arn:aws:dynamodb:eu-west-2:123456789012:table/holdfast-test-incidents"


class Tables:
    """Answers every call by the session's policy alone."""

    def __init__(self, policy: str) -> None:
        self.policy = policy

    def __getattr__(self, operation: str) -> Callable[..., None]:
        action = ACTIONS.get(operation, "".join(w.capitalize() for w in operation.split("_")))

        def call(**request: Any) -> None:
            keys = [who for who in KEYS if who in str(request)]
            if not iam.allows(self.policy, f"dynamodb:{action}", ARN, keys):
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)

        return call


def _signing_as(monkeypatch: pytest.MonkeyPatch, *tenants: str, holder: str = "") -> Tables:
    monkeypatch.setenv("TABLES_ROLE_ARN", ROLE)
    return Tables(tenant_policy.of(Scope(frozenset(tenants), global_holder=holder)))


def test_every_foreign_call_is_tried_and_must_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least twenty, on every table there is; and what Holdfast needs is allowed (R3)."""
    own = _signing_as(monkeypatch, smoke_tables.OWN)
    holder = _signing_as(monkeypatch, smoke_tables.OWN, holder="sign-in")
    found = smoke_tables.check(own, holder, "holdfast-test-")

    assert set(smoke_tables.TABLES) == set(tables.definitions())
    assert found.tried >= 20
    assert (found.tried, ()) == (found.refused, found.problems)


def test_a_hole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy for both tenants fails the run, and so does one for neither."""
    both = _signing_as(monkeypatch, smoke_tables.OWN, smoke_tables.FOREIGN)
    none = _signing_as(monkeypatch)

    wide = smoke_tables.check(both, both, "holdfast-test-")
    shut = smoke_tables.check(none, none, "holdfast-test-")

    assert wide.refused < wide.tried
    assert "get_item incidents: allowed" in wide.problems
    assert (
        "its own tenant: AccessDeniedException",
        "its own tenant and a global item together: AccessDeniedException",
    ) == shut.problems
