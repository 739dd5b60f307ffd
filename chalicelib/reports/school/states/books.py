"""How the registers stand, what is late, and what changed."""

from collections.abc import Iterator
from datetime import date

from chalicelib import clock
from chalicelib.ids import PersonId
from chalicelib.incidents.service import owed
from chalicelib.registers import tables as matrices
from chalicelib.registers.service import policies, standing
from chalicelib.reports.document import Cell, Column, Kind, Section, Sentence, Table
from chalicelib.reports.school.states.look import Look, table_of
from chalicelib.reports.school.view import whole
from chalicelib.reports.suppression import total_of
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import matrix, settings
from chalicelib.web import words

REGISTERS, LATE, CHANGES = "Registers in use", "What is late", "What changed"
POLICIES = "Policies in force"
# Registers of things, papers and what adults do. Any other may be about single pupils, a new one
# too: a small number of its entries could point at one.
_OF_NOBODY = frozenset(
    {
        "actions",
        "audits",
        "designated_areas",
        "filter_faults",
        "filtering_checks",
        "filtering_reviews",
        "governor_reports",
        "image_stores",
        "impact_assessments",
        "inductions",
        "installs",
        "monitoring_strategy",
        "online_services",
        "organisations",
        "policies",
        "policy_flags",
        "policy_readings",
        "remote_platforms",
        "risk_assessments",
        "security_reports",
        "social_accounts",
        "training",
        "training_needs",
        "working_group",
        "working_group_meetings",
    }
)
# What a task's kind begins with, and what it is about; those about children hide small numbers.
_ABOUT = (
    ("incident", "Incidents", True),
    ("alert", "Alerts", True),
    ("register", "Registers", False),
    ("agreement", "Agreements", False),
)


def registers(look: Look) -> Section:
    """How many entries each register in use has, and how many are late (S234, 5.9)."""
    on = look.registers.on
    stands, _ = standing.of_school(look.school, on, look.today)
    counts = {
        key: tuple(
            n if key in _OF_NOBODY else whole(n, look.threshold)
            for n in (len(look.within(key)), each.open, each.current, each.closed, each.overdue)
        )
        for key, each in stands.items()
        if each.total
    }
    rows = [(on[key].title, *numbers) for key, numbers in counts.items()]
    late = total_of(numbers[-1] for numbers in counts.values())
    what = f"{words.counted(len(rows), 'register')} {'is' if len(rows) == 1 else 'are'} in use"
    owed = f"{words.counted(late, 'thing')} overdue" if late else "nothing overdue"
    if late is None:
        owed = "some things overdue"
    text = f"{what}, with {owed}." if rows else "No register has been used yet."
    return Section(
        "registers",
        "Registers",
        (Sentence(text, (REGISTERS,) if rows else (), "registers"),),
        tables=tuple(
            table_of(
                REGISTERS,
                ("Register", "Added in the period", "In hand", "In force", "Closed", "Overdue"),
                rows,
                counts=True,
                note="Numbers of registers that may be about single pupils are hidden when small.",
            )
        ),
    )


def late(look: Look) -> Section:
    """What somebody should have done by now, by what it is about; never for whom (5.6)."""
    overdue = [each for each in tasks.open_in(look.school) if each.is_overdue(look.today)]
    overdue = owed.without_concerns(look.school, overdue) if overdue else []
    rows: list[tuple[Cell, ...]] = []
    left = list(overdue)
    for start, label, of_children in _ABOUT:
        mine = [each for each in left if each.kind.startswith(start)]
        left = [each for each in left if each not in mine]
        if mine:
            number = whole(len(mine), look.threshold) if of_children else len(mine)
            oldest = words.london_date(min(each.due_on for each in mine))
            rows.append((label, number, oldest if number is not None else ""))
    if left:
        rows.append(("Other", len(left), words.london_date(min(each.due_on for each in left))))
    text = "Nothing is overdue." if not overdue else "Some things are overdue."
    return Section(
        "late",
        "What is late",
        (Sentence(text, (LATE,) if rows else (), "late"),),
        tables=tuple(
            Table(
                LATE,
                (Column("About", Kind.TEXT), Column("Overdue"), Column("Since", Kind.TEXT)),
                tuple(rows),
            )
            for _ in rows[:1]
        ),
    )


def changes(look: Look) -> Section:
    """Policies that came into force, tables and settings that changed, decisions (S235, S319)."""
    rows = sorted(_changes(look))
    shown = [(words.london_date(on), what, how) for on, what, how in rows]
    text = (
        f"{words.counted(len(rows), 'change')} of policies, tables and settings "
        f"{'was' if len(rows) == 1 else 'were'} made."
        if rows
        else "No policy, table or setting was changed."
    )
    return Section(
        "changes",
        "What changed",
        (Sentence(text, (CHANGES,) if rows else (), "changes"),),
        tables=tuple(table_of(CHANGES, ("When", "What", "How"), shown)),
    )


def policies_in_force(look: Look) -> Table | None:
    """Every policy with its edition, its next review and who has read it (S235, S260)."""
    seen = policies.overview(look.school, PersonId(""), look.today)
    rows = [
        (
            each.name,
            each.kind,
            each.edition or "None named",
            each.next_said or "Not set",
            "Overdue" if each.overdue else "In time",
            each.read_by,
        )
        for each in seen.policies
    ]
    columns = (
        *(Column(h, Kind.TEXT) for h in ("Policy", "Kind", "Edition", "Next review", "Review")),
        Column("Read by"),
    )
    return Table(POLICIES, columns, tuple(rows)) if rows else None


def _changes(look: Look) -> Iterator[tuple[date, str, str]]:
    definition = look.definition("policies")
    for line in look.within("policies"):
        state = definition.state(line.state) if definition else None
        yield line.on, line.name, f"Policy: {state.label.lower() if state else 'entered'}"
    for each in matrices.shipped().values():
        for version in matrix.history(look.school, each):
            on = clock.london(version.at).date() if version.at else None
            if on and look.first <= on <= look.last:
                yield on, each.title, f"Table: version {version.number}"
    for change in settings.history(look.school):
        on = clock.london(change.at).date()
        if look.first <= on <= look.last:
            yield on, "Settings of the school", "Changed"
