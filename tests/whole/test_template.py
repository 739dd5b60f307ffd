"""What must hold of everything AWS is asked to run, however many functions and queues there are."""

import re
from pathlib import Path
from typing import Any

import pytest
from cfnlint import api as cfn_lint

from chalicelib.web import headers
from infra.package import gateway_pages
from tests.whole import packaged

TABLES = {
    "directory",
    "incidents",
    "agreements",
    "alerts",
    "registers",
    "retention",
    "reports",
    "audit",
    "outbox",
    "ephemera",
}
PREFIX = "holdfast-${Stage}-"


def _referred(value: Any) -> str:
    """The logical name that a Ref, a GetAtt or a Sub of one attribute points to."""
    if "Ref" in value:
        return str(value["Ref"])
    if "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    found = re.fullmatch(r"\$\{(\w+)(\.\w+)?\}", value["Fn::Sub"])
    assert found
    return found[1]


def _queue_sources() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    return [
        (name, function, source)
        for name, function in packaged.functions().items()
        for source in packaged.events(function, "SQS")
    ]


def test_there_are_exactly_the_functions_we_mean_to_run() -> None:
    """A function that Chalice names differently would run without its queue, alarm or policy."""
    expected = {
        "APIHandler",
        "StoreAlerts",
        "SendMessages",
        "MailFeedback",
        "ReceiveMail",
        "BuildDocument",
        "Sweep",
        "PlanDay",
    }

    assert expected == set(packaged.functions())


def test_every_queue_source_reports_its_failed_items() -> None:
    """One bad message must not bring back the whole batch."""
    sources = _queue_sources()

    assert len(sources) >= 4
    for name, _, source in sources:
        assert ["ReportBatchItemFailures"] == source["FunctionResponseTypes"], name


def test_every_queue_source_has_a_dead_letter_queue_kept_for_two_weeks() -> None:
    """What fails five times is kept where an operator finds it, never dropped."""
    queues = packaged.resources("AWS::SQS::Queue")

    for name, _, source in _queue_sources():
        redrive = queues[_referred(source["Queue"])]["RedrivePolicy"]
        dead = queues[_referred(redrive["deadLetterTargetArn"])]
        assert (5, 1_209_600) == (redrive["maxReceiveCount"], dead["MessageRetentionPeriod"]), name


def test_a_message_stays_hidden_for_six_times_its_function_s_time() -> None:
    """Else a slow function is given the same message again while it still works on it."""
    queues = packaged.resources("AWS::SQS::Queue")

    for name, function, source in _queue_sources():
        hidden = queues[_referred(source["Queue"])]["VisibilityTimeout"]
        assert hidden >= 6 * function["Timeout"], name


def test_every_schedule_tries_again_and_then_keeps_what_failed() -> None:
    """A sweep or a day's plan that could not start is seen, not lost."""
    scheduled = [
        (name, function, source)
        for name, function in packaged.functions().items()
        for source in packaged.events(function, "Schedule")
    ]

    assert {"Sweep", "PlanDay"} == {name for name, _, _ in scheduled}
    for name, function, source in scheduled:
        assert source["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
        assert "ScheduleDeadQueue" == _referred(source["DeadLetterConfig"]["Arn"]), name
        on_failure = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
        assert "ScheduleDeadQueue" == _referred(on_failure["Destination"]), name


def test_every_function_has_a_log_that_ends_and_an_alarm() -> None:
    """Logs are kept for a stated time, and a function that fails is noticed."""
    kept = {
        group["LogGroupName"]["Fn::Sub"]: group["RetentionInDays"]
        for group in packaged.resources("AWS::Logs::LogGroup").values()
    }
    alarms = _alarmed("AWS/Lambda", "Errors", "FunctionName")

    for name, function in packaged.functions().items():
        assert kept["/aws/lambda/" + function["FunctionName"]["Fn::Sub"]] <= 90, name
        assert name in alarms, name


def test_every_dead_letter_queue_has_an_alarm() -> None:
    """Somebody is told that a message was given up on."""
    dead = {
        name
        for name, queue in packaged.resources("AWS::SQS::Queue").items()
        if queue["QueueName"]["Fn::Sub"].endswith("-dlq")
    }

    assert dead == _alarmed("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName")


def test_a_sweep_that_stops_running_sounds_an_alarm() -> None:
    """Silence is the failure that nothing else shows: no data counts as broken."""
    silent = packaged.resources("AWS::CloudWatch::Alarm")["SweepSilentAlarm"]

    assert ("breaching", "Invocations") == (silent["TreatMissingData"], silent["MetricName"])


def test_what_only_we_count_sounds_an_alarm_under_the_name_it_is_counted_by() -> None:
    """R3, R12: a passkey that may be copied, tenants without a session, figures that drifted."""
    alarmed = {
        alarm["MetricName"]
        for alarm in packaged.resources("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "Holdfast"
    }
    code = "".join(path.read_text() for path in Path("chalicelib").rglob("*.py"))

    assert {"PasskeyRanBackwards", "NoTenantSession", "FiguresDrifted"} <= alarmed
    assert {name for name in alarmed if f'count("{name}"' in code} == alarmed


def test_the_tables_are_those_of_the_design() -> None:
    """Every key begins with the tenant, every table is encrypted by our key, none has an LSI."""
    tables = packaged.resources("AWS::DynamoDB::Table").values()

    assert TABLES == {table["TableName"]["Fn::Sub"].removeprefix(PREFIX) for table in tables}
    for table in tables:
        name = table["TableName"]["Fn::Sub"]
        keys = [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]
        assert [("tenant", "HASH"), ("sk", "RANGE")] == keys, name
        assert "PAY_PER_REQUEST" == table["BillingMode"], name
        assert "DataKey" == _referred(table["SSESpecification"]["KMSMasterKeyId"]), name
        assert "LocalSecondaryIndexes" not in table, name


def test_every_table_worth_a_backup_can_go_back_in_time_and_outlives_its_stack() -> None:
    """Only sessions, codes and drafts are not worth one."""
    for name, resource in packaged.template()["Resources"].items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        table = resource["Properties"]
        backed_up = table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert backed_up == (name != "EphemeraTable"), name
        assert "Retain" == resource["DeletionPolicy"], name


def test_buckets_are_private_encrypted_and_only_over_tls() -> None:
    """A report about children is never one wrong click from the public."""
    refusals = {
        _referred(policy["Bucket"]): policy["PolicyDocument"]["Statement"]
        for policy in packaged.resources("AWS::S3::BucketPolicy").values()
    }

    for name, bucket in packaged.resources("AWS::S3::Bucket").items():
        assert all(bucket["PublicAccessBlockConfiguration"].values()), name
        assert bucket["BucketEncryption"], name
        conditions = [s["Condition"] for s in refusals[name] if s["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions, name


def test_only_the_document_builder_carries_the_document_layer() -> None:
    """Typst is 84 MB; every other function starts without it."""
    layered = {name for name, function in packaged.functions().items() if function.get("Layers")}

    assert {"BuildDocument"} == layered


def test_a_webhook_s_body_arrives_as_it_was_sent() -> None:
    """A signature is over bytes; API Gateway must not turn them into text."""
    (api,) = packaged.resources("AWS::Serverless::Api").values()

    assert ["*/*"] == api["BinaryMediaTypes"]


def test_the_gateway_s_own_errors_carry_our_headers_and_page() -> None:
    """An unknown path or a body too large looks and protects like every other answer (R41)."""
    (api,) = packaged.resources("AWS::Serverless::Api").values()
    responses = api["GatewayResponses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN"} <= set(responses)
    for kind, response in responses.items():
        given = response["ResponseParameters"]["Headers"]
        for name, value in headers.ALWAYS.items():
            assert f"'{value}'" == given[name], f"{kind}: {name}"
        assert "'no-store'" == given["Cache-Control"]
        for page in response["ResponseTemplates"].values():
            html = page["Fn::Sub"]
            assert 1 == html.count("<h1"), kind
            assert "<script" not in html, kind
            assert gateway_pages.MARK not in html, kind


def test_the_template_cannot_move_the_clock_or_bring_its_own_keys() -> None:
    """What only a laptop has, no deployment can be given by a parameter."""
    variables = packaged.template()["Globals"]["Function"]["Environment"]["Variables"]
    own = [
        name
        for function in packaged.functions().values()
        for name in function.get("Environment", {}).get("Variables", {})
    ]

    assert [] == [name for name in (*variables, *own) if name.startswith("LOCAL_")]
    assert [] == [name for name in (*variables, *own) if name.startswith("AWS_ENDPOINT")]


def test_cloudformation_s_own_linter_finds_no_error() -> None:
    """The whole merged template, as the region it runs in would read it."""
    found = cfn_lint.lint_file(packaged.template_file())
    errors = [f"{match.rule.id} {match.message}" for match in found if match.rule.id[0] == "E"]

    assert [] == errors


def _alarmed(namespace: str, metric: str, dimension: str) -> set[str]:
    """The logical names that have an alarm on this metric."""
    return {
        _referred(each["Value"])
        for alarm in packaged.resources("AWS::CloudWatch::Alarm").values()
        for each in alarm["Dimensions"]
        if (alarm["Namespace"], alarm["MetricName"], each["Name"]) == (namespace, metric, dimension)
    }


@pytest.mark.parametrize("stage", ["local", "test"])
def test_a_laptop_s_stage_is_never_deployed(stage: str) -> None:
    """`local` honours a movable clock, so `make deploy` refuses the name."""
    from infra.deploy import Refused, refuse_stage

    with pytest.raises(Refused):
        refuse_stage(stage)
