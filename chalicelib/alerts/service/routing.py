"""Who is told of an alert, and who next when nobody answers (S95, S20, R38, features 4.4 to 4.7).

The duty chain is the DSLs, then the deputies, then the headteacher; those who are away are passed
over at once, and the alert's own timeline says so. After them the trust's safeguarding lead is
told to ring the school. Until somebody signs in and acknowledges it, the telling goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.alerts.model import Alert, Route, Status, wait
from chalicelib.alerts.repository import alerts
from chalicelib.audit import Event, actors
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message, MessageRow
from chalicelib.observability import count, logger
from chalicelib.people import duty
from chalicelib.people.model import Chain, Link
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tenancy import directory, settings
from chalicelib.tenancy.model import School

CLOCK = "alert.escalate"
ROUTER = actors.system("route")
ROUNDS = 3  # after these everybody has been told three times; then once an hour
SLOWLY = timedelta(hours=1)


@dataclass(frozen=True)
class Duty:
    """What routing decides on, read once for all alerts of a delivery."""

    school: School
    chain: Chain
    minutes: int
    leads: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Step:
    """One telling: the alert afterwards, what its timeline says, the mails, and when it goes on."""

    alert: Alert
    happened: Event
    messages: tuple[Message, ...]
    again_at: datetime


def on_duty(school: SchoolId, now: datetime) -> Duty:
    """Who could be told now. The trust's leads are only looked up when nobody at school can be."""
    found = Duty(directory.school(school), duty.chain(school, now), _minutes(school))
    return found if found.chain.on_duty else replace(found, leads=_leads(found.school))


def _minutes(school: SchoolId) -> int:
    return settings.read(school).acknowledge_minutes


def _leads(school: School) -> tuple[Member, ...]:
    """The trust's safeguarding leads: the one read that leaves the school, and writes nothing."""
    if school.trust is None:
        return ()
    with tenants({school.trust}, read_only=True):
        return tuple(identity.contacts_with(school.trust, Role.TRUST_SAFEGUARDING_LEAD))


# --- deciding -------------------------------------------------------------------------------------


def first(alert: Alert, known: Duty, now: datetime) -> Step:
    """The first telling, when the alert is raised."""
    return _step(alert, known, now, why="raised")


def next_step(alert: Alert, known: Duty, now: datetime, *, why: str) -> Step:
    """The next telling of an alert that nobody acknowledged."""
    return _step(alert, known, now, why=why)


def _step(alert: Alert, known: Duty, now: datetime, *, why: str) -> Step:
    told = alert.route.told
    link = known.chain.after(told)
    if link is not None:
        return _tell_school(alert, known, link, now, why=why)
    leads = tuple(lead for lead in known.leads if lead.person not in told)
    if leads:
        return _tell_trust(alert, known, leads, now, why=why)
    if told:
        return _start_over(alert, known, now)
    return _nobody(alert, known, now)


def _tell_school(alert: Alert, known: Duty, link: Link, now: datetime, *, why: str) -> Step:
    passed = _passed_over(known.chain, alert.route.told, link)
    route = Route((*alert.route.told, link.person), alert.route.round)
    template = "alert_raised" if why == "raised" else "alert_escalated"
    return Step(
        alert=replace(alert, route=route),
        happened=_event(
            "alert.told" if why == "raised" else "alert.escalated",
            now,
            to=[(link.person, link.name, link.role.label)],
            passed=passed,
            why=why,
            alert=alert,
        ),
        messages=(_mail(alert, known, template, link.person, link.email, link.role.value),),
        again_at=now + wait(alert, known.minutes),
    )


def _tell_trust(
    alert: Alert, known: Duty, leads: Sequence[Member], now: datetime, *, why: str
) -> Step:
    """Nobody is left at school: the trust's leads are told to ring it."""
    told = tuple(lead.person for lead in leads)
    role = Role.TRUST_SAFEGUARDING_LEAD
    return Step(
        alert=replace(alert, route=Route((*alert.route.told, *told), alert.route.round)),
        happened=_event(
            "alert.escalated",
            now,
            to=[(lead.person, lead.name, role.label) for lead in leads],
            passed=_passed_over(known.chain, alert.route.told, None),
            why=why,
            alert=alert,
        ),
        messages=tuple(
            _mail(alert, known, "alert_escalated_trust", lead.person, lead.email, role.value)
            for lead in leads
        ),
        again_at=now + wait(alert, known.minutes),
    )


def _start_over(alert: Alert, known: Duty, now: datetime) -> Step:
    """All have been told and nobody answered: from the top, and less often after three rounds."""
    again = replace(alert, route=Route((), alert.route.round + 1))
    step = _step(again, known, now, why="round")
    slowly = max(SLOWLY, wait(alert, known.minutes))
    return replace(step, again_at=now + slowly) if again.route.round > ROUNDS else step


def _nobody(alert: Alert, known: Duty, now: datetime) -> Step:
    """A school without anybody to tell: said on the alert, and tried again soon."""
    logger.error("nobody to tell of an alert", alert=alert.id)
    count("AlertWithNobodyToTell")
    return Step(
        alert=alert,
        happened=_event(
            "alert.nobody_told",
            now,
            to=[],
            passed=_passed_over(known.chain, (), None),
            why="nobody",
            alert=alert,
        ),
        messages=(),
        again_at=now + timedelta(minutes=5),
    )


def _passed_over(
    chain: Chain, told: Sequence[str], link: Link | None
) -> list[tuple[str, str, str]]:
    """Those of the chain before the next who are away and have not been told: said, not waited for.

    Each is said once: in the step that passes them.
    """
    links = list(chain.links)
    start = max((links.index(each) for each in links if each.person in told), default=-1) + 1
    end = links.index(link) if link else len(links)
    return [
        (each.person, each.name, each.role.label) for each in links[start:end] if not each.is_here
    ]


def _event(
    name: str,
    now: datetime,
    *,
    to: Sequence[tuple[str, str, str]],
    passed: Sequence[tuple[str, str, str]],
    why: str,
    alert: Alert,
) -> Event:
    """Ids in the open part, names in the sealed one."""
    return Event(
        name,
        now,
        ROUTER,
        open={
            "to": [person for person, _, _ in to],
            "passed": [person for person, _, _ in passed],
            "why": why,
            "round": alert.route.round,
        },
        private={
            "to": [[person, who, role] for person, who, role in to],
            "passed": [[person, who, role] for person, who, role in passed],
        },
    )


def _mail(
    alert: Alert, known: Duty, template: str, person: str, address: str, role: str
) -> Message:
    """Says that there is an alert, how urgent, and where to sign in; nothing of what (R39)."""
    school = known.school
    return Message(
        tenant=school.id,
        template=template,
        address=address,
        values={
            "school": school.name,
            "path": f"/s/{school.id}/alerts/{alert.id}",
            "reference": alert.reference,
            "severity": alert.severity.value,
            "minutes": str(int(wait(alert, known.minutes).total_seconds() // 60)),
            "role": Role(role).label,
        },
        about=f"alert/{alert.id}",
        why=role,
        # A trust's lead is no member of the school: asked at sending, they would never be told.
        person="" if role == Role.TRUST_SAFEGUARDING_LEAD else person,
    )


# --- doing ----------------------------------------------------------------------------------------


def send(tx: Transaction, school: SchoolId, step: Step) -> None:
    """Put a step's mails and its clock into the transaction that writes its alert."""
    for message in step.messages:
        outbox.add(tx, message)
    clocks.start(tx, school, kind=CLOCK, id=step.alert.id, due_at=step.again_at)


def escalate(tenant: str, alert_id: str, now: datetime) -> None:
    """An alert's time ran out: tell the next, unless somebody has it in hand by now."""
    school = SchoolId(tenant)
    before = alerts.find(school, alert_id)
    if before is None or before.alert.status is not Status.OPEN:
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=alert_id)
        return
    known = on_duty(school, now)
    if known.chain.after(before.alert.route.told) is None and not known.leads:
        known = replace(known, leads=_leads(known.school))
    step = next_step(before.alert, known, now, why=_why(school, before.alert))
    with transaction() as tx:
        alerts.save(tx, school, before, step.alert, [step.happened])
        send(tx, school, step)


def _why(school: SchoolId, alert: Alert) -> str:
    """Whether the last one told had no answer to give, because the mail never reached them."""
    messages = outbox.about(school, f"alert/{alert.id}")
    failed = bool(messages) and messages[-1].state in outbox.NOT_REACHED
    return "mail_failed" if failed else "not_acknowledged"


def mail_will_not_arrive(tx: Transaction, tenant: str, row: MessageRow) -> None:
    """A mail about an alert bounced or was suppressed: its clock runs out now, so that the next
    is told within a minute (R37). An alert that is in hand only has its clock stopped.
    """
    kind, _, alert_id = row.about.partition("/")
    if kind == "alert":
        clocks.start(tx, tenant, kind=CLOCK, id=alert_id, due_at=clock.now())
