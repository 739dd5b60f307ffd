"""IAM's decision, for exactly the operators that our session policies use; anything else fails.

No local cloud decides by `dynamodb:LeadingKeys` (moto ignores it, ministack lacks it), so a green
test there would prove nothing. This reads the policy as AWS documents it.
"""

import json
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any

KEYS = "dynamodb:LeadingKeys"


def allows(policy: str, action: str, resource: str, keys: Collection[str] | None) -> bool:
    """Whether the policy allows an action on a table for these leading keys; None: none given."""
    context = {} if keys is None else {KEYS: list(keys)}
    return any(
        _matches(statement, action, resource, context)
        for statement in json.loads(policy)["Statement"]
    )


def _matches(
    statement: Mapping[str, Any], action: str, resource: str, context: Mapping[str, list[str]]
) -> bool:
    assert {"Effect", "Action", "Resource", "Condition"} == set(statement)
    assert "Allow" == statement["Effect"]
    actions = statement["Action"]
    return (
        any(
            fnmatchcase(action, each)
            for each in ([actions] if isinstance(actions, str) else actions)
        )
        and fnmatchcase(resource, statement["Resource"])
        and all(
            _holds(operator, key, wanted, context)
            for operator, tests in statement["Condition"].items()
            for key, wanted in tests.items()
        )
    )


def _holds(operator: str, key: str, wanted: Any, context: Mapping[str, list[str]]) -> bool:
    values = context.get(key, [])
    listed = [wanted] if isinstance(wanted, str) else wanted
    if operator == "Null":
        return (not values) == (wanted == "true")
    if operator == "ForAllValues:StringEquals":
        return all(value in listed for value in values)  # and so of none at all, as AWS warns
    if operator == "ForAllValues:StringLike":
        return all(any(fnmatchcase(value, each) for each in listed) for value in values)
    if operator == "StringLike":
        return bool(values) and any(fnmatchcase(values[0], each) for each in listed)
    raise AssertionError(operator)
