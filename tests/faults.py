"""The nemesis: makes the n-th call to AWS fail in a chosen way, and notes every call that is made.

It stands where botocore hands a request to the network, so retries, guards and parsing above it
are the real ones (R31, R32).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session


class Fault(StrEnum):
    """What may happen to one call."""

    THROTTLE = "throttled"
    ERROR_BEFORE = "500 before the commit"
    ERROR_AFTER = "500 after the commit"
    DROP_AFTER = "connection dropped after the commit"
    DEATH_BEFORE = "process dies before the call"
    DEATH_AFTER = "process dies after the call"
    CONFLICT = "another transaction has the item"


class Death(BaseException):
    """The process is gone: nothing may catch this but the test."""


@dataclass
class Nemesis:
    """Counts calls from 0; `plan` says which fault, if any, a call meets."""

    plan: Callable[[int, str], Fault | None] = lambda _number, _operation: None
    calls: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    struck: list[Fault] = field(default_factory=list)

    def send(
        self, real: Callable[..., AWSResponse], session: Any, request: AWSPreparedRequest
    ) -> AWSResponse:
        operation = operation_of(request)
        number = len(self.calls)
        self.calls.append(operation)
        self.bodies.append(_bytes(request.body))
        fault = self.plan(number, operation)
        if fault is None:
            return real(session, request)
        self.struck.append(fault)
        return _strike(fault, lambda: real(session, request), request)

    def meet(self, operation: str, do: Callable[[], Any]) -> Any:
        """Let a double's call, such as the mailbox's, be counted and struck like AWS's own."""
        number = len(self.calls)
        self.calls.append(operation)
        fault = self.plan(number, operation)
        if fault is None:
            return do()
        self.struck.append(fault)
        if fault is Fault.DEATH_BEFORE:
            raise Death
        if fault is Fault.CONFLICT:
            return do()
        if fault in (Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.DEATH_AFTER):
            do()
        if fault is Fault.DEATH_AFTER:
            raise Death
        raise ConnectionError(fault)


def at(number: int, fault: Fault) -> Callable[[int, str], Fault | None]:
    """One call fails, those after it do not."""
    return lambda n, _operation: fault if n == number else None


def always(fault: Fault) -> Callable[[int, str], Fault | None]:
    return lambda _n, _operation: fault


def first(operation: str, fault: Fault) -> Callable[[int, str], Fault | None]:
    """The first call of one operation fails, those after it do not."""
    met: list[int] = []

    def plan(number: int, name: str) -> Fault | None:
        if name != operation or met:
            return None
        met.append(number)
        return fault

    return plan


@contextmanager
def nemesis(plan: Callable[[int, str], Fault | None] | None = None) -> Iterator[Nemesis]:
    """Watch every call to AWS in this block, and strike those that `plan` names."""
    made = Nemesis(plan) if plan else Nemesis()
    real = URLLib3Session.send

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        return made.send(real, session, request)

    # Retries wait between tries; here nobody needs to.
    with mock.patch.object(URLLib3Session, "send", send), mock.patch("botocore.endpoint.time"):
        yield made


def operation_of(request: AWSPreparedRequest) -> str:
    """`PutItem` for DynamoDB, `SendMessage` for SQS; else the method and path."""
    target = request.headers.get("X-Amz-Target", b"")
    name = target.decode() if isinstance(target, bytes) else str(target)
    return name.rpartition(".")[2] or f"{request.method} {request.url}"


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _strike(fault: Fault, real: Callable[[], AWSResponse], request: Any) -> AWSResponse:
    match fault:
        case Fault.THROTTLE:
            return _refusal(400, "ThrottlingException", request)
        case Fault.ERROR_BEFORE:
            return _refusal(500, "InternalServerError", request)
        case Fault.ERROR_AFTER:
            _ = real().content
            return _refusal(500, "InternalServerError", request)
        case Fault.DROP_AFTER:
            _ = real().content
            raise ConnectionClosedError(endpoint_url=request.url)
        case Fault.DEATH_AFTER:
            _ = real().content
            raise Death
        case Fault.DEATH_BEFORE:
            raise Death
        case Fault.CONFLICT:
            return _conflict(real, request)


def _conflict(real: Callable[[], AWSResponse], request: Any) -> AWSResponse:
    """What the tables answer when two transactions meet; the local engine lets them take turns."""
    operation = operation_of(request)
    if operation == "TransactWriteItems":
        writes = json.loads(_bytes(request.body))["TransactItems"]
        reasons = [{"Code": "None"} for _ in writes[1:]] + [{"Code": "TransactionConflict"}]
        return _refusal(400, "TransactionCanceledException", request, CancellationReasons=reasons)
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        return _refusal(400, "TransactionConflictException", request)
    return real()


def _refusal(status: int, code: str, request: Any, **more: Any) -> AWSResponse:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "", **more})
    made = AWSResponse(
        request.url, status, {"content-type": "application/x-amz-json-1.0"}, raw=None
    )
    made._content = body.encode()
    return made
