"""Writing what a roster changes, some pupils at a time, by the documents queue."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.people.rosters import comparing, repository, service, uploads
from chalicelib.people.rosters.comparing import Plan
from chalicelib.people.rosters.model import Roster
from chalicelib.people.rosters.rows import RunRow
from chalicelib.storage import Transaction, transaction

_AT_ONCE = 10  # pupils in one transaction: each is up to eight items, and a hundred fit
_CLASSES_AT_ONCE = 90
_TRIES = 4
_HEADINGS = ("Pupil", "Class", "What happened")
T = TypeVar("T")


@dataclass(frozen=True)
class _Step:
    """What happens to one pupil: said, audited, and written in the batch's transaction."""

    name: str
    class_name: str
    what: str
    action: str
    write: Callable[[Transaction], str]


def bring_in(job: Job, progress: Progress) -> Sequence[File]:
    """Write what the file changes. Done again, or after a crash, it writes what is left to do."""
    school, by = SchoolId(job.tenant), actors.person(job.asked.person)
    kept = uploads.find(school, by, job.asked.values["upload"])
    options = service.Options.of(job.asked.values)
    progress(5, "Reading the file")
    roster = service.read(kept, options)
    done: list[_Step] = []
    plan = _until_through(school, roster, options, progress, done, by)
    whats = [step.action for step in done]
    row = RunRow(
        school,
        f"roster#run#{ids.new()}",
        format=kept.format.value,
        by=by,
        at=clock.stamp(clock.now()),
        joined=whats.count("pupil.added"),
        changed=whats.count("pupil.changed"),
        left=whats.count("pupil.left"),
        problems=len(plan.problems),
    )
    with transaction() as tx:
        tx.create(row)
        audit.record(tx, school, by=by, action="roster.brought_in", about="roster")
    return [File(Form.CSV, spreadsheets.csv(_result(plan, done)))]


def _until_through(
    school: SchoolId,
    roster: Roster,
    options: "service.Options",
    progress: Progress,
    done: list[_Step],
    by: str,
) -> Plan:
    """Write until nothing is left: who changes a pupil meanwhile has it read again, not lost."""
    for attempt in range(1, _TRIES + 1):
        here = repository.read(school)
        plan = comparing.compare(roster, here.known)
        try:
            _write(school, here, roster, plan, options, progress, done, by)
        except Conflict:
            if attempt == _TRIES:
                raise
            continue
        return plan
    raise Conflict


def _write(
    school: SchoolId,
    here: repository.Here,
    roster: Roster,
    plan: Plan,
    options: "service.Options",
    progress: Progress,
    done: list[_Step],
    by: str,
) -> None:
    writer = repository.Writer(here)
    for names in _some(repository.new_classes(here, roster.children), _CLASSES_AT_ONCE):
        with transaction() as tx:
            writer.classes(tx, names)
            audit.record(tx, school, by=by, action="class.added", about="roster")
    steps = list(_steps(plan, writer, missing_have_left=options.missing_have_left))
    for some in _some(steps, _AT_ONCE):
        with transaction() as tx:
            for step in some:
                pupil = step.write(tx)
                audit.record(tx, school, by=by, action=step.action, about=f"pupil/{pupil}")
        done += some
        progress(10 + 75 * len(done) // max(len(steps), len(done)), f"{len(done)} pupils")


def _steps(plan: Plan, writer: repository.Writer, *, missing_have_left: bool) -> Iterator[_Step]:
    for child in plan.joiners:
        write: Callable[[Transaction], str] = partial(writer.join, child=child)
        yield _Step(child.name, child.class_name, "joined", "pupil.added", write)
    for each in plan.changed:
        write = partial(writer.change, known=each.known, child=each.child)
        what = "; ".join(each.what)
        yield _Step(each.child.name, each.child.class_name, what, "pupil.changed", write)
    for known in plan.missing if missing_have_left else ():
        write = partial(writer.leave, known=known, on=clock.today())
        yield _Step(known.pupil.name, known.class_name, "left", "pupil.left", write)


def _result(plan: Plan, done: Sequence[_Step]) -> spreadsheets.Table:
    rows = sorted((step.name, step.class_name, step.what) for step in done)
    rows += [
        (f"Line {each.line}" if each.line else "", each.column, f"Not brought in: {each.message}")
        for each in plan.problems
    ]
    return spreadsheets.Table("What happened", _HEADINGS, rows)


def _some(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
