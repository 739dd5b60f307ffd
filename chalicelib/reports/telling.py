"""Who is told that a report is ready: a mail with a link that needs a sign-in, and no figure."""

from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission, Role, permissions_of
from chalicelib.ids import PersonId, TrustId
from chalicelib.notifications import clocks, outbox
from chalicelib.reports import repository
from chalicelib.reports.model import Job, Recipients
from chalicelib.storage import Transaction, transaction
from chalicelib.tenancy import directory

CLOCK = "report.ready"
_AGAIN = timedelta(minutes=2)


def ready(tx: Transaction, job: Job) -> None:
    """Have whoever is to read a report, or a set of reports, told once it is committed.

    Each in a transaction of their own, however many they are; a clock sees that none is left.
    """
    clocks.start(tx, job.trust, kind=CLOCK, id=job.id, due_at=clock.now() + _AGAIN)
    tx.after(lambda: tell(job.trust, job.id, clock.now()))


def tell(tenant: str, job_id: str, _now: datetime) -> None:
    """Tell everybody who is to read a report and has not been told; then stop its clock."""
    trust = TrustId(tenant)
    job = repository.job(trust, job_id)
    if job is not None:
        told = repository.told(trust, job_id)
        name = directory.trust(trust).name
        for member in readers(job):
            if member.person not in told:
                _tell(job, member, name)
    with transaction() as tx:
        clocks.stop(tx, trust, kind=CLOCK, id=job_id)


def _tell(job: Job, member: Member, trust_name: str) -> None:
    try:
        with transaction() as tx:
            repository.note_told(tx, job, member.person, clock.now())
            outbox.add(
                tx,
                outbox.Message(
                    tenant=job.trust,
                    template="report_ready",
                    address=member.email,
                    values={
                        "path": f"/t/{job.trust}/reports/{job.id}",
                        "period": job.period.label,
                        "trust": trust_name,
                    },
                    about=f"report/{job.id}",
                    why="asked" if actors.person_of(job.asked_by) else "report_scheduled",
                    person=member.person,
                ),
            )
    except Conflict:
        return  # told a moment ago by the sweep


def readers(job: Job) -> list[Member]:
    """Whoever asked, if still there; of a scheduled one whoever it names and may read it now (R5).

    Where nobody is left of those, the trust's administrators: a report never goes to nobody.
    """
    everybody = identity.members(job.trust)
    person = actors.person_of(job.asked_by)
    if person is not None:
        return [each for each in everybody if each.person == PersonId(person)]
    named = named_by(everybody, job.to)
    return named or [each for each in everybody if Role.TRUST_ADMINISTRATOR in each.roles]


def named_by(everybody: list[Member], to: Recipients) -> list[Member]:
    """Those of a trust whom recipients name and who may read its reports, each once."""
    return [
        each
        for each in everybody
        if Permission.READ_TRUST_REPORTS in permissions_of(each.roles)
        and (each.person in to.people or each.roles & set(to.roles))
    ]
