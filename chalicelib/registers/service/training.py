"""Training as a school and a person have it: who did what, what is due, what people asked for.

Read from two registers: `training` (one entry for each person and training) and `training_needs`
(the yearly audit). S78, S257 to S261, R-KCSIE 9.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import in_order
from chalicelib.ids import SchoolId
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import definitions
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import academic_year

REGISTER, NEEDS = "training", "training_needs"
# What everybody owes once a year, and what a role owes besides: topics of the register.
YEARLY = ("yearly", "filtering", "kcsie")
_COUNTS_AS = {"yearly": ("yearly", "induction")}
_OF_ROLE = {
    "dsl": "dsl",
    "deputy_dsl": "dsl",
    "online_safety_lead": "online_lead",
    "governor": "governors",
    "chair_of_governors": "governors",
}


@dataclass(frozen=True)
class Cell:
    """One topic of one person: when it was last done, and how that stands."""

    topic: str
    done_on: date | None
    state: str
    colour: str
    entry: str = ""


@dataclass(frozen=True)
class Row:
    """A member of the school with each topic."""

    person: str
    name: str
    roles: str
    cells: tuple[Cell, ...]
    asked_on: date | None

    @property
    def missing(self) -> int:
        return sum(each.colour == "red" for each in self.cells)


@dataclass(frozen=True)
class Overview:
    """The whole school, this school year."""

    year: str
    topics: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    wanted: tuple[tuple[str, int], ...]
    unsure: int
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> int:
        return sum(not row.missing for row in self.rows)

    @property
    def asked(self) -> int:
        return sum(row.asked_on is not None for row in self.rows)


def overview(school: SchoolId, today: date) -> Overview:
    """Everybody at the school, by name."""
    registers = definitions.of(school)
    year = academic_year(today)
    terms = tenancy.calendar_of(school).terms_of(year)
    due_on = terms[1].first_on  # done by the second term: the register's cycles say six months
    labels = _labels(registers.get(REGISTER))
    done = _done(school)
    needs = _asked(school, year)
    rows = [
        _row(member, done, needs, year, due_on, today)
        for member in sorted(identity.members(school), key=lambda each: each.name)
    ]
    answers = [line.answers for line in needs.values()]
    wanted = Counter(topic for each in answers for topic in each.get("needs", ()))
    return Overview(
        year.replace("-", "/"),
        tuple((topic, labels.get(topic, topic)) for topic in (*YEARLY, "role")),
        tuple(rows),
        tuple((labels.get(topic, topic), number) for topic, number in wanted.most_common()),
        sum(each.get("sure") == "unsure" for each in answers),
        labels,
    )


def of_member(
    school: SchoolId, member: Member, registers: definitions.Registers, today: date
) -> list[tuple[str, Cell]]:
    """One member's topics by their names, those that are theirs, of registers that were read."""
    year = academic_year(today)
    due_on = tenancy.calendar_of(school).terms_of(year)[1].first_on
    labels = _labels(registers.get(REGISTER))
    row = _row(member, _done(school), {}, year, due_on, today)
    return [(labels[each.topic], each) for each in row.cells if each.topic]


def _row(
    member: Member,
    done: Mapping[tuple[str, str], Line],
    needs: Mapping[str, Line],
    year: str,
    due_on: date,
    today: date,
) -> Row:
    person = str(member.person)
    cells = [_cell(person, topic, done, year, due_on, today) for topic in YEARLY]
    roles = in_order(member.roles)
    own = next((_OF_ROLE[role] for role in roles if role in _OF_ROLE), "")
    cells.append(
        _cell(person, own, done, "", due_on, today) if own else Cell("", None, "Not needed", "grey")
    )
    asked = needs.get(person)
    said = ", ".join(role.label for role in roles)
    return Row(person, member.name, said, tuple(cells), asked.on if asked else None)


def _cell(
    person: str,
    topic: str,
    done: Mapping[tuple[str, str], Line],
    year: str,
    due_on: date,
    today: date,
) -> Cell:
    """A yearly topic counts if it was done this school year; a role's, whenever it was."""
    found = [
        done[person, each] for each in _COUNTS_AS.get(topic, (topic,)) if (person, each) in done
    ]
    line = max(found, key=lambda each: each.on, default=None)
    if line is None:
        late = today >= due_on
        return Cell(topic, None, "Overdue" if late else "To do", "red" if late else "amber")
    until = line.answers.get("until")
    if until and date.fromisoformat(until) < today:
        return Cell(topic, line.on, "Run out", "red", line.id)
    if year and academic_year(line.on) != year:
        late = today >= due_on
        state = "Overdue" if late else "Due again"
        return Cell(topic, line.on, state, "red" if late else "amber", line.id)
    return Cell(topic, line.on, "Done", "green", line.id)


def _done(school: SchoolId) -> dict[tuple[str, str], Line]:
    """The latest training done of each person in each topic."""
    found: dict[tuple[str, str], Line] = {}
    for line in lines.all_in(school, REGISTER):
        topic = str(line.answers.get("topic", ""))
        if line.state == "done":
            for person in people_in(line.answers, "person"):
                found.setdefault((person, topic), line)
    return found


def _asked(school: SchoolId, year: str) -> dict[str, Line]:
    """Each person's answer to this year's audit of needs, the newest."""
    found: dict[str, Line] = {}
    for line in lines.all_in(school, NEEDS):
        if academic_year(line.on) == year:
            for person in people_in(line.answers, "person"):
                found.setdefault(person, line)
    return found


def _labels(definition: Definition) -> dict[str, str]:
    topics = definition.field("topic")
    labels = {each.value: each.label for each in topics.options} if topics else {}
    return {**labels, "role": "For their role"}
