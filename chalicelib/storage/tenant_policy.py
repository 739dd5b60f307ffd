"""What a tenant's session may do to the tables, as IAM reads it: the third wall's words (R3).

Written from the same facts as the guard: keys begin with the tenant, and what belongs to no tenant
has four kinds. It only narrows: the function's own role for the tables names them one by one.
"""

import json
from typing import Any

from chalicelib import config
from chalicelib.storage.guard import GLOBAL, GLOBAL_KINDS, Scope

MOST = 2048  # characters that STS takes for a session's policy
# How many tenants one session may be for: what fits, with room. More are read a lump at a time.
MOST_TENANTS = 50

READS = ("BatchGetItem", "ConditionCheckItem", "GetItem", "Query")
WRITES = ("DeleteItem", "PutItem", "UpdateItem")  # what transactions are allowed by, part by part
_KEYS = "dynamodb:LeadingKeys"
_PATTERN = "*?$"  # what StringLike and policy variables read as more than a letter


def of(scope: Scope) -> str:
    """The session policy of a scope, as JSON without spaces, of at most MOST characters.

    `ForAllValues` holds of a request without any key too, which is why `Null` stands beside it. It
    is met by one statement or not at all, so a holder's tenants and GLOBAL kinds stand in one: a
    transaction has keys of both.

    Raises ValueError for a scope of more tenants than MOST_TENANTS, and for a tenant that
    `StringLike` would take for a pattern.
    """
    if len(scope.tenants) > MOST_TENANTS:
        raise ValueError("too many tenants in one scope")
    if any(letter in tenant for tenant in scope.tenants for letter in _PATTERN):
        raise ValueError("not a tenant")
    statements, own = [_through_the_tables_key()], sorted(scope.tenants)
    if scope.global_holder:
        kinds = [f"{GLOBAL}{kind}*" for kind in GLOBAL_KINDS]
        statements.append(_where(scope, "StringLike", own + kinds))
    elif own:
        statements.append(_where(scope, "StringEquals", own))
    policy = {"Version": "2012-10-17", "Statement": statements}
    return json.dumps(policy, separators=(",", ":"))


def _where(scope: Scope, operator: str, keys: list[str]) -> dict[str, Any]:
    names = READS if scope.read_only else READS + WRITES
    return {
        "Effect": "Allow",
        "Action": [f"dynamodb:{name}" for name in names],
        "Resource": _tables(),
        "Condition": {f"ForAllValues:{operator}": {_KEYS: keys}, "Null": {_KEYS: "false"}},
    }


def _tables() -> str:
    """Every table of this installation, in the partition and account of the role."""
    _, partition, _, _, account, *_ = config.tables_role().split(":")
    return f"arn:{partition}:dynamodb:*:{account}:table/{config.table('')}*"


def _through_the_tables_key() -> dict[str, Any]:
    """The tables are encrypted with a key of ours, which they use in the caller's name."""
    return {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringLike": {"kms:ViaService": "dynamodb.*"}},
    }
