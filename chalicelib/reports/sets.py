"""A set: one press, a report of its own for each school, each made by a job of its own.

One that cannot be made keeps none of the others from it; the set's page names it.
"""

from collections.abc import Sequence

from chalicelib import audit, clock
from chalicelib.errors import Conflict
from chalicelib.ids import TrustId
from chalicelib.reports import repository, telling
from chalicelib.reports.model import Job
from chalicelib.reports.running import set_off
from chalicelib.storage import tenants, transaction

_AT_ONCE = 40  # reports in one transaction, two writes each
_TRIES = 3


def ask(job: Job) -> None:
    """Queue the report of every school of a set, then the set itself: once it is there, all are.

    Asked again, it adds what is missing. Raises Conflict when the set is there already.
    """
    for attempt in range(_TRIES):
        wanted = [job.of(school) for school in job.schools]
        there = repository.which_exist(job.trust, [each.id for each in wanted])
        try:
            _queue(job, [each for each in wanted if each.id not in there])
        except Conflict:
            if attempt == _TRIES - 1 or repository.job(job.trust, job.id) is not None:
                raise
        else:
            return


def _queue(job: Job, wanted: Sequence[Job]) -> None:
    chunks = [wanted[n : n + _AT_ONCE] for n in range(0, len(wanted), _AT_ONCE)] or [[]]
    for number, chunk in enumerate(chunks, 1):
        with transaction() as tx:
            for each in chunk:
                repository.add(tx, each)
                set_off(tx, each.trust, each.id)
            if number == len(chunks):
                repository.add(tx, job)
                about = f"report/{job.id}"
                audit.record(tx, job.trust, by=job.asked_by, action="report.asked", about=about)


def settle(trust: TrustId, set_id: str) -> None:
    """Once every report of a set is made or has failed, its readers are told: once."""
    with tenants({trust}):
        members = repository.members(trust, set_id)
        job = repository.job(trust, set_id)
        if job is None or job.ready_at or not all(each.is_over for each in members):
            return
        try:
            with transaction() as tx:
                repository.set_over(tx, trust, set_id, at=clock.now())
                telling.ready(tx, job)
        except repository.Taken:
            return  # another report of the set ended at the same moment
