"""`make deploy STAGE=...`: puts what `make package` built on AWS.

Parameters come from `infra/stages/<stage>.json`, which holds no secret: names, an address, a
certificate. docs/operations.md tells what must exist before the first deployment.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.package import publish
from infra.package.chalice_project import ROOT

REGION = "eu-west-2"
BUILD = ROOT / "build"
STAGES = ROOT / "infra" / "stages"
LAPTOP_STAGES = {"local", "test"}  # the first honours a movable clock
NEEDED = {"PublicUrl", "MailFrom"}


class Refused(RuntimeError):
    """This cannot be deployed as it is; the message says what is missing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", required=True)
    stage = parser.parse_args().stage
    try:
        outputs = deploy(stage)
    except (Refused, publish.DeployFailed, ClientError, BotoCoreError) as error:
        raise SystemExit(str(error)) from None
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")
    print(f"Check it: {sys.executable} -m infra.smoke {outputs['PublicUrl']}")


def deploy(stage: str) -> dict[str, str]:
    """Upload the package and change the stack; return its outputs."""
    refuse_stage(stage)
    parameters = {"Stage": stage} | _parameters(stage)
    if not (BUILD / "sam.json").exists():
        message = "There is nothing in build/ yet: run `make package` first."
        raise Refused(message)
    session = boto3.Session(region_name=REGION)
    s3 = session.client("s3")
    bucket = _bucket(session, s3)
    template = publish.upload(BUILD, s3, bucket)
    return publish.deploy(
        f"holdfast-{stage}",
        publish.store_template(template, s3, bucket),
        parameters,
        session.client("cloudformation"),
        tags={"application": "holdfast", "stage": stage},
    )


def refuse_stage(stage: str) -> None:
    """Raises Refused for a name that is a laptop's or that the template would not take."""
    if stage in LAPTOP_STAGES:
        message = f"`{stage}` is what a laptop calls itself; a deployment needs another name."
        raise Refused(message)
    if not re.fullmatch(r"[a-z][a-z0-9]{1,11}", stage):
        message = "Say which installation: make deploy STAGE=prod (2 to 12 small letters, digits)."
        raise Refused(message)


def _parameters(stage: str) -> dict[str, str]:
    file = STAGES / f"{stage}.json"
    given: dict[str, str] = _read(file) if file.exists() else {}
    missing = NEEDED - given.keys()
    if missing:
        message = f"{file.relative_to(ROOT)} must give {', '.join(sorted(missing))}."
        raise Refused(message)
    return given


def _read(file: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return read


def _bucket(session: boto3.Session, s3: Any) -> str:
    """The account's bucket for packages; private, made the first time."""
    account = session.client("sts").get_caller_identity()["Account"]
    name = f"holdfast-packages-{account}"
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
    return name


if __name__ == "__main__":
    main()
