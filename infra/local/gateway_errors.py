"""API Gateway's own error pages, from the template: the local cloud reads them only by its API."""

import re
from collections.abc import Mapping
from typing import Any

from infra.package.chalice_project import STAGE


def put_gateway_errors(
    template: Mapping[str, Any], parameters: Mapping[str, str], api: str, gateway: Any
) -> None:
    """Give the deployed API the error pages its template has, and deploy it again."""
    responses = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    for kind, response in responses.items():
        headers = response["ResponseParameters"]["Headers"]
        status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters={
                f"gatewayresponse.header.{name}": value for name, value in headers.items()
            },
            responseTemplates={
                content_type: _filled(page["Fn::Sub"], parameters)
                for content_type, page in response["ResponseTemplates"].items()
            },
            **status,
        )
    gateway.create_deployment(restApiId=api, stageName=STAGE)


def _filled(text: str, parameters: Mapping[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: parameters[found[1]], text)
