"""Who is told that a report is ready: a mail with a link that needs a sign-in, and no figure."""

from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission, Role, permissions_of
from chalicelib.ids import PersonId
from chalicelib.notifications import outbox
from chalicelib.reports.model import Job, Recipients
from chalicelib.storage import Transaction

_MOST = 40  # mails in one transaction, with room for what else it writes


def ready(tx: Transaction, job: Job, trust_name: str) -> None:
    """Tell whoever is to read a report, or a set of reports, in the transaction that ends it."""
    for member in readers(job)[:_MOST]:
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
