"""What the tenant guard adds to a call: R2 asks for a p99 under 0.3 ms. Not a timed test.

.venv/bin/python benchmarks/guard.py
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from chalicelib import ids
from chalicelib.storage import guard, tenants

ROUNDS = 5000
SCHOOL, PERSON = ids.tenant(), ids.tenant()


def _key(tenant: str, number: int = 0) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "sk": {"S": f"incident#01HZX#event#{number:06d}"}}


def _put(number: int) -> dict[str, Any]:
    text = {"S": "x" * 600}
    return {
        "Put": {"TableName": "holdfast-x-incidents", "Item": _key(SCHOOL, number) | {"t": text}}
    }


REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a read": ("GetItem", {"TableName": "t", "Key": _key(SCHOOL)}),
    "authority (4 keys)": (
        "BatchGetItem",
        {"RequestItems": {"t": {"Keys": [_key(PERSON), _key(PERSON), _key(SCHOOL), _key(SCHOOL)]}}},
    ),
    "a query": (
        "Query",
        {
            "KeyConditionExpression": "tenant = :t AND begins_with(sk, :s)",
            "ExpressionAttributeValues": {":t": {"S": SCHOOL}, ":s": {"S": "log#all#"}},
        },
    ),
    "a report (14 writes)": ("TransactWriteItems", {"TransactItems": [_put(n) for n in range(14)]}),
    "the most (100 writes)": (
        "TransactWriteItems",
        {"TransactItems": [_put(n) for n in range(100)]},
    ),
}


class _Model:
    def __init__(self, name: str) -> None:
        self.name = name


def _times(do: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        do()
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def main() -> None:
    print(f"{'request':<24}{'median ms':>12}{'p99 ms':>12}")
    with tenants({SCHOOL, PERSON}):
        for name, (operation, request) in REQUESTS.items():
            model, params = _Model(operation), {"body": json.dumps(request).encode()}
            found = _times(lambda m=model, p=params: guard._before_call(m, p))  # noqa: SLF001
            p99 = found[int(ROUNDS * 0.99)]
            print(f"{name:<24}{statistics.median(found):>12.4f}{p99:>12.4f}")


if __name__ == "__main__":
    main()
