"""Cases that went quiet, found each morning: a task for whoever has one, closed by the next thing
that happens to it (2.3). It reads the log's cards, not the records.
"""

from dataclasses import replace
from datetime import date, timedelta

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import DUTY_ORDER, Role
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.repository import Stored
from chalicelib.incidents.service import log
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import settings

KIND = "incident.quiet"
LEAST_DAYS = 3  # the setting's least: a record that moved since has no such task


def find(school: SchoolId) -> int:
    """Open a task for each case that has gone quiet; gives how many. Safe to repeat."""
    today = clock.today()
    last = today - timedelta(days=settings.read(school).quiet_days)
    quiet = [
        each
        for each in log.open_cards(school)
        if each.moved_on <= last and each.status is not Status.SUBMITTED
    ]
    known = {each.id for each in tasks.open_in(school)} if quiet else set()
    opened = [each for each in quiet if _id(each.id) not in known]
    for card in opened:
        task = _task(school, card.id, card.reference, today, days=(today - card.moved_on).days)
        with transaction() as tx:
            task = _owned(school, task, card)
            tasks.add(tx, school, task, by=actors.system("plan_day"))
            reminders.start(tx, school, task)
    return len(opened)


def settle(tx: Transaction, school: SchoolId, stored: Stored, by: str) -> None:
    """Something happens to a record: it is not quiet any more."""
    if clock.today() - stored.moved_on < timedelta(days=LEAST_DAYS):
        return
    open_task = tasks.find_open(school, _id(stored.incident.id))
    if open_task:
        tasks.done(tx, school, open_task, by=by)


def _owned(school: SchoolId, task: Task, card: Card) -> Task:
    """Whoever has the case; else, inside its wall, who is asked first."""
    members = identity.members(school)
    inside = [each for each in members if card.wall.lets(each.person, each.roles)]
    if card.owner in {each.person for each in inside}:
        return replace(task, owner=card.owner)
    if not card.wall.stands:
        return replace(task, role=Role.DSL)
    first = next((p for role in DUTY_ORDER for p in inside if role in p.roles), None)
    return replace(task, owner=first.person) if first else replace(task, role=Role.DSL)


def _task(school: SchoolId, record: str, reference: str, on: date, *, days: int) -> Task:
    return Task(
        id=_id(record),
        kind=KIND,
        title=f"Look at record {reference} again",
        why=f"It is open and nothing has happened on it for {days} days. Carry it on, or close it "
        "with its outcome.",
        link=f"/s/{school}/incidents/{record}",
        about=f"incident/{record}",
        due_on=on,
    )


def _id(record: str) -> str:
    return f"incident-quiet-{record}"
