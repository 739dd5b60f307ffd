"""What one person's agreement adds to the school's figures, and how a change moves it (S91).

What becomes of a request is counted on the day it was sent, so in any term the signed are never
more than the sent. One that the school took back before it was complete counts for nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib import figures
from chalicelib.agreements import library
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.repository import of_everybody
from chalicelib.agreements.model import Answer
from chalicelib.agreements.repository import requests
from chalicelib.agreements.repository.requests import Record
from chalicelib.figures import Counted, Measure
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction
from chalicelib.tenancy.calendar import academic_year

_YEAR = timedelta(days=365)


def counted(record: Record | None) -> frozenset[Counted]:
    """Everything a request counts for as it stands."""
    return frozenset(_counted(record)) if record else frozenset()


def count(tx: Transaction, school: SchoolId, before: Record | None, after: Record) -> None:
    """Move the school's figures from what the request was to what it is."""
    figures.move(tx, school, counted(before), counted(after))


def counted_between(school: SchoolId, first: date, last: date) -> Iterator[Counted]:
    """What requests of the academic years of some days, and the years beside them, count for, and
    every answer about consent that stands.
    """
    for year in _years(first, last):
        for record in requests.requests(school, year):
            yield from counted(record)
    yield from _consents(school)


def all_counted(school: SchoolId) -> Iterator[Counted]:
    """The same of every request."""
    for record in requests.every_one(school):
        yield from counted(record)
    yield from _consents(school)


def _consents(school: SchoolId) -> Iterator[Counted]:
    for kept in of_everybody(school).values():
        yield from consents.counted(kept.choices)


def _years(first: date, last: date) -> list[str]:
    day, end = first - _YEAR, last + _YEAR
    found = {academic_year(end)}
    while day < end:
        found.add(academic_year(day))
        day += _YEAR
    return sorted(found)


def _counted(record: Record) -> Iterator[Counted]:
    request = record.request
    if request.withdrawn_at is not None and not request.complete:
        return
    along = {
        "kind": library.kind(request.template).replace("-", "_"),
        "role": tuple(party.value for party in request.parties),
    }
    on = record.sent_on
    if on is None:
        if record.made_on and not request.asked:
            yield figures.counted(Measure.AGREEMENTS_UNREACHABLE, record.made_on, along)
        return
    yield figures.counted(Measure.AGREEMENTS_SENT, on, along)
    if request.complete:
        yield figures.counted(Measure.AGREEMENTS_SIGNED, on, along)
    if any(asked.answer is Answer.DECLINED for asked in request.asked):
        yield figures.counted(Measure.AGREEMENTS_DECLINED, on, along)
