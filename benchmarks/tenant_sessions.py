"""What the third wall costs here: the client for STS once a process, each request's look-up, and
the policy of each new session. What STS itself takes is the network's. Not a timed test.

.venv/bin/python benchmarks/tenant_sessions.py
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ |= {
    "TABLES_ROLE_ARN": "arn:aws:iam::123456789012:role/holdfast-x-api-handler-tables",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}

from chalicelib import ids
from chalicelib.storage import tenant_policy, tenant_sessions
from chalicelib.storage.guard import Scope

ROUNDS = 5000


class _Sts:
    def assume_role(self, **_: Any) -> dict[str, Any]:
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return {"Credentials": dict.fromkeys(names, "x")}


def _show(name: str, do: Callable[[], object], rounds: int = ROUNDS) -> None:
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        do()
        found.append((time.perf_counter() - start) * 1000)
    found.sort()
    print(f"{name:<34}{statistics.median(found):>10.4f}{found[int(rounds * 0.99)]:>10.4f}")


def main() -> None:
    print(f"{'':<34}{'median ms':>10}{'p99 ms':>10}")
    _show("the client for STS, once", tenant_sessions._sts.__wrapped__, 20)  # noqa: SLF001
    tenant_sessions._sts = _Sts  # noqa: SLF001
    scope = Scope(frozenset({ids.tenant(), ids.tenant()}))
    _show("a request whose session is known", lambda: tenant_sessions.session_of(scope))
    _show("the policy of a new session", lambda: tenant_policy.of(scope))


if __name__ == "__main__":
    main()
