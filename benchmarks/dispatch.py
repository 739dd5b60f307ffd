"""P12: what an answer costs in our routing, guards, headers and log line, beside bare Chalice.

    .venv/bin/python benchmarks/dispatch.py

Both handle the same gateway event in process, in turns; medians of the rounds. No table is touched.
"""

import contextlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-2")

import chalice

import app as holdfast

ROUNDS, CALLS = 7, 400


def bare() -> chalice.Chalice:
    """Chalice with as many routes, and nothing else."""
    plain = chalice.Chalice(app_name="bare")
    for route in holdfast.app.routes:
        names = [part.strip("{}") for part in route.split("/") if part.startswith("{")]
        view = eval(f"lambda {', '.join(names)}: {{'ok': True}}")  # noqa: S307 - our own routes
        plain.route(route)(view)
    return plain


def event(path: str) -> dict[str, Any]:
    return {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": {"Accept": "*/*"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": "GET",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def microseconds(handler: Callable[[Any, Any], Any], asked: dict[str, Any]) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        handler(asked, None)
    return (time.perf_counter() - began) / CALLS * 1e6


def main() -> None:
    floor, asked = bare(), event("/health")
    ours: list[float] = []
    theirs: list[float] = []
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        from chalicelib.observability import logger

        for handler in logger.handlers:
            handler.setStream(nowhere)  # type: ignore[attr-defined]
        for _ in range(ROUNDS):
            ours.append(microseconds(holdfast.app, asked))
            theirs.append(microseconds(floor, asked))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    mine, bare_us = statistics.median(ours), statistics.median(theirs)
    print(f"Holdfast {mine:.0f} us, bare Chalice {bare_us:.0f} us")
    print(f"P12: {ratio:.2f} x (goal: at most 3)")


if __name__ == "__main__":
    main()
