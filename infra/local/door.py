"""The tables' door for tests: lets each function do to each table what its policy allows.

Nothing local enforces IAM for the tables, so a permission that a policy lacks would be found by a
school. Each function is given an address of its own here; what its policy file does not allow is
answered as AWS answers it.
"""

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from infra.package.chalice_project import ROOT

POLICIES = ROOT / ".chalice" / "policies"
TABLE = "table/holdfast-${Stage}-"
TARGET = "DynamoDB_20120810."
# What IAM asks for each part of a transaction.
PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


class Door:
    """WSGI: `/<function>/` in front of the tables' engine; `refused` tells what was turned away."""

    def __init__(self, engine: str, prefix: str) -> None:
        self._engine = urlsplit(engine).netloc
        self._prefix = prefix
        self._allowed = {file.stem: _allowed(file) for file in POLICIES.glob("*.json")}
        self.refused: set[tuple[str, str, str]] = set()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        function = request.path.strip("/")
        operation = request.headers.get("X-Amz-Target", "").removeprefix(TARGET)
        body = request.get_data()
        for action, table in _touched(operation, json.loads(body or b"{}")):
            wanted = (function, action, table.removeprefix(self._prefix))
            if wanted[1:] not in self._allowed.get(function, set()):
                self.refused.add(wanted)
                return _denied(*wanted)(environ, start)
        return self._passed_on(request, body)(environ, start)

    def _passed_on(self, request: Request, body: bytes) -> Response:
        engine = http.client.HTTPConnection(self._engine, timeout=30)
        try:
            kept = {k: v for k, v in request.headers.items() if k not in {"Host", "Connection"}}
            engine.request("POST", "/", body, kept)
            answer = engine.getresponse()
            content = answer.read()
        finally:
            engine.close()
        headers = [
            (k, v) for k, v in answer.getheaders() if k.lower().startswith(("x-", "content-t"))
        ]
        return Response(content, answer.status, headers)


def _allowed(file: Path) -> set[tuple[str, str]]:
    """Every action and table (or table/index) that a policy file allows."""
    statements = json.loads(file.read_text(encoding="utf-8"))["Statement"]
    return {
        (action.removeprefix("dynamodb:"), resource["Fn::Sub"].split(TABLE)[1])
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
        if action.startswith("dynamodb:")
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _touched(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What IAM asks for one request: actions and the tables they are on."""
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in request["TransactItems"]:
            for part, what in item.items():
                yield PARTS[part], what["TableName"]
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for table in request["RequestItems"]:
            yield operation, table
    else:
        index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
        yield operation, request.get("TableName", "") + index


def _denied(function: str, action: str, table: str) -> Response:
    message = f"{function} is not authorized to perform dynamodb:{action} on {table}"
    said = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
    return Response(json.dumps(said), 400, mimetype="application/x-amz-json-1.0")
