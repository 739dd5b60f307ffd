"""What is owed every term or year, and what happens when people leave."""

import dataclasses
from datetime import date

from chalicelib import clock as clock_module
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.registers import loader
from chalicelib.registers import service as registers
from chalicelib.registers.model import cycles as rules
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.entry import Entry, Move
from chalicelib.registers.model.reading import read
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.service import cycles, morning
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tenancy.calendar import Calendar
from tests.builders import Person, a_person, a_school, a_trust
from tests.doubles import FrozenClock, Mailbox

BY = "system:test"


def termly() -> Definition:
    """The working group's meetings: owed every term (S233)."""
    return loader.shipped()["working_group_meetings"]


def plan(school: SchoolId) -> None:
    with tenants({school}):
        morning.plan(school)


def add(school: SchoolId, register: str, **values: object) -> str:
    with tenants({school}), transaction() as tx:
        return registers.add(tx, school, register=register, values=values, by=BY)


def titles(school: SchoolId, kind: str = cycles.TASK) -> list[str]:
    with tenants({school}):
        return [task.title for task in tasks.open_in(school) if task.kind == kind]


def test_periods_are_the_schools_own() -> None:
    """A term ends with its last day, a year with the summer's; a week without school is none."""
    [term] = termly().cycles
    october, august = date(2026, 10, 6), date(2027, 8, 18)
    found = rules.span_of(term, october, Calendar())

    assert found is not None
    assert ("2026-27-autumn", date(2026, 10, 13)) == (found.key, found.due_on)
    before = rules.before(term, found, Calendar())
    assert before is not None and "2025-26-summer" == before.key
    weekly = read({**dict(termly().source), "cycles": [_weekly()]}).cycles[0]
    assert rules.span_of(weekly, august, Calendar()) is None


def _weekly() -> dict[str, object]:
    task = {"title": "Look", "why": "Because (S1)", "to": ["dsl"]}
    return {"key": "weekly", "label": "Looked at", "every": "week", "task": task}


def test_a_term_without_its_meeting_is_somebodys_task(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """From the first morning, with the reason; an entry meets it at once; doing it all again
    changes nothing; the next term asks anew, and one that was missed stays due (S233).
    """
    school = a_school()
    lead = a_person(school, roles=[Role.ONLINE_SAFETY_LEAD])
    [cycle] = termly().cycles
    plan(school)
    plan(school)
    mine = [each for each in titles(school) if each == cycle.task.title]
    assert 1 == len(mine)

    add(school, "working_group_meetings", meets_on="2026-10-09")
    assert cycle.task.title not in titles(school)

    clock.advance(days=100)  # the middle of January
    plan(school)
    assert 1 == titles(school).count(cycle.task.title)
    clock.advance(days=100)  # the end of April: the spring was missed
    plan(school)
    assert 2 == titles(school).count(cycle.task.title)
    add(school, "working_group_meetings", meets_on="2027-04-22")
    assert 0 == titles(school).count(cycle.task.title)
    mailbox.deliver()
    told = [
        mail for mail in mailbox.to(lead.email) if cycle.task.title.lower() in str(mail).lower()
    ]
    assert len(told) <= 2 * len(cycle.remind)


def test_what_is_owed_by_everybody_says_who_is_missing(store: str, clock: FrozenClock) -> None:
    """Every member of staff has the filtering part of the training each year (R-KCSIE 9)."""
    school = a_school()
    ann, ben = (a_person(school, name=name) for name in ("Ann", "Ben"))
    a_person(school, roles=[Role.GOVERNOR], name="Gus")
    training = loader.shipped()["training"]
    [*_, filtering] = training.cycles

    def missing() -> tuple[str, ...]:
        with tenants({school}):
            found = cycles.owed(school, training, date(2026, 10, 6))
        return next(each.missing for each in found if each.label == filtering.label)

    assert ("Ann", "Ben") == missing()
    whom = {"id": ann.id, "name": ann.name}
    add(school, "training", person=whom, topic="filtering", done_on="2026-10-01")
    [entry] = _entries(school, "training")
    if entry.state not in filtering.states:
        _moved(school, entry, filtering.states[0])
    assert (ben.name,) == missing()


def test_a_runner_who_leaves_is_replaced(store: str, clock: FrozenClock) -> None:
    """A social account with somebody who left becomes a task, which ends when another is named
    (S299).
    """
    school = a_school()
    a_person(school, roles=[Role.DSL, Role.HEADTEACHER])
    one, two, three = (a_person(school, name=name) for name in ("One", "Two", "Three"))
    leaver = loader.shipped()["social_accounts"].leavers[0]
    add(school, "social_accounts", name="Class page", runners=_named(one, two))
    [entry] = _entries(school, "social_accounts")
    _moved(school, entry, leaver.states[-1])
    plan(school)
    assert [] == titles(school, "register.leaver")
    with tenants({school, two.id}):
        identity.leave(school, two.id, by=BY)
    plan(school)
    assert [leaver.task.title] == titles(school, "register.leaver")
    [entry] = _entries(school, "social_accounts")
    _moved(school, entry, entry.state, runners=_named(one, three))
    plan(school)

    assert [] == titles(school, "register.leaver")


def test_a_trust_sees_counts_by_school(store: str, clock: FrozenClock) -> None:
    """How many are late, by register and school, and not one word of an entry (R-GOV 1)."""
    trust = a_trust()
    school = a_school("North School", trust=trust)
    add(school, "unfilter_requests", kind="block", site="secret.example", category="games", why="x")
    clock.advance(days=10)
    plan(school)
    with tenants({trust}):
        [(name, _, stand)] = morning.boards_of(TrustId(trust))

    assert "North School" == name
    found = stand["unfilter_requests"]
    assert (1, 1, "red") == (found.open, found.overdue, found.colour)


def _named(*people: Person) -> list[dict[str, str]]:
    return [{"id": each.id, "name": each.name} for each in people]


def _entries(school: SchoolId, register: str) -> list[Entry]:
    with tenants({school}):
        found = lines.all_in(school, register)
        return [entries.load(school, register, line.id).entry for line in found]


def _moved(school: SchoolId, entry: Entry, state: str, **answers: object) -> None:
    """Put an entry into a state without the steps that lead there."""
    definition = loader.shipped()[entry.register]
    known = definition.state(state)
    assert known
    with tenants({school}), transaction() as tx:
        stored = entries.load(school, entry.register, entry.id)
        moves = (*entry.moves, Move(state, clock_module.now()))
        after = dataclasses.replace(
            entry, moves=moves, phase=known.phase, answers={**entry.answers, **answers}
        )
        entries.save(tx, school, definition, stored, after, [])
