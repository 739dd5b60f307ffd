"""The docs tell of every setting, table, event, clock and mail that the code has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.web.render import CHALICELIB, SOURCES
from infra.local import tables

DOCS = Path(__file__).parents[2] / "docs"
FILES = [path for path in CHALICELIB.rglob("*.py") if "templates_compiled" not in path.parts]
CODE = "\n".join(path.read_text() for path in FILES)
DATA = (DOCS / "data.md").read_text()
OPERATIONS = (DOCS / "operations.md").read_text()

SETTINGS = sorted(
    {"QUEUE_ALERTS_URL", "QUEUE_OUTBOX_URL", "QUEUE_DOCUMENTS_URL"}
    | set(
        re.findall(r'(?:environ\.get|_needed)\("([A-Z_]+)"', (CHALICELIB / "config.py").read_text())
    )
)
CLOCKS = set(re.findall(r'^CLOCK = "([a-z_.]+)"', CODE, re.MULTILINE))
MAKES_EVENTS = {"Event", "Happened", "record", "viewed", "_event", "_note", "_happened"}


def _said(node: ast.AST) -> Iterator[ast.expr]:
    """Where the name of an event or audit line may stand: what makes one, or a constant."""
    if isinstance(node, ast.Call):
        if ast.unparse(node.func).rpartition(".")[2] in MAKES_EVENTS:
            yield from node.args
        yield from (each.value for each in node.keywords if each.arg in {"action", "name"})
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield node.value


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


EVENTS = sorted(
    {
        name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        for said in _said(node)
        for name in _constants(said)
        if re.fullmatch(r"[a-z]+\.[a-z_]*[a-z]", name)
    }
    - CLOCKS
)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_operations(name: str) -> None:
    """Whoever runs Holdfast finds what each variable is."""
    assert name in OPERATIONS


@pytest.mark.parametrize("name", sorted(tables.definitions()))
def test_every_table_is_in_data(name: str) -> None:
    """With a heading of its own."""
    assert re.search(rf"^##+ .*\b{name}\b", DATA, re.MULTILINE)


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_in_data(name: str) -> None:
    """Whoever reads the audit finds what its words mean."""
    assert f"`{name}`" in DATA


@pytest.mark.parametrize("name", sorted(CLOCKS))
def test_every_clock_is_in_data(name: str) -> None:
    """And what happens when it runs out."""
    assert f"`{name}`" in DATA


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (SOURCES / "emails").iterdir() if path.is_dir())
)
def test_every_mail_is_in_data(name: str) -> None:
    """And to whom it goes."""
    assert f"`{name}`" in DATA


def test_there_is_something_to_tell_of() -> None:
    """The lists above are not empty by accident."""
    assert len(SETTINGS) > 8 and len(EVENTS) > 40 and len(CLOCKS) >= 3
