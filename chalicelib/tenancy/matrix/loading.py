"""A table as TOML, read once; a mistake in the file is told with its name and the line's."""

import tomllib
from pathlib import Path
from typing import Any

from chalicelib.tenancy.matrix.model import AtOdds, Audience, Column, Line, Matrix


class Malformed(ValueError):
    """A shipped table does not make sense."""


def load(path: Path) -> Matrix:
    """Raises Malformed with the file's name and what is wrong."""
    try:
        return _matrix(tomllib.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as e:
        raise Malformed(f"{path.name}: {type(e).__name__} {e}") from e


def _matrix(data: dict[str, Any]) -> Matrix:
    audiences = tuple(_audience(each) for each in data["audiences"])
    looser = data.get("never_looser")
    return Matrix(
        key=data["key"],
        title=data["title"],
        intro=data["intro"],
        edition=data["edition"],
        audiences=audiences,
        lines=tuple(_line(each, audiences) for each in data["lines"]),
        looser=(looser[0], looser[1]) if looser else None,
        blank_is_an_answer=bool(data.get("blank_is_an_answer")),
        at_odds=tuple(
            AtOdds(each["line"], each["audience"], frozenset(each["marks"]), each["says"])
            for each in data.get("at_odds", ())
        ),
    )


def _audience(data: dict[str, Any]) -> Audience:
    columns = tuple(
        Column(
            key=each["key"],
            label=each["label"],
            colour=each.get("colour", "grey"),
            rank=int(each.get("rank", 0)),
            alone=bool(each.get("alone")),
            letters=tuple((letter, said) for letter, said in each.get("letters", {}).items()),
        )
        for each in data["columns"]
    )
    return Audience(data["key"], data["label"], columns)


def _line(data: dict[str, Any], audiences: tuple[Audience, ...]) -> Line:
    marks = {each.key: frozenset(data["marks"].get(each.key, ())) for each in audiences}
    for audience in audiences:
        if unknown := marks[audience.key] - audience.marks.keys():
            raise ValueError(f"line {data['key']}: no column {sorted(unknown)}")
    return Line(data["key"], data["label"], marks, data.get("note", ""), data.get("source", ""))
