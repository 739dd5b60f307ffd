"""Seeing that a report is made: at once by a nudge, and by the sweep if the nudge got lost."""

from datetime import timedelta

from chalicelib import clock
from chalicelib.notifications import clocks, outbox
from chalicelib.storage import Transaction

CLOCK = "report.make"
_AGAIN_AFTER = timedelta(minutes=7)  # making takes seconds


def set_off(tx: Transaction, trust: str, job: str) -> None:
    """Ask for it when the transaction is committed, and again later unless it was made by then."""
    later = clock.now() + _AGAIN_AFTER
    clocks.start(tx, trust, kind=CLOCK, id=job, due_at=later)
    tx.after(lambda: outbox.nudge("documents", [{"tenant": trust, "job": job}]))
