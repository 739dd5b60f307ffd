"""The house's rules that no linter knows, read from the source (style, R8, R18, R32, R43, R44)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from chalicelib.web.render import CHALICELIB

FILES = sorted(
    path.relative_to(CHALICELIB).as_posix()
    for path in CHALICELIB.rglob("*.py")
    if "templates_compiled" not in path.parts
)

# Rule: (what must not stand in the source, where it may all the same and why).
RULES: dict[str, tuple[str, dict[str, str]]] = {
    "the clock is read in one place": (
        r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(",
        {
            "clock.py": "it is that place",
            "alerts/service/receiving.py": "a sender's clock is compared with the machine's",
            "observability.py": "a log line has the machine's time, wherever the clock was moved",
        },
    ),
    "the tables are reached through storage": (
        r"""(client|resource)\(\s*["']dynamodb""",
        {},
    ),
    "rows are not saved by themselves": (
        r"\b(row|[A-Z]\w*Row(\([^()]*\))?)\.(save|refresh|scan|query|get|batch_\w+|count|exists)\(",
        {},
    ),
    "sums are added by storage alone": (
        r'"ADD ',
        {"storage/rates.py": "a rate may count once too often"},
    ),
    "markup is made in few places": (
        r"\bMarkup\(",
        {
            "web/render.py": "the token's input, formatted",
            "web/words.py": "paragraphs of escaped text",
            "web/charts/canvas.py": "pictures of numbers, formatted",
            "web/charts/spark.py": "pictures of numbers, formatted",
            "incidents/web/poster.py": "a drawing by a library, of our own address",
            "agreements/rendering.py": "our own agreement texts; the renderer has HTML off",
        },
    ),
    "the environment is read in one place": (r"os\.(environ|getenv)", {"config.py": "this"}),
    "no request decides where links lead": (
        r"""headers[^\n]*["'](host|x-forwarded[^"']*|forwarded)["']""",
        {},
    ),
    "nothing is fetched from anywhere": (
        r"^\s*(import|from) (requests|httpx|urllib3|socket|ftplib|smtplib|urllib\.request)\b",
        {
            "people/rosters/wonde/client.py": "a school's pupils, from one configured address",
            "identity/sso/exchange.py": "providers' tokens and keys, from fixed addresses",
        },
    ),
    "no threads within a request": (
        r"^\s*(import|from) (threading|concurrent|asyncio|multiprocessing)\b",
        {"agreements/seal/stamp.py": "asks a time-stamp authority where documents are made"},
    ),
    "no digest that is broken": (r"hashlib\.(md5|sha1)\b", {}),
    "chance that guards something is the system's": (
        r"^\s*(import|from) (random|uuid)\b",
        {"storage/transaction.py": "jitter between tries"},
    ),
    "nothing is unpickled or evaluated": (r"\b(pickle|marshal|eval|exec|yaml\.load)\(", {}),
}


@cache
def text(file: str) -> str:
    return (CHALICELIB / file).read_text()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_house_rule_holds(rule: str) -> None:
    """Everywhere but where its exceptions say, and each exception is still one."""
    pattern, exceptions = RULES[rule]
    found = {file for file in FILES if re.search(pattern, text(file), re.MULTILINE)}

    assert not sorted(found - set(exceptions))
    assert set(exceptions) <= found


def test_each_rule_can_be_broken() -> None:
    """The patterns find what they are for."""
    broken = {
        "the clock is read in one place": "x = datetime.now(UTC)",
        "the tables are reached through storage": 'boto3.client("dynamodb")',
        "rows are not saved by themselves": "IncidentRow(a, b).save()",
        "sums are added by storage alone": '"UpdateExpression": "ADD n :one"',
        "markup is made in few places": "Markup(text)",
        "the environment is read in one place": 'os.environ["X"]',
        "no request decides where links lead": 'request.headers.get("host")',
        "nothing is fetched from anywhere": "import requests",
        "no threads within a request": "from concurrent.futures import X",
        "no digest that is broken": "hashlib.md5(x)",
        "chance that guards something is the system's": "import uuid",
        "nothing is unpickled or evaluated": "pickle.loads(x) or eval(x)",
    }

    assert set(RULES) == set(broken)
    for rule, (pattern, _) in RULES.items():
        assert re.search(pattern, broken[rule], re.MULTILINE), rule


# --- logs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_a_log_message_is_constant(file: str) -> None:
    """Fields are keys; no value, and so no name, is ever part of the message (R44)."""
    wrong = []
    for node in ast.walk(ast.parse(text(file))):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if re.fullmatch(r"logger\.(debug|info|warning|error|exception|critical)|failure", called):
            first = node.args[0] if node.args else None
            named = {keyword.arg for keyword in node.keywords}
            if file != "observability.py" and not isinstance(first, ast.Constant):
                wrong.append(ast.unparse(node))
            if called == "logger.exception" or "exc_info" in named:
                wrong.append(ast.unparse(node))

    assert not wrong


# --- nothing stays in a warm process -------------------------------------------------------------

# Module-level containers that change while the process lives, and why that is no tenant's business.
KEPT = {
    "alerts/service/pace.py:_minutes": "how often each source posted in this minute: ids, counts",
    "storage/fair_share.py:_minutes": "how often a tenant was served this minute: ids, counts",
    "identity/sso/exchange.py:_keys": "public keys of Microsoft and Google",
    "storage/guard.py:_installed": "set once, when storage is imported",
    "storage/keyring.py:_opened": "data keys, by tenant",
    "storage/tenant_sessions.py:_kept": "sessions for the tables, by the tenants they are for",
    "web/navigation.py:_entries": "filled as the features are imported",
    "web/pages.py:ROUTES": "filled as the features are imported",
    "web/pages.py:_planned": "filled once, from what packaging wrote down",
    "web/pages.py:_sign_in": "set once, by app.py",
}
_CHANGES = {"append", "add", "update", "pop", "clear", "extend", "remove", "setdefault", "insert"}


def _changed(file: str) -> Iterator[str]:
    """Names bound at module level to a container that some function changes."""
    tree = ast.parse(text(file))
    bound: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        bound |= {target.id for target in targets if isinstance(target, ast.Name)}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        local = {
            name.id
            for name in ast.walk(function)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        } | {each.arg for each in function.args.args + function.args.kwonlyargs}
        for node in ast.walk(function):
            name = _changed_name(node)
            if name in bound - local or isinstance(node, ast.Global):
                yield name or ", ".join(node.names)  # type: ignore[attr-defined]


def _changed_name(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if node.func.attr in _CHANGES and isinstance(owner, ast.Name):
            return owner.id
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return node.value.id if isinstance(node.value, ast.Name) else ""
    return ""


def test_nothing_at_module_level_changes_but_what_is_listed() -> None:
    """State that outlives a request is where one school's data would reach another (R8)."""
    found = {f"{file}:{name}" for file in FILES for name in _changed(file)}

    assert set(KEPT) == found


def test_no_module_has_a_name_that_says_nothing() -> None:
    """No bags of leftovers."""
    assert not [f for f in FILES if Path(f).stem in {"utils", "helpers", "common", "misc", "util"}]


@pytest.mark.parametrize("file", FILES)
def test_every_module_says_why_it_exists(file: str) -> None:
    """In its docstring."""
    tree = ast.parse(text(file))

    assert not tree.body or ast.get_docstring(tree)
