"""docs/registers-shipped.md, written from the definitions: `python -m tests.registers.shipped`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.identity.permissions import Role
from chalicelib.registers.loader import shipped
from chalicelib.registers.model.definition import Definition

PAGE = Path(__file__).parents[2] / "docs" / "registers-shipped.md"
_WORDS = {"everyone": "all staff", "adder": "whoever asked"}
_HEAD = """# The registers that ship

What each asks, who decides, what is due and how long it is kept. Written from the definitions in
`chalicelib/registers/definitions/` by `python -m tests.registers.shipped`; a test fails when the
two differ. What a definition can say: [registers.md](registers.md). A school or its trust changes
questions, approvers and periods on screen, adds registers of its own and switches off those it
does not need.

Pages of their own beside the engine's: pupils' phones handed in and out (S68), and the tables of
devices, technology and what may be done online (S319 to S334, S367 to S371).
"""


def text() -> str:
    """The whole page."""
    groups: dict[str, list[Definition]] = {}
    for each in sorted(shipped().values(), key=lambda it: (it.group, it.order)):
        groups.setdefault(each.group, []).append(each)
    parts = [_HEAD]
    for group, registers in groups.items():
        parts.append(f"## {group}\n")
        parts += [_told(each) for each in registers]
    return "\n".join(parts)


def _told(it: Definition) -> str:
    return "\n".join(
        [
            f"### {it.title}",
            f"`{it.key}` · {', '.join(it.asked_by)}",
            "",
            it.says,
            "",
            *(f"- **{name}**: {said}" for name, said in _lines(it) if said),
            "",
        ]
    )


def _lines(it: Definition) -> Iterator[tuple[str, str]]:
    yield "asks", "; ".join(each.label for each in it.fields)
    yield "protected", "; ".join(each.label for each in it.fields if each.read)
    yield "added by", _roles(it.who.add)
    yield "read by", _roles(it.who.read)
    yield "what is in force, by", _roles(it.who.read_current)
    yield "decided by", _roles(it.who.deciders)
    yield "where it can be", " → ".join(each.label for each in it.states)
    yield "steps", "; ".join(each.label for each in it.steps)
    yield "first", " ".join(need.says for step in it.steps for need in step.requires)
    yield "refused outright", " ".join(each.says for each in it.refusals)
    yield "due", "; ".join(f"{each.label}: {each.period}" for each in it.clocks)
    yield "owed", "; ".join(f"{each.label}: every {each.every}" for each in it.cycles)
    yield "mails", " ".join(f"To {_roles(each.to)}: {each.says}" for each in it.tells)
    yield "when somebody leaves", " ".join(each.task.title for each in it.leavers)
    yield "opens", "; ".join(shipped()[each.register].title for each in it.opens)
    yield (
        "counted as",
        ", ".join(f"`{each}`" for each in dict.fromkeys(c.measure for c in it.counts)),
    )
    yield "kept", f"{it.keep.period} after it was {it.keep.after}. {it.keep.why}"


def _roles(words: Iterable[str]) -> str:
    known = {role.value: role.label.lower() for role in Role}
    return ", ".join(
        _WORDS.get(each) or known.get(each) or "whoever is named" for each in words
    ).replace("designated safeguarding lead", "DSL")


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
