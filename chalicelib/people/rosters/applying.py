"""Writing what a roster changes, some pupils at a time, by the documents queue."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from chalicelib import audit, clock
from chalicelib.audit import actors
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.people.rosters import comparing, repository, service, uploads
from chalicelib.people.rosters.comparing import Plan
from chalicelib.people.rosters.model import Roster
from chalicelib.people.rosters.rows import RunRow
from chalicelib.people.rosters.uploads import Format
from chalicelib.storage import Transaction, transaction

_AT_ONCE = 10  # pupils in one transaction: each is up to nine items, and a hundred fit
_CLASSES_AT_ONCE = 90
_TRIES = 4
_HEADINGS = ("Pupil", "Class", "What happened")
_COUNTED = {"pupil.added": "joined", "pupil.changed": "changed", "pupil.left": "left"}
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
    return bring(school, by, job.id, roster, options, kept.format, progress)


def bring(
    school: SchoolId,
    by: str,
    job: str,
    roster: Roster,
    options: "service.Options",
    format_: Format,
    progress: Progress,
) -> Sequence[File]:
    """Write what a roster changes here; gives the file that says what happened to each pupil."""
    bringing = _Bringing(school, by, job, options, progress)
    bringing.begin(format_)
    plan = bringing.until_through(roster)
    return [File(Form.CSV, spreadsheets.csv(_result(plan, bringing.done)))]


@dataclass
class _Bringing:
    """One file on its way in: who brings it, and what was written so far."""

    school: SchoolId
    by: str
    job: str
    options: "service.Options"
    progress: Progress
    done: list[_Step] = field(default_factory=list)

    def begin(self, format_: Format) -> None:
        """Write down that it is brought in, unless an earlier try did."""
        row = RunRow(
            self.school,
            self._run,
            format=format_.value,
            by=self.by,
            at=clock.stamp(clock.now()),
            joined=0,
            changed=0,
            left=0,
            problems=0,
        )
        with suppress(Conflict), transaction() as tx:
            tx.create(row)
            audit.record(
                tx, self.school, by=self.by, action="roster.brought_in", about=f"roster/{self.job}"
            )

    def until_through(self, roster: Roster) -> Plan:
        """Write until nothing is left: what somebody changed meanwhile is read again, not lost."""
        for attempt in range(1, _TRIES + 1):
            here = repository.read(self.school)
            plan = comparing.compare(roster, here.known)
            try:
                self._write(here, roster, plan)
            except Conflict:
                if attempt == _TRIES:
                    raise
                continue
            return plan
        raise Conflict

    def _write(self, here: repository.Here, roster: Roster, plan: Plan) -> None:
        writer = repository.Writer(here)
        for names in _some(repository.new_classes(here, roster.children), _CLASSES_AT_ONCE):
            with transaction() as tx:
                writer.take_turn(tx)
                writer.classes(tx, names)
                audit.record(tx, self.school, by=self.by, action="class.added", about="roster")
        steps = list(_steps(plan, writer, missing_have_left=self.options.missing_have_left))
        for some in _some(steps, _AT_ONCE):
            with transaction() as tx:
                writer.take_turn(tx)
                for step in some:
                    about = f"pupil/{step.write(tx)}"
                    audit.record(tx, self.school, by=self.by, action=step.action, about=about)
                self._count(tx, some)
            self.done += some
            said = f"{len(self.done)} pupils"
            self.progress(10 + 75 * len(self.done) // max(len(steps), len(self.done)), said)
        with transaction() as tx:
            tx.update(RunRow, self.school, self._run, set={"problems": len(plan.problems)})

    def _count(self, tx: Transaction, some: Sequence[_Step]) -> None:
        """Beside what is counted, so that a crash between batches loses none of it."""
        counts = Counter(_COUNTED[step.action] for step in some)
        tx.update(RunRow, self.school, self._run, add=dict(counts))

    @property
    def _run(self) -> str:
        return f"roster#run#{self.job}"


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
