"""How each register stands: red, amber or green, for the index, the boards and home pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Definition, Phase
from chalicelib.registers.repository import lines
from chalicelib.registers.service import counting
from chalicelib.registers.service.counting import Due

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """One register: what waits, what is due and what is late."""

    register: str
    open: int = 0
    current: int = 0
    closed: int = 0
    overdue: int = 0
    soon: int = 0
    next_on: date | None = None

    @property
    def total(self) -> int:
        return self.open + self.current + self.closed

    @property
    def colour(self) -> str:
        """Red when something is late, amber when it is due within a week, else green; grey for a
        register that nobody has used and that asks for nothing yet.
        """
        if self.overdue:
            return "red"
        if self.soon:
            return "amber"
        return "green" if self.total or self.next_on else "grey"

    @property
    def says(self) -> str:
        if self.overdue:
            return f"{self.overdue} overdue"
        if self.soon:
            return f"{self.soon} due soon"
        if self.open:
            return f"{self.open} in hand"
        return "Up to date" if self.total or self.next_on else "Nothing yet"


def of_school(
    school: SchoolId, registers: Iterable[str], today: date
) -> tuple[dict[str, Standing], list[Due]]:
    """How each register stands, and what is due in them, soonest first."""
    due = counting.due(school)
    counts = lines.tally(school)
    found = {key: _standing(key, counts.get(key, {}), due, today) for key in registers}
    return found, [each for each in due if each.register in found]


def by_group(on: Mapping[str, Definition]) -> dict[str, list[Definition]]:
    """Registers under their headings, in the index's order."""
    groups: dict[str, list[Definition]] = {}
    for each in on.values():
        groups.setdefault(each.group, []).append(each)
    return groups


def _standing(key: str, counts: Mapping[Phase, int], due: list[Due], today: date) -> Standing:
    mine = [each.due_on for each in due if each.register == key]
    return Standing(
        key,
        open=counts.get(Phase.OPEN, 0),
        current=counts.get(Phase.CURRENT, 0),
        closed=counts.get(Phase.CLOSED, 0),
        overdue=sum(day < today for day in mine),
        soon=sum(today <= day <= today + SOON for day in mine),
        next_on=min(mine, default=None),
    )
