"""Many accounts at once: lines of `Name, account, device, address`, matched by the exact name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.errors import Invalid
from chalicelib.ids import SchoolId
from chalicelib.people.accounts import service
from chalicelib.people.accounts.model import Signs, Subject

MOST = 60


@dataclass(frozen=True)
class Line:
    """One line that names one person."""

    number: int
    subject: Subject
    signs: Signs


def read(text: str, people: Sequence[Subject]) -> list[Line]:
    """The lines, each with its person. Raises Invalid at `lines` with every line that names nobody
    or several: nothing is guessed, and nothing is saved until all are right.
    """
    by_name: dict[str, list[Subject]] = {}
    for each in people:
        by_name.setdefault(_plain(each.name), []).append(each)
    typed = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    problems = [] if len(typed) <= MOST else [f"Enter {MOST} lines or fewer at a time"]
    found: list[Line] = []
    for number, line in typed[:MOST]:
        name, *parts = [part.strip() for part in line.replace("\t", ",").split(",")]
        owners = by_name.get(_plain(name), [])
        if not any(parts):
            problems.append(f"Line {number} needs a name, a comma and an account")
        elif len(owners) != 1:
            problems.append(f"Line {number}: {_nobody(owners)}")
        else:
            found.append(Line(number, owners[0], _signs(parts)))
    if problems:
        raise Invalid({"lines": [". ".join(problems)]})
    return found


def save(school: SchoolId, lines: Sequence[Line], before: Mapping[str, Signs], *, by: str) -> int:
    """Add each line's signs to what its person has; gives how many people were changed.

    Raises Invalid at `lines` for the first that cannot be; those before it are saved.
    """
    for line in lines:
        old = before.get(line.subject.key, Signs())
        merged = Signs(
            _both(old.accounts, line.signs.accounts),
            _both(old.devices, line.signs.devices),
            _both(old.addresses, line.signs.addresses),
        )
        try:
            service.set_signs(school, line.subject, merged, by=by)
        except Invalid as e:
            [text, *_] = [text for texts in e.fields.values() for text in texts]
            raise Invalid({"lines": [f"Line {line.number}: {text}"]}) from e
    return len(lines)


def _signs(parts: Sequence[str]) -> Signs:
    account, device, address = [*parts, "", "", ""][:3]
    return Signs(_given(account), _given(device), _given(address))


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _both(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*old, *new]))


def _nobody(owners: Sequence[Subject]) -> str:
    return (
        "several people have this name; set theirs one by one"
        if owners
        else "nobody is called this"
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
