"""A school's report to governors: asked for, put in words, approved, read (S91, S92, S226)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.documents import repository as jobs
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked, Job
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId, SchoolId
from chalicelib.reports import summaries
from chalicelib.reports.document import Document
from chalicelib.reports.model import Period
from chalicelib.reports.school import compose, repository, wording
from chalicelib.reports.school.model import Counted, Receiver, Report, State
from chalicelib.reports.school.wording import Part
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task

_TO_READ = timedelta(days=14)
DRAFT, FILES = "governors.draft", "governors.file"
TASK = "report.read"


class Stale(Conflict):
    """Somebody else changed the report since it was read."""


@dataclass(frozen=True)
class Listed:
    """A page of the reports that somebody may see, and the cursor of the next."""

    reports: tuple[Report, ...]
    next: str


@dataclass(frozen=True)
class Opened:
    """A report with what it says; while it is made there is its job instead."""

    report: Report
    job: Job | None = None
    counted: Counted | None = None
    document: Document | None = None
    mine: Receiver | None = None

    @cached_property
    def drafted(self) -> Document:
        """What the figures say by themselves. Raises NotFound while there are none."""
        if self.counted is None:
            raise NotFound
        return compose.drafted(self.counted, summaries.themes())

    @cached_property
    def parts(self) -> list[Part]:
        return wording.parts(self.drafted, self.report.wording)


def ask(school: SchoolId, report: str, period: Period, *, by: PersonId) -> None:
    """Have a report made. The same id again is the report that was asked for first (R16)."""
    made = Report(report, school, period, State.MAKING, actors.person(by), clock.now())
    back = f"/s/{school}/reports/{report}"
    asked = Asked(
        DRAFT,
        compose.TITLE,
        Permission.WRITE_REPORTS,
        by,
        back,
        {"report": report},
        doing="Making the report",
        done="The draft is ready.",
    )
    try:
        with transaction() as tx:
            repository.add(tx, made)
            documents.ask(tx, school, asked, job_id=report)
    except Conflict:
        find(school, report)


def listed(school: SchoolId, cursor: str = "", *, drafts: bool) -> Listed:
    """The reports there are, newest first; only who writes them sees drafts."""
    page = repository.page(school, cursor)
    found = tuple(map(repository.to_report, page.items))
    return Listed(tuple(each for each in found if drafts or each.is_approved), page.next)


def latest(school: SchoolId) -> Report | None:
    """The approved report that is newest."""
    return next((each for each in repository.newest(school) if each.is_approved), None)


def find(school: SchoolId, report: str, *, drafts: bool = True) -> Report:
    """Raises NotFound, also for a draft when drafts are not for them."""
    found = repository.find(school, report) if ids.is_record(report) else None
    if found is None or not (drafts or found.is_approved):
        raise NotFound
    return found


def open_report(
    school: SchoolId, report: str, *, by: str, person: PersonId, drafts: bool
) -> Opened:
    """A report and what it says. That it was read is kept. Raises NotFound."""
    found = find(school, report, drafts=drafts)
    if found.state is State.MAKING:
        return Opened(found, job=jobs.job(school, report))
    counted = repository.counted(school, report)
    if counted is None:
        raise NotFound
    audit.viewed(school, by=by, action="governors.viewed", about=f"governors/{report}")
    document = compose.told(found, counted, summaries.themes())
    mine = repository.receiver(school, report, person) if found.is_approved else None
    return Opened(found, counted=counted, document=document, mine=mine)


def put_in_words(
    opened: Opened,
    texts: Mapping[str, str],
    out: Mapping[str, bool],
    added: Mapping[str, str],
    *,
    version: int,
    by: str,
) -> Report:
    """Keep the words of a draft. Raises Conflict for one that is no draft, Stale for an old one."""
    report = _draft(opened.report, version)
    changed = wording.changed(opened.drafted, report.wording, texts, out, added)
    after = replace(report, wording=changed)
    with transaction() as tx:
        repository.save(tx, after)
        _record(tx, report, "governors.worded", by)
    return after


def count_again(report: Report, *, version: int, by: str) -> None:
    """Count a draft anew: its words stay, and those that no longer fit are flagged."""
    report = _draft(report, version)
    with transaction() as tx:
        repository.save(tx, replace(report, state=State.MAKING))
        documents.again(tx, report.school, report.id)
        _record(tx, report, "governors.counted_again", by)


def try_again(school: SchoolId, report: str) -> None:
    """Make what could not be made. No change while it is being made. Raises NotFound."""
    find(school, report)
    job = jobs.job(school, report)
    if job:
        documents.make_again(job)


def ask_files(report: Report, *, by: PersonId) -> str:
    """Have a report written as files, as it reads now; gives the job's id."""
    permission = Permission.READ_REPORTS if report.is_approved else Permission.WRITE_REPORTS
    asked = Asked(
        FILES,
        f"{compose.TITLE}, {report.period.label}",
        permission,
        by,
        f"/s/{report.school}/reports/{report.id}",
        {"report": report.id},
        doing="Writing the report",
        done="The report is ready." if report.is_approved else "The draft is ready.",
    )
    with transaction() as tx:
        return documents.ask(tx, report.school, asked)


def mark_read(report: Report, *, person: PersonId) -> None:
    """Somebody says that they have read a report; saying so twice changes nothing."""
    mine = repository.receiver(report.school, report.id, person)
    if mine is None or mine.read_at:
        return
    task = tasks.find_open(report.school, task_id(report.id, person))
    with transaction() as tx:
        repository.mark_read(tx, report.school, report.id, person, clock.now())
        if task:
            tasks.done(tx, report.school, task, by=actors.person(person))
        _record(tx, report, "governors.read", actors.person(person))


def receivers(report: Report) -> Sequence[Receiver]:
    """Whom an approved report went to, and who says to have read it."""
    return repository.receivers(report.school, report.id) if report.is_approved else ()


def task_id(report: str, person: PersonId) -> str:
    return f"read-{report}-{person}"


def reading(report: Report, person: PersonId) -> Task:
    """The task of somebody whom a report went to."""
    return Task(
        id=task_id(report.id, person),
        kind=TASK,
        title=f"Read the online safety report: {report.period.label}",
        why="Governors and leaders get the figures of each term.",
        link=f"/s/{report.school}/reports/{report.id}",
        about=f"governors/{report.id}",
        due_on=clock.today() + _TO_READ,
        owner=person,
    )


def _draft(report: Report, version: int) -> Report:
    if report.state is not State.DRAFT:
        raise Conflict("This report is not a draft any more.")
    if report.version != version:
        raise Stale
    return report


def _record(tx: Transaction, report: Report, action: str, by: str) -> None:
    audit.record(tx, report.school, by=by, action=action, about=f"governors/{report.id}")
