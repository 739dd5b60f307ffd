"""Ready for inspection: what an inspector, a governor or a trust asks first, and what is missing.

Each line is a question with its answer read from the registers as they are now; one that is not met
says what to do and where. Nothing here is a promise: it lists what Holdfast can see (R-GOV 3).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.registers import tables
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.model.reading import plain
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import counting, cycles, definitions, policies, training
from chalicelib.registers.service.definitions import Registers
from chalicelib.tenancy import matrix
from chalicelib.web import words

_PARTS = {
    "lead": "online safety lead",
    "dsl": "designated safeguarding lead",
    "governor": "governor",
    "support": "support staff",
    "technician": "technician",
    "pupils": "pupils",
}
_ROLES = (
    Role.DSL,
    Role.DEPUTY_DSL,
    Role.ONLINE_SAFETY_LEAD,
    Role.SENIOR_LEADER,
    Role.GOVERNOR,
    Role.COMPUTING_MANAGER,
    Role.DATA_PROTECTION_LEAD,
)


class Stand(StrEnum):
    """How a question stands, worst first."""

    MISSING = "Missing"
    COMING = "Not done yet"
    MET = "In order"

    @property
    def colour(self) -> str:
        return {"Missing": "red", "Not done yet": "amber", "In order": "green"}[self.value]


@dataclass(frozen=True)
class Check:
    """One question. `says` is what was found, or what is missing."""

    group: str
    asks: str
    stand: Stand
    says: str
    why: str
    path: str


@dataclass(frozen=True)
class _Look:
    school: SchoolId
    registers: Registers
    today: date

    def register(self, key: str) -> str:
        return f"/s/{self.school}/registers/{key}"

    def current(self, key: str) -> list[Line]:
        return list(lines.all_in(self.school, key, Phase.CURRENT))


def checks(school: SchoolId, today: date) -> list[Check]:
    """Every question, those that are not met first within their group."""
    look = _Look(school, definitions.of(school), today)
    found = [each for source in _SOURCES for each in source(look)]
    found = [replace(each, why=plain(each.why)) for each in found]
    return sorted(
        found, key=lambda each: (_GROUPS.index(each.group), list(Stand).index(each.stand))
    )


def _people(look: _Look) -> Iterator[Check]:
    held = {role for member in identity.members(look.school) for role in member.roles}
    missing = [role.label.lower() for role in _ROLES if role not in held]
    yield Check(
        "People",
        "Is everybody named who must be?",
        _met(not missing),
        f"Nobody is named as {', '.join(missing)}" if missing else "Yes",
        "The policies and the filtering standards name them (S4, S237, R-DFE 3).",
        f"/s/{look.school}/people",
    )
    parts = {str(line.answers.get("part", "")) for line in look.current("working_group")}
    without = [label for part, label in _PARTS.items() if part not in parts]
    yield Check(
        "People",
        "Does the working group have everybody, pupils too?",
        _met(not without),
        f"Missing: {', '.join(without)}" if without else "Yes",
        "Lead, safeguarding lead, governor, support staff, technician and pupils (S239).",
        look.register("working_group"),
    )
    rows = training.overview(look.school, look.today).rows
    late = sum(bool(row.missing) for row in rows)
    yield Check(
        "People",
        "Has everybody been trained?",
        _met(not late),
        f"{late} of {len(rows)} people have training overdue" if late else "Nobody is overdue",
        "Everybody is trained every year, in filtering and monitoring too (S257, R-KCSIE 9).",
        f"/s/{look.school}/training",
    )


def _policies(look: _Look) -> Iterator[Check]:
    online = [line for line in look.current("policies") if line.answers.get("kind") == "online"]
    yield Check(
        "Policies",
        "Is there an online safety policy, approved and signed?",
        _met(bool(online)),
        online[0].name if online else "None is in force here",
        "Approved by governors and signed by the chair (S235, S251).",
        look.register("policies"),
    )
    every = policies.overview(look.school, PersonId(""), look.today).policies
    old = [each.name for each in every if each.edition_old]
    late = [each.name for each in every if each.overdue]
    yield Check(
        "Policies",
        "Are they up to date?",
        _met(bool(every) and not old and not late),
        "; ".join(
            [f"{name}: cites an old edition" for name in old]
            + [f"{name}: review overdue" for name in late]
        )
        or ("Yes" if every else "No policy is entered"),
        "Reviewed in the term that was set, with the guidance of this year (S235, R-KCSIE 1).",
        f"/s/{look.school}/policies",
    )
    wrong = [
        found.title
        for found in tables.shipped().values()
        if found.contradictions(matrix.current(look.school, found).lines)
        or not matrix.current(look.school, found).number
    ]
    yield Check(
        "Policies",
        "Are the tables of what is allowed checked, without contradictions?",
        _met(not wrong),
        f"To settle: {', '.join(wrong)}" if wrong else "Yes",
        "Staff read them, so they must say one thing (S319, S367).",
        f"/s/{look.school}/tables",
    )


def _kept(look: _Look) -> Iterator[Check]:
    """What must be there at least once, in force."""
    for group, key, asks, nothing, why in _WANTED:
        if not look.registers.is_on(key):
            continue
        found = look.current(key)
        yield Check(
            group,
            asks,
            _met(bool(found)),
            _said(found) or nothing,
            why,
            look.register(key),
        )


def _met(good: bool) -> Stand:
    return Stand.MET if good else Stand.MISSING


def _said(found: list[Line]) -> str:
    return found[0].name if len(found) == 1 else f"{len(found)} in force" if found else ""


def _owed(look: _Look) -> Iterator[Check]:
    """What is owed by the term or the year, as its register has it."""
    for key, definition in look.registers.on.items():
        if key in ("training", "training_needs", "policy_readings"):
            continue  # told of under People, person by person
        for owed in cycles.owed(look.school, definition, look.today):
            late = not owed.met and owed.due_on < look.today
            stand = Stand.MET if owed.met else Stand.MISSING if late else Stand.COMING
            yield Check(
                "What is owed",
                f"{owed.label}: {owed.period}",
                stand,
                "Done" if owed.met else f"Due {words.london_date(owed.due_on)}",
                next(c.task.why for c in definition.cycles if c.label == owed.label),
                look.register(key),
            )


def _late(look: _Look) -> Iterator[Check]:
    late = [each for each in counting.due(look.school) if each.is_overdue(look.today)]
    entries = [each for each in late if each.path.count("/") > 4]
    yield Check(
        "What is owed",
        "Is anything in a register overdue?",
        _met(not entries),
        f"{len(entries)} overdue" if entries else "No",
        "Every register has its clock, and what is late is seen here first.",
        f"/s/{look.school}/registers/board",
    )


_GROUPS = ("What is owed", "Filtering and monitoring", "Policies", "People", "Data and devices")
_FILTER, _DATA = "Filtering and monitoring", "Data and devices"
_WANTED = (
    (
        _FILTER,
        "monitoring_strategy",
        "Is it written down how you monitor, out of hours too?",
        "No strategy is in force",
        "Chosen by risk, with a plan for out of hours (R-UKSIC 5, R-DFE 8).",
    ),
    (
        _FILTER,
        "risk_assessments",
        "Is there an online-safety risk assessment?",
        "None is agreed",
        "Written every year (R-UKSIC 6, S317).",
    ),
    (
        _DATA,
        "impact_assessments",
        "Are there impact assessments for data protection?",
        "None is accepted",
        "For monitoring and for services that need personal data (S289, R-DP 4).",
    ),
    (
        _DATA,
        "online_services",
        "Is there a list of approved online services?",
        "None is approved",
        "Staff use only what was checked and approved (S37, S312).",
    ),
    (
        _DATA,
        "image_stores",
        "Is it known where pictures of pupils are kept, and who may reach them?",
        "No place is approved",
        "Agreed secure places, approved staff (S58).",
    ),
    (
        _DATA,
        "designated_areas",
        "Are there areas where adults may use their phones?",
        "None is in force",
        "Phones of adults only there, never in front of pupils (S64, S66).",
    ),
)
_SOURCES: tuple[Callable[[_Look], Iterator[Check]], ...] = (
    _owed,
    _late,
    _kept,
    _policies,
    _people,
)
