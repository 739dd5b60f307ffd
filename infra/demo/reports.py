"""The reports there are by now: the trust's for each term that has ended, and a school's own."""

from datetime import timedelta
from time import monotonic, sleep

from chalicelib import clock, ids
from chalicelib.documents import build
from chalicelib.identity.permissions import Role
from chalicelib.ids import TrustId
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.reports import morning, periods
from chalicelib.reports.model import Period
from chalicelib.reports.schedules import service as schedules
from chalicelib.reports.school import approving
from chalicelib.reports.school import service as school_reports
from chalicelib.reports.school.model import State
from chalicelib.storage import tenants
from chalicelib.tenancy import directory
from infra.demo.schools import Opened

_SCHOOLS = 3  # that have reports to governors
_PATIENCE = 120  # seconds that the queue may take for one of them


def ask_for_past_terms(trust: TrustId) -> int:
    """What the mornings after each term's end would have asked for; the documents queue makes them.

    Gives how many.
    """
    morning.plan_day(trust)
    with tenants({trust}):
        calendars = schedules.calendars_of(directory.schools_of(trust))
    return morning.plan_termly(trust, calendars, since=clock.today() - timedelta(days=2 * 365))


def for_governors(schools: list[Opened]) -> None:
    """At three schools: last term's report, approved and sent, and a draft of this term's."""
    today = clock.today()
    now, *before = (periods.of_term(term, today) for term in periods.recent_terms(today))
    for opened in schools[:_SCHOOLS]:
        with tenants({opened.school}):
            _made(opened, before[0], approve=True)
            _made(opened, now, approve=False)


def _wait_for(opened: Opened, report: str) -> None:
    """The queue may have taken the report before us, and be at work on it."""
    end = monotonic() + _PATIENCE
    while school_reports.find(opened.school, report, drafts=True).state is State.MAKING:
        if monotonic() > end:
            raise TimeoutError("a report to governors is not made")
        sleep(0.2)


def _made(opened: Opened, period: Period, *, approve: bool) -> None:
    dsl, post = opened.holders(Role.DSL, Role.HEADTEACHER)[0]
    report = ids.new()
    school_reports.ask(opened.school, report, period, by=dsl)
    build.build(opened.school, report, DOCUMENTS)
    _wait_for(opened, report)
    if not approve:
        return
    drafted = school_reports.open_report(
        opened.school, report, by=f"person:{dsl}", person=dsl, drafts=True
    )
    said = {
        "incidents": "We met each family within the week, and talked about what we saw in assembly."
    }
    worded = school_reports.put_in_words(
        drafted, {}, {}, said, version=drafted.report.version, by=f"person:{dsl}"
    )
    found = school_reports.find(opened.school, worded.id)
    name = f"{post.first} {post.last}"
    approving.approve(found, version=found.version, by=dsl, name=name)
