"""The template as Chalice packages it with ours merged in: made once for a test process."""

import functools
import json
import tempfile
from pathlib import Path
from typing import Any

from infra.package import chalice_project


@functools.cache
def template() -> dict[str, Any]:
    """The whole template that CloudFormation gets."""
    made: dict[str, Any] = json.loads(template_file().read_text(encoding="utf-8"))
    return made


@functools.cache
def template_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-template-"))
    chalice_project.packaged(folder / "out")
    return folder / "out" / "sam.json"


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of this type, by logical name."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    return resources("AWS::Serverless::Function")


def events(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The properties of a function's events of this type: `SQS`, `Schedule`."""
    sources = function.get("Events", {}).values()
    return [source["Properties"] for source in sources if source["Type"] == kind]
