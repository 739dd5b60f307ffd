"""What comments quote, a reader finds; what the docs name is there; and links lead somewhere.

That settings, tables, events, clocks and mails are told of is `test_docs.py`'s to say.
"""

import ast
import functools
import re
from pathlib import Path

import pytest

from chalicelib.figures import Measure
from chalicelib.notifications.outbox import State
from infra.package import template_files

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FOLDERS = ("chalicelib", "infra", "tests", "benchmarks", "docs")
ALONE = ("app.py", "Makefile", "CHANGELOG.md", "README.md")
TEXT = {".py", ".html", ".txt", ".toml", ".yaml", ".scss", ".js", ".md", ".sh", ".typ"}
BUILT = {"static", "templates_compiled", "__pycache__", "contracts"}
LINTERS = re.compile(r"# noqa: .*")  # their rules have numbers like ours


@functools.cache
def doc(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def told(name: str) -> set[str]:
    """What a page sets as code."""
    return set(re.findall(r"`([^`\n]+)`", doc(name)))


@functools.cache
def texts() -> dict[str, str]:
    """Every text of the repository that a person may read, by its path."""
    files = [ROOT / name for name in ALONE if (ROOT / name).exists()]
    files += [each for folder in FOLDERS for each in (ROOT / folder).rglob("*") if _is_text(each)]
    return {str(each.relative_to(ROOT)): each.read_text(encoding="utf-8") for each in files}


def _is_text(file: Path) -> bool:
    inside = BUILT.isdisjoint(file.relative_to(ROOT).parts)
    return inside and file.is_file() and file != Path(__file__) and file.suffix in TEXT


def pages() -> dict[str, str]:
    return {path: text for path, text in texts().items() if path.endswith(".md")}


@pytest.mark.parametrize(
    ("pattern", "page", "row"),
    [
        (r"\bR(\d+)\b", "security.md", r"^\| R{} \|"),
        (r"\bS(\d+)\b", "requirements.md", r"^- \*\*S{}\.\*\*"),
        (r"\b(R-[A-Z0-9]+)\b", "rules.md", r"^## {}\b|\*\*{}\*\*"),
        (r"\bP(\d+)\b", "performance.md", r"\bP{}\b"),
        (r"\bfeatures (\d+\.\d+)", "features.md", r"^\| {} \|"),
        (r"\balerts\.md (?:sections? )?(\d+(?:\.\d)?)", "alerts.md", r"^##+ {}\.? "),
        (r"\barchitecture(?:\.md)? section (\d+)", "architecture.md", r"^## {}\. "),
    ],
    ids=["R", "S", "R-", "P", "features", "alerts", "architecture"],
)
def test_every_number_that_is_quoted_can_be_looked_up(pattern: str, page: str, row: str) -> None:
    """On the page that holds it; of what is missing, one file that quotes it."""
    wanted = {
        found: path
        for path, text in texts().items()
        for found in re.findall(pattern, LINTERS.sub("", text))
    }

    assert wanted
    assert {} == {
        number: path
        for number, path in wanted.items()
        if not re.search(row.replace("{}", re.escape(number)), doc(page), re.MULTILINE)
    }


def test_every_route_agreement_and_alert_that_is_required_is_named_by_a_test() -> None:
    """Who is told (index A), who signs what (index D) and what the agreements say (A8)."""
    tests = "".join(text for path, text in texts().items() if path.startswith("tests/"))
    named = {int(number) for number in re.findall(r"\bS(\d+)\b", tests)}
    for first, last in re.findall(r"\bS(\d+) to S?(\d+)\b", tests):
        named |= set(range(int(first), int(last) + 1))
    wanted = set(range(115, 166))
    for index in re.findall(r"^### Index [AD]:.*\n(.+)$", doc("requirements.md"), re.MULTILINE):
        wanted |= {int(number) for number in re.findall(r"\bS(\d+)\b", index)}

    assert 90 < len(wanted)
    assert [] == sorted(wanted - named)


def test_every_rule_of_security_has_a_line_and_a_state() -> None:
    """R1 to R51, each once."""
    states = r"^\| R(\d+) \| [^|]+ \| (?:yes|part|later)\b[^|]*\|[^|]*\|$"

    assert [str(n) for n in range(1, 52)] == re.findall(states, doc("security.md"), re.MULTILINE)


def test_every_kind_of_item_is_told() -> None:
    """Each first part of a key, as its builder writes it."""
    trees = [
        ast.parse(t)
        for p, t in texts().items()
        if p.startswith("chalicelib/") and p.endswith(".py")
    ]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    begun = [node.value for node in nodes if isinstance(node.value, str)]
    kinds = {text.partition("#")[0] for text in begun if re.fullmatch(r"[a-z]+#[a-z#]*", text)}

    assert 15 < len(kinds)
    assert [] == sorted(each for each in kinds if f"{each}#" not in doc("data.md"))


def test_every_measure_and_state_of_a_message_is_told() -> None:
    """Words that stand in the tables for ever."""
    assert set() == {*Measure, *State} - told("data.md")


def test_every_parameter_metric_and_make_target_is_told() -> None:
    """What an operator gives, sees and types."""
    template = template_files.load(ROOT / "infra/resources.yaml")
    code = "".join(text for path, text in texts().items() if path.startswith("chalicelib/"))
    metrics = re.findall(r'\bcount\("([A-Z]\w+)"\)', code)
    given = template["Globals"]["Function"]["Environment"]["Variables"]
    targets = re.findall(r"^([a-z-]+):.*## ", texts()["Makefile"], re.MULTILINE)

    assert metrics and targets
    assert set() == {*template["Parameters"], *given, *metrics} - told("operations.md")
    assert [] == [
        each for each in targets if not re.search(rf"`make {each}\b", doc("operations.md"))
    ]


def test_every_file_that_the_docs_name_is_there() -> None:
    """Above all the tests that are said to prove something."""
    named = r"`((?:chalicelib|infra|tests|benchmarks|docs)/[\w./-]+)`"

    assert [] == [
        (path, each)
        for path, text in pages().items()
        for each in re.findall(named, text)
        if not (ROOT / each).exists()
    ]


def test_every_link_between_pages_leads_somewhere() -> None:
    """To a file and, within it, to a heading."""
    link = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
    links = [(path, *found) for path, text in pages().items() for found in link.findall(text)]

    assert 15 < len(links)
    assert [] == [each for each in links if not _leads(*each)]


def _leads(path: str, to: str, heading: str) -> bool:
    page = (ROOT / path).parent / to if to else ROOT / path
    if not page.exists():
        return False
    return not heading or heading in {_anchor(each) for each in page.read_text().splitlines()}


def _anchor(line: str) -> str:
    return re.sub(r"[^\w -]", "", line.lower().lstrip("# ")).replace(" ", "-")
