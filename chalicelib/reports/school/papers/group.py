"""The working group's pack: its year, for its meetings and for governors (S233, S234, S239)."""

from chalicelib.registers.model.definition import Phase
from chalicelib.registers.model.entry import said
from chalicelib.registers.repository import lines
from chalicelib.reports.document import Document, Section
from chalicelib.reports.school import compose, states
from chalicelib.reports.school.papers import fitness
from chalicelib.reports.school.papers.desk import Desk, listed, section
from chalicelib.reports.school.states.look import Look
from chalicelib.web import words

GROUP, MEETINGS, ACTIONS, FLAGS = (
    "working_group",
    "working_group_meetings",
    "actions",
    "policy_flags",
)


def write(desk: Desk) -> Document:
    """Its meetings, actions and members, and what it monitors: log, filtering, agreements."""
    look = desk.look
    return desk.counted(
        "Online safety working group",
        [
            meetings(look),
            actions(look),
            *compose.figures(desk.view, desk.themes),
            states.SECTIONS["feeds"](look),
            fitness.policies(look),
            states.SECTIONS["training"](look),
            states.SECTIONS["changes"](look),
        ],
        says=(
            f"This is what the working group of {desk.name} did and looked at, for its meetings "
            "and for its yearly report to governors."
        ),
        readers="For the working group and governors.",
    )


def meetings(look: Look) -> Section:
    """When it met, and which parts of the school are in it."""
    definition, group = look.definition(MEETINGS), look.definition(GROUP)
    held = [
        (
            words.london_date(line.on),
            line.name,
            state.label if definition and (state := definition.state(line.state)) else line.state,
        )
        for line in look.within(MEETINGS)
    ]
    parts = [
        said(group, "part", line.answers) if group else ""
        for line in lines.all_in(look.school, GROUP, Phase.CURRENT)
    ]
    members = sorted({part: parts.count(part) for part in parts if part}.items())
    return section(
        "meetings",
        "Meetings and members",
        f"The group met or plans to meet {words.counted(len(held), 'time')} in this year."
        if held
        else "No meeting of this year is written down.",
        *listed("Meetings of the year", ("When", "Meeting", "State"), held),
        *listed("Members by part", ("Part", "People"), members, numbers=("People",)),
    )


def actions(look: Look) -> Section:
    """What was agreed and is not done, and how many people said that a policy needs a change."""
    opened = list(lines.all_in(look.school, ACTIONS, Phase.OPEN))
    flags = list(lines.all_in(look.school, FLAGS, Phase.OPEN))
    late = sum(1 for line in opened if line.due_at and line.due_at.date() < look.today)
    rows = [
        ("Actions that are open", len(opened)),
        ("of them overdue", late),
        ("Actions of this year", len(look.within(ACTIONS))),
        ("Changes to policies that people ask for", len(flags)),
    ]
    return section(
        "actions",
        "Actions",
        f"{words.counted(len(opened), 'action is', 'actions are')} open, {late} of them overdue.",
        *listed("Actions and wishes", ("What", "Number"), rows, numbers=("Number",)),
    )
