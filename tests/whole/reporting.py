"""A report to governors for the places of the whole application: with its mark in its words."""

from chalicelib import clock, ids
from chalicelib.documents import build
from chalicelib.ids import SchoolId
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.reports import periods
from chalicelib.reports.school import approving, service
from chalicelib.storage import tenants
from tests.builders import Person


def a_draft(school: SchoolId, dsl: Person) -> str:
    """The report of the term so far, counted and not yet approved."""
    term = periods.of_term(periods.recent_terms(clock.today())[0], clock.today())
    report = ids.new()
    with tenants({school}):
        service.ask(school, report, term, by=dsl.id)
        build.build(school, report, DOCUMENTS)
    return report


def an_approved_report(school: SchoolId, dsl: Person, mark: str) -> str:
    """The report of the term so far, with words of the school's own, approved and sent."""
    report = a_draft(school, dsl)
    with tenants({school}):
        opened = service.open_report(school, report, by=dsl.actor, person=dsl.id, drafts=True)
        service.put_in_words(
            opened,
            {},
            {},
            {"summary": f"We say {mark}"},
            version=opened.report.version,
            by=dsl.actor,
        )
        found = service.find(school, report)
        approving.approve(found, version=found.version, by=dsl.id, name=dsl.name)
    return report
