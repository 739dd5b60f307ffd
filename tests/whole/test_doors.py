"""The packaged application imports a feature when it is wanted, and answers as if it had all."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chalicelib.web import navigation, pages
from tests.whole import packaged

ASK = r"""
import json, re, sys
sys.path.insert(0, sys.argv[1])
import app
before = set(sys.modules)
class Context:
    aws_request_id = function_name = "x"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-2:0:function:x"
    def get_remaining_time_in_millis(self): return 30000
answers = {}
for path in json.loads(sys.argv[2]):
    event = {"resource": path, "path": path, "httpMethod": "GET", "headers": {},
             "multiValueHeaders": {}, "multiValueQueryStringParameters": None,
             "pathParameters": dict.fromkeys(re.findall(r"{(\w+)}", path), "x"),
             "stageVariables": None, "body": None,
             "requestContext": {"resourcePath": path, "httpMethod": "GET", "requestId": "x",
                                "identity": {"sourceIp": "192.0.2.1"}}, "isBase64Encoded": False}
    answer = app.app(event, Context())
    answers[path] = [answer["statusCode"], sorted(m for m in sys.modules if m.endswith(".web"))]
print("ANSWERS" + json.dumps(answers))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's own files, as a function has them."""
    folder = tmp_path_factory.mktemp("packaged")
    with zipfile.ZipFile(packaged.template_file().with_name("deployment.zip")) as package:
        package.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def plan(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (project / "chalicelib" / "web" / "doors.json").read_text(encoding="utf-8")
    )
    return found


def asked(project: Path, *paths: str) -> dict[str, Any]:
    """A fresh process of the packaged application, asked for some paths one after the other."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(project), json.dumps(paths)],
        capture_output=True,
        text=True,
        check=True,
        cwd=project,
    )
    answers: dict[str, Any] = json.loads(done.stdout.partition("ANSWERS")[2].splitlines()[0])
    return answers


def test_packaging_writes_down_every_route_and_menu_entry(plan: dict[str, Any]) -> None:
    """What is known before a feature is imported is what it declares."""
    import app

    assert app.FEATURES
    assert {route.path for route in pages.ROUTES} == set(plan["features"])
    routes, entries = map(vars, pages.ROUTES), map(vars, navigation.entries())
    assert sorted(routes, key=str) == sorted(plan["routes"], key=str)
    assert sorted(entries, key=str) == sorted(plan["entries"], key=str)


def test_a_cold_start_imports_one_feature(project: Path) -> None:
    """Help costs no feature; a guarded page its own, and identity; the next page adds its own."""
    people, alerts = "/s/{school}/people", "/s/{school}/alerts"
    answers = asked(project, "/help", people, alerts)

    status, modules = answers["/help"]
    assert 200 == status
    assert ["chalicelib.web"] == [m for m in modules if m.startswith("chalicelib")]
    assert "chalicelib.people.web" in answers[people][1]
    assert "chalicelib.alerts.web" not in answers[people][1]
    assert "chalicelib.alerts.web" in answers[alerts][1]
    assert {404} == {answers[path][0] for path in (people, alerts)}


def test_every_path_is_answered_by_the_packaged_application(
    project: Path, plan: dict[str, Any]
) -> None:
    """Whoever serves a path, its feature is found: no path is a door to nothing."""
    paths = sorted({r["path"] for r in plan["routes"] if r["method"] == "GET"})
    answers = asked(project, *paths)

    refused = {path for path, (status, _) in answers.items() if status in (403, 405, 500)}
    assert {"/hooks/{token}"} >= refused
