"""Makes the tables of the real template in any DynamoDB: one definition for AWS, tests and here."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.package import template_files

RESOURCES = Path(__file__).parents[1] / "resources.yaml"
NAME_START = "holdfast-${Stage}-"
# What CreateTable takes of a table's properties; the rest (PITR, TTL, tags, keys) is set otherwise.
CREATE = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "GlobalSecondaryIndexes",
)


@functools.cache
def definitions() -> dict[str, dict[str, Any]]:
    """The template's tables, by short name (`incidents`)."""
    resources = template_files.load(RESOURCES)["Resources"].values()
    tables = [
        each["Properties"] for each in resources if each.get("Type") == "AWS::DynamoDB::Table"
    ]
    return {table["TableName"]["Fn::Sub"].removeprefix(NAME_START): table for table in tables}


def client(endpoint: str) -> Any:
    """A client for the whole store, past the application's tenant guard: for builders and tests."""
    made = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-west-2",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the engine takes any
        config=Config(retries={"max_attempts": 2}, connect_timeout=5, read_timeout=30),
    )
    made.meta.events.unregister("before-call.dynamodb", unique_id="holdfast-tenant-guard")
    return made


def create_tables(endpoint: str, prefix: str) -> list[str]:
    """Make every table the template has, named `prefix` and its short name; return the names.

    A table that exists already stays as it is, with what it holds.
    """
    dynamodb = client(endpoint)
    return [
        _create(dynamodb, prefix + name, definition) for name, definition in definitions().items()
    ]


def delete_tables(endpoint: str, prefix: str) -> None:
    dynamodb = client(endpoint)
    for name in _existing(dynamodb):
        if name.startswith(prefix):
            dynamodb.delete_table(TableName=name)


def _existing(dynamodb: Any) -> Iterator[str]:
    for page in dynamodb.get_paginator("list_tables").paginate():
        yield from page["TableNames"]


def _create(dynamodb: Any, name: str, definition: dict[str, Any]) -> str:
    wanted = {key: definition[key] for key in CREATE if key in definition}
    try:
        dynamodb.create_table(TableName=name, **wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
        return name
    if expiry := definition.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    return name
