"""The third wall between schools: each request to the tables is signed with the tenant's own
credentials, which open nothing else, whatever our code does (R3).

A function's own role may not touch the tables at all. It may only take a session of its role for
the tables, narrowed to the tenants in force (`tenant_policy.py`). The credentials look up the
scope when a request is signed, so one client and one pool of connections serve every tenant. On a
laptop no role is named, and nothing of this happens.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import clock, config
from chalicelib.errors import Unavailable
from chalicelib.observability import count, failure
from chalicelib.storage import guard, tenant_policy
from chalicelib.storage.guard import Refused, Scope

LIFE = timedelta(minutes=15)  # the shortest STS gives, and the longest that one is used
_SPARE = timedelta(minutes=1)  # a request signed now may be looked at a little later
_MOST_KEPT = 256
_kept: OrderedDict[Scope, tuple[ReadOnlyCredentials, datetime]] = OrderedDict()


class TenantCredentials(Credentials):
    """Credentials that are those of whatever tenants are in force when they are asked for."""

    def __init__(self) -> None:
        super().__init__("of-the-tenant", "of-the-tenant")

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Raises Refused with no tenant in force, and Unavailable when STS does not answer."""
        scope = guard.current()
        if scope is None:
            raise Refused("no tenant in force")
        return session_of(scope)


_CREDENTIALS = TenantCredentials()


def on_session(session: Any) -> None:
    """Sign what a botocore session sends to the tables as the tenant; other services are not."""
    session.register("before-sign.dynamodb", _before_sign, unique_id="holdfast-tenant-session")


def _before_sign(request: Any, **_: Any) -> None:
    if config.tables_role():
        request.context.setdefault("signing", {})["request_credentials"] = _CREDENTIALS


def session_of(scope: Scope) -> ReadOnlyCredentials:
    """The credentials of a scope: from memory, or new from STS. At most fifteen minutes old.

    Raises Unavailable when STS does not give them: nothing is then sent with anything wider.
    """
    one = Scope(scope.tenants, scope.read_only, "any" if scope.global_holder else "")
    kept = _kept.get(one)
    if kept and clock.now() < kept[1]:
        _kept.move_to_end(one)
        return kept[0]
    made = _assumed(one)
    _kept[one] = (made, clock.now() + LIFE - _SPARE)
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return made


def forget() -> None:
    """Drop the sessions held in memory."""
    _kept.clear()


def session_name(scope: Scope) -> str:
    """What AWS's own log calls the session: the tenant, how many more, and the request (R3)."""
    first = min(scope.tenants, default="global")
    more = f"+{len(scope.tenants) - 1}" if len(scope.tenants) > 1 else ""
    request = config.trace().split(";")[0].removeprefix("Root=")
    return f"{first}{more}.{request}"[:64].rstrip(".")


def _assumed(scope: Scope) -> ReadOnlyCredentials:
    policy = tenant_policy.of(scope)
    try:
        given = _sts().assume_role(
            RoleArn=config.tables_role(),
            RoleSessionName=session_name(scope),
            Policy=policy,
            DurationSeconds=int(LIFE.total_seconds()),
        )["Credentials"]
    except (BotoCoreError, ClientError) as e:
        failure("no tenant session", e)
        count("NoTenantSession")
        raise Unavailable from e
    count("TenantSession")
    return ReadOnlyCredentials(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )


@cache
def _sts() -> Any:
    import boto3
    from botocore.config import Config

    settings = Config(
        connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 3, "mode": "standard"}
    )
    return boto3.client("sts", config=settings)
