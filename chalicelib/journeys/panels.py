"""What each role sees on a school's first page beside their own tasks: the week, the term, their
reports, signatures, feeds. Who holds several roles sees what all of them give, each once.

Each panel costs one or two reads, whatever the number of records. Nothing here names a child.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib import clock
from chalicelib.alerts.repository import sources, watches
from chalicelib.alerts.senders import SourceState
from chalicelib.figures import Measure
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Permission, Role
from chalicelib.incidents import repository as incidents
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.repository.reporters import OwnReport
from chalicelib.incidents.service import wall
from chalicelib.reports import copies, periods
from chalicelib.reports.document import Document, Picture
from chalicelib.reports.school.model import Report
from chalicelib.reports.school.weekly import weekly
from chalicelib.tasks.model import Task
from chalicelib.tenancy.calendar import academic_year
from chalicelib.web import words

_SHOWN = 5  # of one's own reports
_LOOKED_AT = 20  # of them, for those that are not concerns about staff
_GOVERNORS = frozenset({Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS})


@dataclass(frozen=True)
class Week:
    """What waits in the school now, and how the last weeks were."""

    new: int
    since: date | None
    open: int
    overdue: int
    picture: Picture | None


@dataclass(frozen=True)
class Term:
    """The latest report that was approved, and what it says first."""

    report: Report
    document: Document | None
    trend: tuple[Picture, ...]
    unread: bool


@dataclass(frozen=True)
class Signatures:
    """How many agreements of this school year were sent and signed."""

    sent: int
    signed: int

    @property
    def waiting(self) -> int:
        return max(0, self.sent - self.signed)


@dataclass(frozen=True)
class Feed:
    """A filter as its technician sees it first."""

    id: str
    name: str
    heard: str
    state: str
    colour: str


@dataclass(frozen=True)
class Panels:
    """What one person's first page has; what is not theirs is None or empty."""

    week: Week | None = None
    term: Term | None = None
    own: Sequence[OwnReport] = ()
    signatures: Signatures | None = None
    feeds: Sequence[Feed] = ()


def of(staff: SchoolAccess, mine: Sequence[Task]) -> Panels:
    """The panels of somebody who has these tasks."""
    return Panels(
        week=this_week(staff, mine) if staff.may(Permission.READ_WEEK) else None,
        term=term(staff) if _GOVERNORS & staff.roles else None,
        own=_own(staff),
        signatures=signatures(staff) if Role.OFFICE in staff.roles else None,
        feeds=feeds(staff) if Role.TECHNICIAN in staff.roles else (),
    )


def this_week(staff: SchoolAccess, mine: Sequence[Task]) -> Week:
    """Incidents as this person may open them; what is overdue is what they themselves owe."""
    today = clock.today()
    found = wall.visible(incidents.cards(staff.school), staff)
    new = [each.reported_on for each in found if each.status is Status.SUBMITTED]
    monday = today - timedelta(days=today.weekday())
    return Week(
        new=len(new),
        since=min(new, default=None),
        open=sum(each.is_open for each in found),
        overdue=sum(each.is_overdue(today) for each in mine),
        picture=weekly(found, monday) if found else None,
    )


def term(staff: SchoolAccess) -> Term | None:
    """None while nothing has been approved."""
    # Governors alone need these, and everybody's first page waits for what is imported here.
    from chalicelib.reports import summaries
    from chalicelib.reports.school import compose, repository, service

    report = service.latest(staff.school)
    if report is None:
        return None
    counted = repository.counted(staff.school, report.id)
    mine = repository.receiver(staff.school, report.id, staff.person)
    document = compose.told(report, counted, summaries.themes()) if counted else None
    trend = [
        picture
        for section in (document.sections if document else ())
        for picture in section.charts
        if picture.chart.title.endswith("term by term")
    ]
    return Term(report, document, tuple(trend), bool(mine and not mine.read_at))


def signatures(staff: SchoolAccess) -> Signatures:
    """From the school's own copies of its terms: one read, a minute old at most."""
    today = clock.today()
    parts = [
        each.key
        for each in periods.recent_terms(today, number=3)
        if each.academic_year == academic_year(today)
    ]
    kept = list(copies.read(staff.school, min(parts), max(parts)))
    return Signatures(
        sum(each.n(Measure.AGREEMENTS_SENT) for each in kept if each.part in parts),
        sum(each.n(Measure.AGREEMENTS_SIGNED) for each in kept if each.part in parts),
    )


def feeds(staff: SchoolAccess) -> list[Feed]:
    """Each source of alerts that is not retired: on, off or silent."""
    known = watches.all_of(staff.school)
    found = []
    for source in sources.listed(staff.school):
        if source.state is SourceState.RETIRED:
            continue
        watch = known.get(source.id)
        since = watch.silent_since if watch else None
        silent = bool(since) and not (source.heard_at and since and source.heard_at > since)
        state, colour = ("Silent", "red") if silent else ("On", "green")
        if source.state is not SourceState.ON:
            state, colour = "Off", "grey"
        heard = words.ago(source.heard_at) if source.heard_at else "never"
        found.append(Feed(source.id, source.name, heard, state, colour))
    return found


def _own(staff: SchoolAccess) -> Sequence[OwnReport]:
    """The newest reports of somebody who does not read the log, which has them too (S88).

    A first page stands open where others look on, so concerns about staff are not on it, nor
    what cannot be told from one; their reporter finds them in their own reports.
    """
    if not staff.may(Permission.OWN_REPORTS) or staff.may(Permission.READ_LOG):
        return ()
    newest = incidents.own_reports(staff.school, staff.person)[:_LOOKED_AT]
    if not newest:
        return ()
    found = incidents.load_some(staff.school, [each.id for each in newest])
    plain = {each.incident.id for each in found if not each.incident.matter.about_staff}
    return [each for each in newest if each.id in plain][:_SHOWN]
