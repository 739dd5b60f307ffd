"""Moves each function's rights to the tables into a role of their own, for tenants' sessions (R3).

A function's policy file says all that it may do. On AWS what it says of the tables is granted to a
second role, which only that function may take, and takes narrowed to the tenants in force
(`chalicelib/storage/tenant_sessions.py`). The function's own role then opens no table: should the
third wall ever be missing, nothing works, rather than everything.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / ".chalice" / "policies"
ARN = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"


def part() -> dict[str, Any]:
    """What is merged into the template: resources of every function that has a policy file."""
    resources: dict[str, Any] = {}
    for file in sorted(POLICIES.glob("*.json")):
        resources |= _of_function(file.stem, json.loads(file.read_text(encoding="utf-8")))
    return {"Resources": resources}


def logical_name(function: str) -> str:
    """The function's name in the template: Chalice calls the web's APIHandler."""
    return "APIHandler" if function == "api_handler" else _camel(function)


def role_name(function: str) -> str:
    return f"holdfast-${{Stage}}-{function.replace('_', '-')}-tables"


def _camel(function: str) -> str:
    return "".join(word.capitalize() for word in function.split("_"))


def _of_function(function: str, policy: dict[str, Any]) -> dict[str, Any]:
    tables = [each for each in policy["Statement"] if _on_tables(each)]
    others = [each for each in policy["Statement"] if not _on_tables(each)]
    own = f"{_camel(function)}Role"
    arn = {"Fn::Sub": ARN + role_name(function)}
    take = {"Sid": "TenantSessions", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}
    return {
        own: {"Properties": {"Policies": [_policy(f"{own}Policy", [*others, take])]}},
        f"{_camel(function)}TablesRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": {"Fn::Sub": role_name(function)},
                "MaxSessionDuration": 3600,
                "AssumeRolePolicyDocument": _document(
                    [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Fn::GetAtt": [own, "Arn"]}},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                ),
                "Policies": [_policy("Tables", [*tables, _through_the_key()])],
            },
        },
        logical_name(function): {
            "Properties": {
                "Environment": {
                    "Variables": {
                        "TABLES_ROLE_ARN": {
                            "Fn::If": [
                                "OnAws",
                                {"Fn::GetAtt": [f"{_camel(function)}TablesRole", "Arn"]},
                                "",
                            ]
                        }
                    }
                }
            }
        },
    }


def _on_tables(statement: dict[str, Any]) -> bool:
    actions = statement["Action"]
    first = actions if isinstance(actions, str) else actions[0]
    return str(first).startswith("dynamodb:")


def _through_the_key() -> dict[str, Any]:
    """The tables use their key in the caller's name; nothing else may be opened with it."""
    return {
        "Sid": "TablesKey",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": {"Fn::GetAtt": ["DataKey", "Arn"]},
        "Condition": {
            "StringEquals": {"kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"}}
        },
    }


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _policy(name: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": _document(statements)}
