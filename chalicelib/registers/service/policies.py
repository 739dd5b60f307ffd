"""The policies in force as a page for everybody: their review, their edition, and who read them.

Read from `policies`, `policy_readings` and `policy_flags` (S86, S235, S260, S219, R-KCSIE 1).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chalicelib.ids import PersonId, SchoolId
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.model.definition import Definition, Phase
from chalicelib.registers.model.dues import term_end
from chalicelib.registers.model.entry import said
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import definitions
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import Calendar, academic_year

FROM_INCIDENTS = "policy.review"  # the kind of task that a debrief opens (S343, S219)
REGISTER, READINGS, FLAGS = "policies", "policy_readings", "policy_flags"


@dataclass(frozen=True)
class Policy:
    """A policy in force."""

    id: str
    name: str
    kind: str
    edition: str
    edition_old: bool
    next_said: str
    next_on: date | None
    overdue: bool
    flags: int
    read_by: int
    read_by_me: bool


@dataclass(frozen=True)
class Draft:
    """A policy on its way: with the working group, with governors, to be signed."""

    id: str
    name: str
    stage: str
    colour: str


@dataclass(frozen=True)
class Overview:
    policies: tuple[Policy, ...]
    drafts: tuple[Draft, ...]
    flags: int
    edition: str
    from_incidents: tuple[Task, ...]

    @property
    def unread(self) -> list[Policy]:
        return [each for each in self.policies if not each.read_by_me]


def edition_due(today: date) -> str:
    """The edition that holds on a day: a new one comes each September (R-KCSIE 1)."""
    return academic_year(today)[:4]


def overview(school: SchoolId, person: PersonId, today: date) -> Overview:
    registers = definitions.of(school)
    definition = registers.get(REGISTER)
    calendar = tenancy.calendar_of(school)
    waiting = Counter(
        str(line.answers.get("policy_kind", "")) for line in lines.all_in(school, FLAGS, Phase.OPEN)
    )
    readers = _readers(school, today)
    policies = [
        _policy(definition, line, calendar, waiting, readers, person, today)
        for line in lines.all_in(school, REGISTER, Phase.CURRENT)
    ]
    return Overview(
        tuple(sorted(policies, key=lambda each: each.name.casefold())),
        tuple(_drafts(definition, lines.all_in(school, REGISTER, Phase.OPEN))),
        sum(waiting.values()),
        edition_due(today),
        tuple(each for each in tasks.open_in(school) if each.kind == FROM_INCIDENTS),
    )


def _policy(
    definition: Definition,
    line: Line,
    calendar: Calendar,
    waiting: Counter[str],
    readers: dict[str, set[str]],
    person: PersonId,
    today: date,
) -> Policy:
    edition = str(line.answers.get("edition", ""))
    next_on = _next_on(line, calendar)
    read = readers.get(line.id, set())
    return Policy(
        line.id,
        line.name,
        said(definition, "kind", line.answers),
        said(definition, "edition", line.answers),
        edition not in ("", "none") and edition != f"y{edition_due(today)}",
        said(definition, "next", line.answers),
        next_on,
        bool(next_on and next_on < today),
        waiting[str(line.answers.get("kind", ""))],
        len(read),
        str(person) in read,
    )


def _next_on(line: Line, calendar: Calendar) -> date | None:
    """The day of the next review; of a term, its last (S235)."""
    if day := line.answers.get("next_on"):
        return date.fromisoformat(str(day))
    term = line.answers.get("next")
    return term_end(str(term), calendar) if term else None


def _drafts(definition: Definition, found: Iterable[Line]) -> list[Draft]:
    told = []
    for line in found:
        state = definition.state(line.state)
        if state:
            told.append(Draft(line.id, line.name, state.label, state.colour))
    return told


def _readers(school: SchoolId, today: date) -> dict[str, set[str]]:
    """Who has read which policy this school year (S260)."""
    found: dict[str, set[str]] = {}
    for line in lines.all_in(school, READINGS):
        policy = line.answers.get("policy")
        if line.state == "read" and academic_year(line.on) == academic_year(today) and policy:
            found.setdefault(str(policy["id"]), set()).update(people_in(line.answers, "person"))
    return found
