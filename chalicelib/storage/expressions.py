"""DynamoDB's expressions for a transaction's writes: conditions, updates, sums."""

from collections.abc import Mapping
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.storage.connection import key_of
from chalicelib.storage.rows import Row


def addressed(row: type[Row], tenant: str, sk: str) -> dict[str, Any]:
    return {"TableName": row.Meta.table_name, "Key": key_of(tenant, sk)}


def conditioned(condition: Condition | None) -> dict[str, Any]:
    if condition is None:
        return {}
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {"ConditionExpression": condition.serialize(names, values)}
    if names:
        request["ExpressionAttributeNames"] = {short: name for name, short in names.items()}
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def update(
    row: type[Row],
    tenant: str,
    sk: str,
    set_to: Mapping[str, Any],
    remove: tuple[str, ...],
    add: Mapping[str, float],
    condition: Condition | None,
) -> dict[str, Any]:
    request = addressed(row, tenant, sk) | conditioned(condition)
    names = request.setdefault("ExpressionAttributeNames", {})
    values = request.setdefault("ExpressionAttributeValues", {})

    def named(name: str) -> str:
        short = f"#u{len(names)}"
        names[short] = name
        return short

    def valued(value: dict[str, Any]) -> str:
        short = f":u{len(values)}"
        values[short] = value
        return short

    parts = [
        _clause("SET", [f"{named(n)} = {valued(_typed(row, n, v))}" for n, v in set_to.items()]),
        _clause("REMOVE", [named(name) for name in remove]),
        _clause("ADD", [f"{named(n)} {valued({'N': _number(v)})}" for n, v in add.items()]),
    ]
    request["UpdateExpression"] = " ".join(part for part in parts if part)
    if not values:
        del request["ExpressionAttributeValues"]
    return request


def _clause(word: str, terms: list[str]) -> str:
    return f"{word} {', '.join(terms)}" if terms else ""


def _typed(row: type[Row], name: str, value: Any) -> dict[str, Any]:
    attribute = row.get_attributes().get(name)
    if attribute is not None:
        return {attribute.attr_type: attribute.serialize(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": _number(value)}
    return {"S": str(value)}


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def sums(table_name: str, tenant: str, sk: str, amounts: Mapping[str, float]) -> dict[str, Any]:
    """An update that only adds."""
    names = {f"#s{n}": name for n, name in enumerate(amounts)}
    values = {f":s{n}": {"N": _number(amount)} for n, amount in enumerate(amounts.values())}
    terms = [f"#s{n} :s{n}" for n in range(len(amounts))]
    return {
        "TableName": table_name,
        "Key": key_of(tenant, sk),
        "UpdateExpression": _clause("ADD", terms),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
