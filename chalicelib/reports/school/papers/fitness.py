"""The yearly pack: is the policy fit for purpose? What governors need to judge it (S92, S242)."""

from collections.abc import Iterator

from chalicelib.registers.model.definition import Definition, Phase, Type
from chalicelib.registers.model.entry import said
from chalicelib.registers.repository import entries, lines
from chalicelib.reports.document import Document, Section, Table
from chalicelib.reports.school import compose, states
from chalicelib.reports.school.papers.desk import Desk, listed, section
from chalicelib.reports.school.states import books
from chalicelib.reports.school.states.look import Look
from chalicelib.web import words

REVIEWS, AUDITS = "filtering_reviews", "audits"


def write(desk: Desk) -> Document:
    """The year's figures and outcomes, reviews, checks, what the filter's provider says, training,
    policies, what changed.
    """
    return desk.counted(
        "Is the online safety policy fit for purpose?",
        [
            *reviews(desk.look),
            states.SECTIONS["feeds"](desk.look),
            policies(desk.look),
            states.SECTIONS["training"](desk.look),
            *compose.figures(desk.view, desk.themes),
            states.SECTIONS["outstanding"](desk.look),
            states.SECTIONS["registers"](desk.look),
            states.SECTIONS["late"](desk.look),
            states.SECTIONS["changes"](desk.look),
        ],
        says=(
            f"This pack has what governors of {desk.name} need to judge whether the online safety "
            "policy is fit for purpose: figures, reviews, checks, training, and what changed."
        ),
        readers="For governors.",
    )


def policies(look: Look) -> Section:
    """What is in force, and when it is reviewed (S235)."""
    found = books.policies_in_force(look)
    if found is None:
        return Section("policies", "Policies", section("x", "", "No policy is entered.").sentences)
    number = words.counted(len(found.rows), "policy is", "policies are")
    return section("policies", "Policies", f"{number} in force.", found)


def reviews(look: Look) -> Iterator[Section]:
    """Reviews and audits of the year, and what the last one says of the filter (S93, R-DFE 3)."""
    held = [*_held(look, REVIEWS, "Filtering and monitoring"), *_held(look, AUDITS, "Audit")]
    table = listed("Reviews of the year", ("When", "What", "About", "State"), held)
    yield section(
        "reviews",
        "Reviews and what came of them",
        f"{words.counted(len(held), 'review or audit', 'reviews or audits')} of this year "
        f"{'is' if len(held) == 1 else 'are'} written down."
        if held
        else "No review or audit of this year is written down.",
        *table,
        *facts(look),
    )


def facts(look: Look) -> tuple[Table, ...]:
    """What was answered about the filter and its provider at the last review."""
    definition = look.definition(REVIEWS)
    newest = next(
        (
            line
            for phase in (Phase.CURRENT, Phase.CLOSED, Phase.OPEN)
            for line in lines.all_in(look.school, REVIEWS, phase)
        ),
        None,
    )
    stored = entries.find(look.school, newest.id) if newest else None
    if definition is None or stored is None:
        return ()
    rows = [
        (field.label, said(definition, field.key, stored.entry.answers))
        for field in definition.fields
        if field.type in (Type.CHOICE, Type.CHOICES) and field.key in stored.entry.answers
    ]
    return listed("The filter and its provider, at the last review", ("Question", "Answer"), rows)


def _held(look: Look, register: str, kind: str) -> Iterator[tuple[str, str, str, str]]:
    definition = look.definition(register)
    for line in look.within(register):
        yield words.london_date(line.on), kind, line.name, _state(definition, line.state)


def _state(definition: Definition | None, key: str) -> str:
    state = definition.state(key) if definition else None
    return state.label if state else key
