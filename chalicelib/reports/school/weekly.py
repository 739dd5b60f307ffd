"""The weeks in a picture: for the page of the week, and for leaders' first page."""

from collections.abc import Sequence
from datetime import date, timedelta

from chalicelib.incidents.model.card import Card
from chalicelib.reports.document import Picture
from chalicelib.web import charts, words
from chalicelib.web.charts import Series

_WEEK = timedelta(days=7)
_WEEKS = 8


def weekly(found: Sequence[Card], monday: date) -> Picture:
    """How many incidents were reported in each of the last weeks."""
    weeks = [monday - n * _WEEK for n in range(_WEEKS - 1, -1, -1)]
    counts = tuple(sum(week <= each.reported_on < week + _WEEK for each in found) for week in weeks)
    return Picture(
        charts.line(
            "Incidents reported each week",
            [words.short_date(week) for week in weeks],
            [Series("Incidents", counts)],
            unit="incidents",
            first="Week of",
        )
    )
