"""Reminders: the day before, the day itself, and on until it is done; each step once, with why."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from app import sweep_now
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from tests.builders import Person, a_person, a_school, within
from tests.doubles import FrozenClock, Mailbox

DUE = date(2026, 10, 9)  # the clock stands at the 6th


@pytest.fixture
def owner(mailbox: Mailbox, clock: FrozenClock) -> Person:
    return a_person(a_school("Marlow Hill"))


def remember(owner: Person, **changes: object) -> Task:
    task = Task("t1", "x", "Ring the provider", "You said you would.", "/s/x", "x/1", DUE)
    task = replace(task, **{"owner": owner.id, **changes})  # type: ignore[arg-type]
    school = SchoolId(owner.place)
    with within(school), transaction() as tx:
        tasks.add(tx, school, task, by="system:test")
        reminders.start(tx, school, task)
    return task


def sweep_twice() -> None:
    """What the first queues, the second sends, whichever shard it fell into."""
    for _ in range(2):
        sweep_now()


def mails(mailbox: Mailbox, clock: FrozenClock, days: int) -> list[str]:
    """The subjects of the mails of some days, each day swept at eight in the morning."""
    found = []
    for _ in range(days):
        clock.advance(days=1)
        mailbox.mails.clear()
        sweep_twice()
        found += [mail.subject for mail in mailbox.mails]
    return found


def test_each_step_reminds_once_and_then_weekly(
    owner: Person, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """The day before, the day, two days after, and each week, however often it is swept."""
    remember(owner)

    assert [
        "A task at Marlow Hill is due tomorrow",
        "A task at Marlow Hill is due today",
        "A task at Marlow Hill is overdue since 9 October 2026",
        "A task at Marlow Hill is overdue since 9 October 2026",
    ] == mails(mailbox, clock, 15)


def test_a_reminder_says_why(owner: Person, mailbox: Mailbox, clock: FrozenClock) -> None:
    """Features 2.3: the reason stands in the mail, and where the task is."""
    remember(owner)
    clock.advance(days=2)
    sweep_twice()
    (mail,) = mailbox.mails

    assert owner.email == mail.to
    assert "Ring the provider" in mail.text
    assert "Why: You said you would." in mail.text


def test_what_is_done_is_not_remembered(
    owner: Person, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """Nobody has to stop the clock: it finds nothing to say and ends."""
    task = remember(owner)
    school = SchoolId(owner.place)
    with within(school), transaction() as tx:
        tasks.done(tx, school, task, by="system:test")

    assert [] == mails(mailbox, clock, 5)
    with within(school):
        assert clocks.running(school, kind=reminders.CLOCK, id=task.id) is None


def test_two_sweeps_at_once_remind_once(
    owner: Person, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """The step that was taken is the condition of the next."""
    remember(owner)
    clock.advance(days=2)

    def run(_: int) -> None:
        with tenants({owner.place}):
            reminders.remind(owner.place, "t1", clock.now())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, range(6)))

    assert 1 == len(mailbox.deliver())


def test_a_late_sweep_reminds_once_of_all_it_missed(
    owner: Person, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """A fortnight without sweeps is one mail, not four."""
    remember(owner)
    clock.advance(days=14)
    sweep_twice()

    assert 1 == len(mailbox.mails)


def test_the_task_of_somebody_who_left_comes_to_the_dsl(
    mailbox: Mailbox, clock: FrozenClock
) -> None:
    """2.19: work never waits for somebody who is gone."""
    from chalicelib.identity import service as identity
    from chalicelib.identity.permissions import Role

    school = a_school("Marlow Hill")
    dsl, leaver = a_person(school, roles=[Role.DSL]), a_person(school)
    remember(leaver)
    identity.leave(school, leaver.id, by="system:test")
    clock.advance(days=3)
    sweep_twice()

    assert [dsl.email] == [mail.to for mail in mailbox.mails]


def test_a_step_just_taken_is_not_followed_by_the_next_at_once(
    owner: Person, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """A sweep that comes second finds the next step's time not come."""
    remember(owner)
    clock.advance(days=2)
    for _ in range(3):
        with tenants({owner.place}):
            reminders.remind(owner.place, "t1", clock.now())

    assert 1 == len(mailbox.deliver())
