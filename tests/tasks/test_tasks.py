"""Tasks: what is to be done, by whom, by when; never whose child it is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.audit import lines
from chalicelib.audit.lines import models
from chalicelib.storage import every, tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tasks.rows import TaskRow
from tests.doubles import FrozenClock
from tests.faults import nemesis
from tests.storage.conftest import a_tenant

TASK = Task(
    id="incident-acknowledge-01HZX",
    kind="incident.acknowledge",
    title="Acknowledge report K7M-4QXT",
    why="A report was made and nobody has said that they have it in hand.",
    link="/s/x/incidents/01HZX",
    about="incident/01HZX",
    due_on=date(2026, 10, 7),
    role="dsl",
)


@pytest.fixture
def school(store: str, clock: FrozenClock) -> Iterator[str]:
    tenant = a_tenant()
    with tenants({tenant}):
        yield tenant


def add(school: str, task: Task = TASK) -> None:
    with transaction() as tx:
        tasks.add(tx, school, task, by="system:test")


def done(school: str, task: Task = TASK) -> None:
    with transaction() as tx:
        tasks.done(tx, school, task, by="person:a")


def test_a_task_is_open_until_it_is_done(school: str) -> None:
    """Then it is kept among the done, with who did it and when."""
    add(school)
    assert [TASK] == list(tasks.open_in(school))
    assert TASK == tasks.find_open(school, TASK.id)

    done(school)
    kept = list(every(TaskRow, school, "task#done#"))

    assert [] == list(tasks.open_in(school))
    assert tasks.find_open(school, TASK.id) is None
    assert [("person:a", TASK.title)] == [(row.done_by, row.unseal()["title"]) for row in kept]


def test_the_same_task_again_changes_nothing(school: str) -> None:
    """Also when it was opened on another day, and so would be due on another."""
    add(school)
    add(school, replace(TASK, due_on=TASK.due_on + timedelta(days=1)))

    assert 1 == len(list(tasks.open_in(school)))


def test_a_task_is_closed_by_who_does_not_know_when_it_was_due(school: str) -> None:
    """The calendar may have changed since."""
    add(school)

    done(school, replace(TASK, due_on=TASK.due_on + timedelta(days=3)))

    assert [] == list(tasks.open_in(school))


def test_open_tasks_come_soonest_first(school: str) -> None:
    """Whatever order they were opened in."""
    days = [9, 7, 8, 10, 6]
    for day in days:
        add(school, replace(TASK, id=f"t{day}", due_on=date(2026, 10, day)))

    assert sorted(days) == [task.due_on.day for task in tasks.open_in(school)]


@pytest.mark.parametrize(
    ("owner", "role", "person", "roles", "expected"),
    [
        ("p1", "", "p1", {"staff"}, True),
        ("p1", "", "p2", {"staff"}, False),
        ("p1", "dsl", "p2", {"dsl"}, False),
        ("", "dsl", "p2", {"dsl", "staff"}, True),
        ("", "dsl", "p2", {"staff"}, False),
        ("", "", "p2", {"staff"}, False),
    ],
)
def test_a_task_is_for_its_owner_or_its_role(
    school: str, owner: str, role: str, person: str, roles: set[str], expected: bool
) -> None:
    """An owner's task is nobody else's, whatever their roles."""
    add(school, replace(TASK, owner=owner, role=role))

    assert expected == bool(tasks.open_for(school, person, frozenset(roles)))


def test_a_task_is_overdue_the_day_after(school: str) -> None:
    """On its day it is due, not overdue."""
    assert not TASK.is_overdue(TASK.due_on)
    assert TASK.is_overdue(TASK.due_on + timedelta(days=1))


def test_tasks_are_sealed_and_their_changes_told(school: str) -> None:
    """The table shows kinds and dates; the audit a line for each opening and doing."""
    with nemesis() as seen:
        add(school)
        done(school)

    told = [(line.action, line.about, line.by) for line in models(lines(school))]

    assert not [body for body in seen.bodies if b"Acknowledge" in body or b"in hand" in body]
    assert {
        ("task.opened", f"task/{TASK.id}", "system:test"),
        ("task.done", f"task/{TASK.id}", "person:a"),
    } == set(told)


def test_another_schools_tasks_are_not_seen(school: str) -> None:
    """Each list is its own."""
    other = a_tenant()
    add(school)

    with tenants({other}):
        assert [] == list(tasks.open_in(other))
