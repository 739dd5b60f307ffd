"""A record that stands, for tests of the case file: made by the service, not through the form."""

from chalicelib import ids
from chalicelib.incidents import service
from chalicelib.incidents.service import Reporter
from tests.builders import within
from tests.incidents.build import a_report
from tests.incidents.walk import School


def a_record(school: School, **parts: object) -> str:
    """A report of the teacher's, as the service takes it; gives the record's id."""
    record = ids.new()
    by = Reporter(school.teacher.id, school.teacher.name, "Marlow Hill")
    with within(school.id):
        service.submit(school.id, a_report(**parts), record=record, by=by)
    return record
