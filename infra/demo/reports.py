"""The reports a trust has had by now: one for each term that has ended."""

from datetime import timedelta

from chalicelib import clock
from chalicelib.ids import TrustId
from chalicelib.reports import service


def ask_for_past_terms(trust: TrustId) -> int:
    """What the mornings after each term's end would have asked for; the documents queue makes them.

    Gives how many.
    """
    service.plan_day(trust)
    return service.plan_termly(trust, since=clock.today() - timedelta(days=2 * 365))
