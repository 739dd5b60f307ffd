"""How much is open and what is due, for other features and for home pages."""

from dataclasses import dataclass
from datetime import date

from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.repository import lines
from chalicelib.tasks import service as tasks

KINDS = ("register.due", "register.cycle", "register.leaver")


@dataclass(frozen=True)
class Due:
    """Something a register asks of somebody: its title names no child."""

    register: str
    title: str
    why: str
    path: str
    due_on: date
    owner: str
    roles: tuple[str, ...]

    def is_overdue(self, today: date) -> bool:
        return self.due_on < today


def open_count(school: SchoolId, register: str) -> int:
    """How many entries of a register wait for something."""
    return lines.tally(school).get(register, {}).get(Phase.OPEN, 0)


def due(school: SchoolId, *, register: str = "") -> list[Due]:
    """What registers ask for at a school, soonest first."""
    found = [
        Due(
            register_of(task.link),
            task.title,
            task.why,
            task.link,
            task.due_on,
            task.owner,
            task.roles,
        )
        for task in tasks.open_in(school)
        if task.kind in KINDS
    ]
    return [each for each in found if not register or each.register == register]


def register_of(link: str) -> str:
    """The register in a task's link: `/s/<school>/registers/<register>/…`."""
    return link.split("/")[4]
