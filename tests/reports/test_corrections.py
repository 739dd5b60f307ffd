"""The same period made again gives the same numbers, or says which were corrected since (5.12)."""

import pytest

from chalicelib import clock, ids
from chalicelib.ids import PersonId, TrustId
from chalicelib.reports import build, periods, service
from chalicelib.reports.document import Document
from chalicelib.storage import tenants
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock
from tests.reports.build import SUMMER_DAY, a_trust_with_figures, counted


def _made(trust: TrustId) -> Document:
    period = periods.of_term(periods.term_called("2025-26-summer"), clock.today())
    with tenants({trust}):
        job = service.ask(trust, ids.new(), period, (), by=PersonId("0123456789abcdef"))
    build.build(trust, job.id)
    with tenants({trust}):
        document = service.report(trust, job.id, by="person:x").document
    assert document
    return document


@pytest.mark.usefixtures("store")
def test_a_report_made_again_says_what_was_corrected_since(
    clock: FrozenClock, bucket: Bucket
) -> None:
    """The first says nothing of it, the second that nothing changed, the third names school and
    measure with both numbers, and hides what is small.
    """
    trust, (alder, _, cedar) = a_trust_with_figures()
    first = _made(trust)
    clock.advance(minutes=1)
    second = _made(trust)

    assert "corrected" not in {each.key for each in first.sections}
    [same] = [each for each in second.sections if each.key == "corrected"]
    assert "Nothing has changed" in same.sentences[0].text and not same.tables
    assert first.sections == second.sections[:-1]

    counted(alder, "incidents", -1, SUMMER_DAY, type=["hate"], place=["inside"])
    counted(cedar, "incidents", 2, SUMMER_DAY, type=["hate"], place=["inside"])
    counted(alder, "agreements_sent", 3, SUMMER_DAY, kind="pupil")
    clock.advance(minutes=1)
    from chalicelib.reports import copies

    for school in (alder, cedar):
        copies.copy_figures(school, SUMMER_DAY)
    clock.advance(minutes=1)

    [changed] = [each for each in _made(trust).sections if each.key == "corrected"]
    assert "3 numbers changed since" in changed.sentences[0].text
    assert {
        ("Alder School", "Agreements sent", 0, 3),
        ("Cedar School", "Incidents", 0, None),
    } < set(changed.tables[0].rows)
    [alder_row] = [
        row for row in changed.tables[0].rows if row[:2] == ("Alder School", "Incidents")
    ]
    assert (15, 14) == alder_row[2:] or None in alder_row[2:]
    assert bucket.objects
