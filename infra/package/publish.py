"""Uploads a package's zips and deploys its template, to AWS and to the local cloud alike."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

ARTIFACTS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class DeployFailed(RuntimeError):
    """CloudFormation refused the template or gave up; the message lists its reasons."""


def upload(package: Path, s3: Any, bucket: str) -> dict[str, Any]:
    """Put each zip that the template names under its hash; return the template that says so."""
    template: dict[str, Any] = json.loads((package / "sam.json").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        name = ARTIFACTS.get(resource["Type"], "")
        if name:
            properties = resource["Properties"]
            properties[name] = _uploaded(package / properties[name], s3, bucket)
    return template


def store_template(template: Mapping[str, Any], s3: Any, bucket: str) -> str:
    """Put the template beside the zips and return its address: it is too long to be sent along."""
    content = json.dumps(template).encode()
    key = f"holdfast/{hashlib.sha256(content).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def deploy(
    stack: str,
    template_url: str,
    parameters: Mapping[str, str],
    cloudformation: Any,
    tags: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Make or change the stack; return its outputs.

    Raises:
        DeployFailed: with the reasons CloudFormation gave.
    """
    change = f"holdfast-{uuid.uuid4().hex}"
    exists = _exists(stack, cloudformation)
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=change,
        ChangeSetType="UPDATE" if exists else "CREATE",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Tags=[{"Key": k, "Value": v} for k, v in (tags or {}).items()],
        TemplateURL=template_url,
    )
    try:
        _wait(cloudformation, "change_set_create_complete", StackName=stack, ChangeSetName=change)
    except WaiterError as error:
        reason = str(error.last_response.get("StatusReason", error))
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=change)
        if "didn't contain changes" in reason or "No updates" in reason:
            return outputs(stack, cloudformation)
        raise DeployFailed(reason) from error
    cloudformation.execute_change_set(StackName=stack, ChangeSetName=change)
    try:
        _wait(
            cloudformation,
            "stack_update_complete" if exists else "stack_create_complete",
            StackName=stack,
        )
    except WaiterError as error:
        raise DeployFailed("\n".join(_reasons(stack, cloudformation))) from error
    return outputs(stack, cloudformation)


def outputs(stack: str, cloudformation: Any) -> dict[str, str]:
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def _uploaded(path: Path, s3: Any, bucket: str) -> str:
    content = path.read_bytes()
    key = f"holdfast/{hashlib.sha256(content).hexdigest()}.zip"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"s3://{bucket}/{key}"


def _exists(stack: str, cloudformation: Any) -> bool:
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError:
        return False
    return bool(found) and found[0]["StackStatus"] != "REVIEW_IN_PROGRESS"


def _wait(cloudformation: Any, waiter: str, **of: str) -> None:
    local = cloudformation.meta.endpoint_url.startswith("http://")
    cloudformation.get_waiter(waiter).wait(
        **of, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300} if local else {"Delay": 10}
    )


def _reasons(stack: str, cloudformation: Any) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("FAILED")
    ]
