"""Approving a report: from then on governors see it, are told, and have it to read (S91, S226).

Each is told in a transaction of their own, however many they are; a clock sees that none is left.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib import audit, clock
from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message
from chalicelib.registers import service as registers
from chalicelib.registers.service import Origin
from chalicelib.reports.model import PeriodKind
from chalicelib.reports.school import repository, service
from chalicelib.reports.school.model import Receiver, Report, State
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import directory

CLOCK = "report.tell"
REGISTER = "governor_reports"
READERS = (Role.CHAIR_OF_GOVERNORS, Role.GOVERNOR, Role.HEADTEACHER, Role.SENIOR_LEADER)
_AGAIN = timedelta(minutes=5)


def readers(school: SchoolId) -> list[Member]:
    """Whom a report goes to."""
    return identity.contacts_with(school, *READERS)


def approve(report: Report, *, version: int, by: PersonId, name: str) -> None:
    """Approve a draft and send it. Approving one that is approved changes nothing.

    Raises Stale when somebody changed the draft since it was read, Conflict for one being made.
    """
    if report.is_approved:
        return
    if report.state is not State.DRAFT:
        raise Conflict("This report is still being made.")
    if report.version != version:
        raise service.Stale
    approved = replace(
        report,
        state=State.APPROVED,
        approved_by=actors.person(by),
        approver=name,
        approved_at=clock.now(),
    )
    with transaction() as tx:
        repository.save(tx, approved)
        clocks.start(tx, report.school, kind=CLOCK, id=report.id, due_at=clock.now() + _AGAIN)
        _enter(tx, report, by=actors.person(by))
        audit.record(
            tx,
            report.school,
            by=actors.person(by),
            action="governors.approved",
            about=f"governors/{report.id}",
        )
    tell(report.school, report.id, clock.now())


def tell(tenant: str, report_id: str, _now: datetime) -> None:
    """Tell everybody whom a report goes to and who has not been told; then stop its clock."""
    school = SchoolId(tenant)
    report = repository.find(school, report_id)
    if report and report.is_approved:
        told = {each.person for each in repository.receivers(school, report_id)}
        told.add(PersonId(actors.person_of(report.approved_by) or ""))  # they have just read it
        name = directory.school(school).name
        for member in readers(school):
            if member.person not in told:
                _tell(report, member, name)
    with transaction() as tx:
        clocks.stop(tx, school, kind=CLOCK, id=report_id)


def _tell(report: Report, member: Member, school_name: str) -> None:
    try:
        with transaction() as tx:
            receiver = Receiver(member.person, member.name, clock.now())
            repository.add_receiver(tx, report.school, report.id, receiver)
            tasks.add(
                tx, report.school, service.reading(report, member.person), by=report.approved_by
            )
            outbox.add(
                tx,
                Message(
                    tenant=report.school,
                    template="report_approved",
                    address=member.email,
                    values={
                        "school": school_name,
                        "period": report.period.label,
                        "path": f"/s/{report.school}/reports/{report.id}",
                    },
                    about=f"governors/{report.id}",
                    why="governor",
                    person=member.person,
                ),
            )
    except Conflict:
        return  # told a moment ago by the sweep


def _enter(tx: Transaction, report: Report, *, by: str) -> None:
    """The register of reports to governors has it too, which ends the term's duty (S226)."""
    if not registers.is_on(report.school, REGISTER):
        return
    there = f"/s/{report.school}/reports/{report.id}"
    registers.add(
        tx,
        report.school,
        register=REGISTER,
        values={
            "title": report.period.label,
            "kind": "yearly" if report.period.kind is PeriodKind.YEAR else "termly",
            "given_on": clock.today().isoformat(),
            "log_seen": True,
            "to_whom": ["slt", "governors"],
        },
        by=by,
        origin=Origin("governors", report.id, there),
    )
