"""Reads the definitions that ship: a malformed one is refused and told of, the rest load.

A file is parsed once per process, and only when its register is asked for; the packaged product
carries them compiled to one JSON file (`compile_to`), since parsing TOML costs a cold start.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.observability import count, logger
from chalicelib.registers.lines import line_of
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.reading import read
from chalicelib.registers.model.taking import Malformed

FOLDER = Path(__file__).parent / "definitions"
COMPILED = Path("compiled.json")


@dataclass(frozen=True)
class Refused:
    """A file that holds no good definition: which, where and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


@cache
def shipped() -> Mapping[str, Definition]:
    """Every register that ships, by key, in the order of their groups' files."""
    loaded, refused = load(FOLDER)
    for each in refused:
        logger.error("register definition refused", extra={"file": each.file, "line": each.line})
        count("RegisterDefinitionRefused")
    return loaded


def load(folder: Path) -> tuple[dict[str, Definition], list[Refused]]:
    """What a folder's files define, and which of them were refused."""
    loaded: dict[str, Definition] = {}
    refused: list[Refused] = []
    for name, data, text in _sources(folder):
        if isinstance(data, Refused):
            refused.append(data)
            continue
        try:
            definition = _named(read(data), Path(name).stem)
        except Malformed as e:
            refused.append(Refused(name, line_of(text, e.path), e.reason))
        else:
            loaded[definition.key] = definition
    return loaded, refused


def compile_to(folder: Path) -> None:
    """Put what the files of a folder say into one JSON file instead of them, for the package."""
    data = {name: found for name, found, _ in _files(folder) if not isinstance(found, Refused)}
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    (folder / COMPILED).write_text(text, encoding="utf-8")
    for name in data:
        (folder / name).unlink()


Source = tuple[str, dict[str, Any] | Refused, str]


def _sources(folder: Path) -> Iterator[Source]:
    compiled = folder / COMPILED
    if not compiled.exists():
        yield from _files(folder)
        return
    for name, data in json.loads(compiled.read_text(encoding="utf-8")).items():
        yield name, data, ""


def _named(definition: Definition, stem: str) -> Definition:
    """A register is found by its file's name, so that is its key."""
    if definition.key != stem:
        raise Malformed(("key",), f"the key must be the name of the file, {stem!r}")
    return definition


def _files(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            yield path.name, tomllib.loads(text), text
        except tomllib.TOMLDecodeError as e:
            yield path.name, Refused(path.name, _line_in(str(e)), str(e)), text


def _line_in(message: str) -> int:
    """The line that the parser named: `… (at line 3, column 7)`."""
    _, _, rest = message.rpartition("at line ")
    number = rest.split(",")[0]
    return int(number) if number.isdigit() else 1
