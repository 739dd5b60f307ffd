"""Does IAM itself keep schools apart? `python -m infra.smoke_tables --stage prod` tells (R3).

Run by somebody who may make roles. It takes a session as the web's function does, for a tenant that
nobody is, and tries what a broken Holdfast would: another tenant's items in every table, by every
call; and what it needs, one write of a tenant's item and a global one together. No tenant of these
exists, so nothing is read or changed whatever the answers. The role it makes for this, with the
very policy that is deployed, is gone again at the end.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

REGION = "eu-west-2"
TABLES = (
    *("agreements", "alerts", "audit", "directory", "ephemera"),
    *("incidents", "outbox", "registers", "reports", "retention"),
)
OWN, FOREIGN = "h0ldfastsm0ke0wn", "h0ldfastsm0kef0r"  # of no alphabet that ids are made of
_DENIED = {"AccessDeniedException", "AccessDenied"}
_NEVER = "attribute_exists(sk) AND attribute_not_exists(sk)"
_WAIT_SECONDS = 5.0  # until IAM has told its regions of a new role
_TRIES = 12


@dataclass(frozen=True)
class Found:
    tried: int
    refused: int
    problems: tuple[str, ...]


def foreign_calls(prefix: str) -> Iterator[tuple[str, Callable[[Any], object]]]:
    """What a session of OWN must be refused, by name: every call, on every table."""
    for table in TABLES:
        name = prefix + table
        for operation, request in _requests(name, FOREIGN):
            yield f"{operation} {table}", _calling(operation, request)
        both = [{"Get": {"TableName": name, "Key": _key(who)}} for who in (OWN, FOREIGN)]
        yield f"transact_get_items {table}", _calling("transact_get_items", {"TransactItems": both})
        yield f"scan {table}", _calling("scan", {"TableName": name, "Limit": 1})
        statement = {"Statement": f"SELECT * FROM \"{name}\" WHERE tenant = '{OWN}'"}  # noqa: S608 - constants
        yield f"execute_statement {table}", _calling("execute_statement", statement)


def check(tables: Any, holder: Any, prefix: str) -> Found:
    """Try everything with a client that signs as OWN; what was not refused is a problem. `holder`
    signs as OWN who holds GLOBAL too: what it is refused is one.
    """
    problems = []
    calls = list(foreign_calls(prefix))
    for name, call in calls:
        if (answer := _answer(call, tables)) not in _DENIED:
            problems.append(f"{name}: {answer or 'allowed'}")
    refused = len(calls) - len(problems)
    own = _calling("get_item", {"TableName": f"{prefix}incidents", "Key": _key(OWN)})
    if answer := _answer(own, tables):
        problems.append(f"its own tenant: {answer}")
    if (answer := _answer(_both_kinds(f"{prefix}directory"), holder)) in _DENIED:
        problems.append(f"its own tenant and a global item together: {answer}")
    return Found(len(calls), refused, tuple(problems))


def _both_kinds(table: str) -> Callable[[Any], object]:
    """As somebody is added: here and where they are found by. The conditions hold of nothing."""
    puts = [
        {"Put": {"TableName": table, "Item": _key(tenant), "ConditionExpression": _NEVER}}
        for tenant in (OWN, "GLOBAL#email#smoke")
    ]
    return _calling("transact_write_items", {"TransactItems": puts})


def _requests(table: str, tenant: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls about one item that is not there; the writes' conditions hold of nothing."""
    key, never = _key(tenant), _NEVER
    one = {"TableName": table, "Key": key}
    yield "get_item", one
    yield "put_item", {"TableName": table, "Item": key, "ConditionExpression": never}
    yield "delete_item", one | {"ConditionExpression": never}
    yield "update_item", one | {"ConditionExpression": never, "UpdateExpression": "REMOVE a"}
    yield (
        "query",
        {
            "TableName": table,
            "KeyConditionExpression": "tenant = :t",
            "ExpressionAttributeValues": {":t": {"S": tenant}},
        },
    )
    yield "batch_get_item", {"RequestItems": {table: {"Keys": [key]}}}


def _key(tenant: str) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "sk": {"S": "smoke"}}


def _calling(operation: str, request: dict[str, Any]) -> Callable[[Any], object]:
    return lambda tables: getattr(tables, operation)(**request)


def _answer(call: Callable[[Any], object], tables: Any) -> str:
    """The error's code; empty when it was allowed."""
    try:
        call(tables)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


@contextmanager
def _role(stage: str, iam: Any, caller: str) -> Iterator[str]:
    """A role with the deployed policy that this operator may take; its ARN."""
    name, deployed = f"holdfast-{stage}-smoke", f"holdfast-{stage}-api-handler-tables"
    policy = iam.get_role_policy(RoleName=deployed, PolicyName="Tables")["PolicyDocument"]
    account = caller.split(":")[4]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
        ],
    }
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    try:
        iam.put_role_policy(RoleName=name, PolicyName="Tables", PolicyDocument=json.dumps(policy))
        yield str(made["Role"]["Arn"])
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="Tables")
        iam.delete_role(RoleName=name)


def run(stage: str, session: Any) -> Found:
    """Everything, against a real account. Raises ClientError where the operator may not do it."""
    prefix = f"holdfast-{stage}-"
    sts = session.client("sts")
    with _role(stage, session.client("iam"), sts.get_caller_identity()["Arn"]) as arn:
        os.environ |= {"TABLES_ROLE_ARN": arn, "TABLE_PREFIX": prefix}
        from chalicelib.storage import tenant_policy
        from chalicelib.storage.guard import Scope

        _assume(sts, arn, tenant_policy.of(_largest()))
        own = frozenset({OWN})
        given = _assume(sts, arn, tenant_policy.of(Scope(own)))
        held = _assume(sts, arn, tenant_policy.of(Scope(own, global_holder="sign-in")))
        os.environ["TABLES_ROLE_ARN"] = ""  # what is signed here is signed with what was given
        return check(_tables(given), _tables(held), prefix)


def _tables(given: dict[str, str]) -> Any:
    tables = boto3.client(
        "dynamodb",
        region_name=REGION,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    # The second wall would refuse all of it before IAM is asked.
    tables.meta.events.unregister("before-call.dynamodb", unique_id="holdfast-tenant-guard")
    return tables


def _largest() -> Any:
    from chalicelib import ids
    from chalicelib.storage import tenant_policy
    from chalicelib.storage.guard import Scope

    most = frozenset(ids.tenant() for _ in range(tenant_policy.MOST_TENANTS))
    return Scope(most, global_holder="directory")


def _assume(sts: Any, arn: str, policy: str) -> dict[str, str]:
    """A session, once IAM knows the role; STS also says here whether the largest policy fits."""
    for attempt in range(_TRIES):
        try:
            answer = sts.assume_role(
                RoleArn=arn, RoleSessionName="smoke", Policy=policy, DurationSeconds=900
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _DENIED or attempt == _TRIES - 1:
                raise
            time.sleep(_WAIT_SECONDS)
        else:
            return dict(answer["Credentials"])
    raise AssertionError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", required=True)
    found = run(parser.parse_args().stage, boto3.Session(region_name=REGION))
    print(f"{found.tried} foreign calls tried, {found.refused} refused")
    print(*found.problems or ["IAM keeps schools apart"], sep="\n")
    sys.exit(bool(found.problems))


if __name__ == "__main__":
    main()
