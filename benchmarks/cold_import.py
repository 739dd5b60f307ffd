"""P1: what the web function's cold start costs beside the floor.

    .venv/bin/python benchmarks/cold_import.py

Counts instructions (cachegrind), less the bare interpreter's, of a fresh interpreter that
imports the packaged application and answers its first page, against one that imports boto3's
DynamoDB client and Chalice with 30 routes. Instructions do not mind what else the machine does.
Wants `make package` first. What it cannot tell: Lambda's own INIT, which no laptop has.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "build" / "functions"
TARGET, STRETCH = 1.15, 0.65

FIRST_PAGE = "/help"
LARGEST_FEATURE = "/s/{school}/incidents"  # asked by nobody signed in: imported, and no table read


def event(resource: str) -> dict[str, object]:
    """API Gateway's event for a page."""
    return {
        "resource": resource,
        "path": resource,
        "httpMethod": "GET",
        "headers": {"Accept": "text/html"},
        "multiValueHeaders": {"Accept": ["text/html"]},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"school": "0123456789abcdef"},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "identity": {"sourceIp": "192.0.2.1"},
            "requestId": "x",
        },
        "body": None,
        "isBase64Encoded": False,
    }


CONTEXT = """
class Context:
    aws_request_id = function_name = "x"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-2:0:function:x"
    def get_remaining_time_in_millis(self): return 30000
"""
PATHS = f"import sys; sys.path[:0] = [{str(PACKAGE)!r}]; "


def asking(resource: str) -> str:
    """Code that imports the application and asks for one page."""
    ask = f"assert app.app({event(resource)!r}, Context())['statusCode'] in (200, 303)"
    return PATHS + f"import app\n{CONTEXT}\n{ask}"


OURS = asking(FIRST_PAGE)
FLOOR = PATHS + f"sys.path.append({str(ROOT / 'benchmarks')!r}); import floor_app"
BARE = "pass"
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "HOLDFAST_STAGE": "bench",
    "PUBLIC_URL": "https://holdfast.example",
    "POWERTOOLS_METRICS_NAMESPACE": "Holdfast",
    "POWERTOOLS_SERVICE_NAME": "holdfast",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "PYTHONHASHSEED": "0",
    "PATH": os.environ["PATH"],
}


def main() -> None:
    if not PACKAGE.exists():
        sys.exit("There is no package to measure: run `make package` first.")
    bare, floor, ours = (instructions(code) for code in (BARE, FLOOR, OURS))
    ratio = (ours - bare) / (floor - bare)
    print(f"floor {(floor - bare) / 1e6:,.0f} Mi, web function {(ours - bare) / 1e6:,.0f} Mi")
    print(f"P1 instructions: {ratio:.2f} x floor (goal {TARGET}, stretch {STRETCH})")
    feature = (instructions(asking(LARGEST_FEATURE)) - bare) / (floor - bare)
    print(f"   a page of the largest feature instead: {feature:.2f} x floor")
    print(f"   wall, 7 in turns: {wall():.2f} x floor")


def instructions(code: str) -> int:
    if not shutil.which("valgrind"):
        sys.exit("valgrind is missing: apt-get install valgrind")
    done = subprocess.run(
        [
            *("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
            *(_python(), "-I", "-S", "-B", "-c", code),
        ],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if not found:
        sys.exit(done.stderr)
    return int(found[1].replace(",", ""))


def wall(rounds: int = 7) -> float:
    """The median of the pairwise ratios, each side in turn."""
    return statistics.median(_seconds(OURS) / _seconds(FLOOR) for _ in range(rounds))


def _seconds(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([_python(), "-I", "-S", "-B", "-c", code], env=ENVIRONMENT, check=True)
    return time.perf_counter() - began


def _python() -> str:
    """The interpreter itself: valgrind must not count a version manager's shell script."""
    return str(Path(sys.executable).resolve())


if __name__ == "__main__":
    main()
