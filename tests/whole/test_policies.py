"""Each function may do what it does and no more: one policy file each, read as AWS would."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib import config
from infra.package import table_roles
from tests.whole import packaged

FOLDER = Path(__file__).parents[2] / ".chalice" / "policies"
CONFIG = json.loads((FOLDER.parent / "config.json").read_text(encoding="utf-8"))
TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
QUEUE = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:"
LOGS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/"
ITEM_VERBS = {
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _grants() -> Iterator[tuple[str, str, Any]]:
    """Every function, action and resource that is allowed."""
    for file in FOLDER.glob("*.json"):
        for statement in json.loads(file.read_text(encoding="utf-8"))["Statement"]:
            assert "Allow" == statement["Effect"]
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    yield file.stem, action, resource


def _named(kind: str, key: str) -> set[str]:
    return {each[key]["Fn::Sub"] for each in packaged.resources(kind).values()}


def test_every_function_has_a_policy_of_its_own() -> None:
    """Chalice's guess would allow every resource, a shared file what any of them needs."""
    configured = {
        name: settings["iam_policy_file"] for name, settings in CONFIG["lambda_functions"].items()
    }

    assert CONFIG["autogen_policy"] is False
    assert {name: f"policies/{name}.json" for name in configured} == configured
    assert set(configured) == {file.stem for file in FOLDER.glob("*.json")}
    assert len(configured) == len(packaged.functions())


def test_nothing_is_allowed_on_everything() -> None:
    """No action and no resource is a bare wildcard."""
    for function, action, resource in _grants():
        assert "*" not in action, (function, action)
        assert "*" != resource, (function, action)


def test_tables_are_real_and_only_items_are_touched() -> None:
    """No scan, no PartiQL, no change to a table itself."""
    tables = {TABLE + name for name in _named("AWS::DynamoDB::Table", "TableName")}
    indexes = {TABLE + "holdfast-${Stage}-outbox/index/due-index"}

    for function, action, resource in _grants():
        if action.startswith("dynamodb:"):
            assert action in ITEM_VERBS, (function, action)
            assert resource["Fn::Sub"] in tables | indexes, (function, resource)


def test_the_audit_is_only_added_to_and_read() -> None:
    """What was written down is never changed or taken away, whoever holds the function (R25)."""
    audit = TABLE + "holdfast-${Stage}-audit"
    actions = {action for _, action, resource in _grants() if resource == {"Fn::Sub": audit}}

    assert {"dynamodb:PutItem", "dynamodb:Query"} == actions


def test_each_function_writes_its_own_log_and_no_other() -> None:
    """A log group that is not the function's own would be somebody else's evidence."""
    for function, action, resource in _grants():
        if action.startswith("logs:"):
            own = f"{LOGS}holdfast-${{Stage}}-{function.replace('_', '-')}:*"
            assert own == resource["Fn::Sub"], function


def test_queues_are_real() -> None:
    queues = {QUEUE + name for name in _named("AWS::SQS::Queue", "QueueName")}

    for function, action, resource in _grants():
        if action.startswith("sqs:"):
            assert resource["Fn::Sub"] in queues, (function, resource)


def test_only_the_sender_and_the_sweep_send_mail() -> None:
    """Whoever breaks the web function cannot write to parents in our name."""
    senders = {function for function, action, _ in _grants() if action.startswith("ses:")}

    assert {"send_messages", "sweep"} == senders


def test_each_queue_s_function_may_take_from_it() -> None:
    """Its event source polls with the function's own role."""
    for name, function in packaged.functions().items():
        for source in packaged.events(function, "SQS"):
            short = function["FunctionName"]["Fn::Sub"].removeprefix("holdfast-${Stage}-")
            queue = packaged.resources("AWS::SQS::Queue")[
                source["Queue"]["Fn::Sub"].strip("${}").split(".")[0]
            ]
            wanted = {"Fn::Sub": QUEUE + queue["QueueName"]["Fn::Sub"]}
            granted = {
                action
                for owner, action, resource in _grants()
                if owner == short.replace("-", "_") and resource == wanted
            }
            assert {
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            } <= granted, name


def test_every_setting_the_application_reads_is_given() -> None:
    """A setting that the template forgets would be noticed by a school first."""
    source = Path(config.__file__).read_text(encoding="utf-8")
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source))
    asked_by_name = {
        "QUEUE_ALERTS_URL",
        "QUEUE_OUTBOX_URL",
        "QUEUE_DOCUMENTS_URL",
        "BUCKET_DOCUMENTS",
    }
    by_chalice = {"AWS_CHALICE_CLI_MODE"}
    of_each_function = {"TABLES_ROLE_ARN"}
    only_on_a_laptop = {name for name in read if name.startswith("LOCAL_")}
    given = set(packaged.template()["Globals"]["Function"]["Environment"]["Variables"])

    assert len(read) > 5
    assert (
        set() == (read | asked_by_name) - only_on_a_laptop - by_chalice - of_each_function - given
    )


def test_a_function_touches_the_tables_through_tenants_sessions_alone() -> None:
    """Its own role opens no table; a second one, which only it may take, holds just what its
    policy file says of them; and every function is told of it, but on a laptop (R3).
    """
    roles = packaged.resources("AWS::IAM::Role")
    functions = packaged.functions()
    for file in FOLDER.glob("*.json"):
        wanted = json.loads(file.read_text(encoding="utf-8"))["Statement"]
        of_tables = [s for s in wanted if _listed(s["Action"])[0].startswith("dynamodb:")]
        camel = "".join(word.capitalize() for word in file.stem.split("_"))
        own, second = roles[f"{camel}Role"], roles[f"{camel}TablesRole"]
        (granted,), (through,) = own["Policies"], second["Policies"]
        *tables, key = through["PolicyDocument"]["Statement"]
        *others, take = granted["PolicyDocument"]["Statement"]
        (trusted,) = second["AssumeRolePolicyDocument"]["Statement"]
        told = functions[table_roles.logical_name(file.stem)]["Environment"]["Variables"]

        assert of_tables == tables
        assert [s for s in wanted if s not in of_tables] == others
        assert ("sts:AssumeRole", second["RoleName"]["Fn::Sub"]) == (
            take["Action"],
            take["Resource"]["Fn::Sub"].rpartition("role/")[2],
        )
        assert {"AWS": {"Fn::GetAtt": [f"{camel}Role", "Arn"]}} == trusted["Principal"]
        assert ("kms:Decrypt", {"kms:ViaService"}) == (
            key["Action"],
            set(key["Condition"]["StringEquals"]),
        )
        arn = {"Fn::GetAtt": [f"{camel}TablesRole", "Arn"]}
        assert {"Fn::If": ["OnAws", arn, ""]} == told["TABLES_ROLE_ARN"]
    assert 2 * len(functions) == len(roles)
