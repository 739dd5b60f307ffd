"""Compiles a package for Lambda, whose code folder is read-only: without this each cold start
compiles every module again, and takes 2.5 times as long.

The bytecode is `unchecked-hash`: valid whatever the files' times are after a zip. Only `app.py`
ships as source; of everything else the bytecode does alone, which keeps a quarter out of the zip.
Docstrings are for readers of the sources: each is an empty text in the bytecode, as long as it is
one, so that whoever formats theirs still finds a text.
"""

import ast
import compileall
import importlib.util
import marshal
import py_compile
from collections.abc import Collection, Iterator
from pathlib import Path

# The first two bytes of each release's bytecode, by the minor version that reads it.
MAGIC = {(3, 11): 3495, (3, 12): 3531, (3, 13): 3571}
UNCHECKED_HASH = 1


def compile_all(folder: Path, keep_sources: Collection[str] = ()) -> None:
    """Compile every module below with this interpreter.

    Sources stay in the top-level names given; elsewhere a module is its bytecode.
    """
    for part in sorted(folder.iterdir()):
        _compile(part, sourceless=part.name not in keep_sources)


def drop_sources(folder: Path) -> None:
    """Leave only the bytecode of the compiled templates below, which have no docstrings."""
    for source in sorted(folder.rglob("*.py")):
        _compile_beside(source, stripdir=str(folder.parent), legacy=True)
        source.unlink()


def faults(folder: Path, version: tuple[int, int]) -> Iterator[str]:
    """What is wrong with the bytecode of a package meant for this version of Python."""
    tag = f"cpython-{version[0]}{version[1]}"
    for source in sorted(folder.rglob("*.py")):
        if not (source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc").exists():
            yield f"{source.relative_to(folder)} is not compiled"
    for compiled in sorted(folder.rglob("*.pyc")):
        head = compiled.read_bytes()[:8]
        if int.from_bytes(head[:2], "little") != MAGIC[version]:
            yield f"{compiled.relative_to(folder)} is for another Python"
        elif int.from_bytes(head[4:8], "little") != UNCHECKED_HASH:
            yield f"{compiled.relative_to(folder)} is checked against a source"


def _compile(part: Path, *, sourceless: bool) -> None:
    sources = [part] if part.is_file() else sorted(part.rglob("*.py"))
    for source in sources:
        if source.suffix != ".py":
            continue
        if sourceless:
            _replace(source, shown_as=str(source.relative_to(part.parent)))
        else:
            _compile_beside(source, stripdir=str(part.parent))


def _compile_beside(source: Path, *, stripdir: str, legacy: bool = False) -> None:
    compileall.compile_file(
        source,
        quiet=2,
        force=True,
        legacy=legacy,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        stripdir=stripdir,
    )


def _replace(source: Path, *, shown_as: str) -> None:
    """Put a module's bytecode in its source's place; one that does not compile stays as it is."""
    text = source.read_bytes()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    code = compile(_without_docstrings(tree), shown_as, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little")
    whole = head + importlib.util.source_hash(text) + marshal.dumps(code)
    source.with_suffix(".pyc").write_bytes(whole)
    source.unlink()
    for older in (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"):
        older.unlink()


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if ast.get_docstring(node, clean=False) and isinstance(first, ast.Expr):
                first.value = ast.copy_location(ast.Constant(""), first.value)
    return tree
