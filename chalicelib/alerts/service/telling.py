"""Carrying out what routing decided: the mails, texts and calls, the clocks, and what came of them.

A message says that there is an alert, how urgent, and where to sign in; nothing of what (R39).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.alerts import model
from chalicelib.alerts.facts import Severity
from chalicelib.alerts.model import Alert, Status
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import counting, outside, routing, storms
from chalicelib.alerts.service.routing import CLOCK, Duty, Step
from chalicelib.alerts.service.storms import Storm
from chalicelib.audit import Event, actors
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import clocks, outbox, phone
from chalicelib.notifications.outbox import Channel, Message, MessageRow
from chalicelib.people.model import Link
from chalicelib.people.plan import reach
from chalicelib.storage import Transaction, transaction

IDLE_CLOCK = "alert.idle"


def send(tx: Transaction, known: Duty, step: Step, *, storm: Storm | None = None) -> None:
    """Put a step's messages and its clock into the transaction that writes its alert."""
    calmed = storm if storm and storm.calms(step.alert) else None
    for message in _in_a_storm(known, step, calmed) if calmed else messages(known, step):
        outbox.add(tx, message)
    clocks.start(tx, known.school.id, kind=CLOCK, id=step.alert.id, due_at=step.again_at)


def messages(known: Duty, step: Step) -> Iterator[Message]:
    """A mail to everybody; a text as well for critical and high, a call for critical."""
    for link in step.links:
        yield _message(known, step, link, Channel.EMAIL, link.email)
        if not phone.is_there():
            continue
        if link.text_to and step.alert.is_urgent:
            yield _message(known, step, link, Channel.SMS, link.text_to)
        if link.call_to and step.alert.severity is Severity.CRITICAL:
            yield _message(known, step, link, Channel.VOICE, link.call_to)


def _in_a_storm(known: Duty, step: Step, storm: Storm) -> Iterator[Message]:
    """One mail about many alerts, for whoever has not had it in these ten minutes."""
    for link in step.links:
        if storm.takes(link.person):
            yield replace(
                _message(known, step, link, Channel.EMAIL, link.email),
                template="alert_storm",
                values={
                    "school": known.school.name,
                    "path": f"/s/{known.school.id}/alerts",
                    "number": str(storm.raised + storm.more),
                    "role": link.title,
                },
                about=f"storm/{step.alert.source}",
            )


def _message(known: Duty, step: Step, link: Link, channel: Channel, address: str) -> Message:
    school, alert = known.school, step.alert
    return Message(
        tenant=school.id,
        template=step.template,
        address=address,
        channel=channel,
        values={
            "school": school.name,
            "path": f"/s/{school.id}/alerts/{alert.id}",
            "reference": alert.reference,
            "severity": "test" if alert.is_test else alert.severity.value,
            "minutes": str(step.minutes),
            "role": link.title,
        },
        about=f"alert/{alert.id}",
        why=link.role.value,
        # Those of the trust are no members of the school: asked at sending, they were never told.
        person="" if outside.is_outside(link) else link.person,
    )


def escalate(tenant: str, alert_id: str, now: datetime) -> None:
    """An alert's time ran out: tell the next, unless somebody has it in hand by now."""
    school = SchoolId(tenant)
    before = alerts.find(school, alert_id)
    if before is None or before.alert.status is not Status.OPEN:
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=alert_id)
        return
    known = routing.on_duty(school, now)
    step = routing.next_step(before.alert, known, now, why=_why(school, before.alert))
    storm = storms.load(school, before.alert.source, now, limit=known.team.plan.storm)
    after = _gone_on(before.alert, step)
    with transaction() as tx:
        alerts.save(tx, school, before, after, [step.happened])
        counting.count(tx, school, before.alert, after)
        send(tx, known, step, storm=storm)
        storms.save(tx, school, storm)


def _gone_on(before: Alert, step: Step) -> Alert:
    """The alert after a step: one that told somebody else than before went on once more."""
    went_on = bool(step.links) and bool(before.route.ever)
    return replace(step.alert, steps=step.alert.steps + 1) if went_on else step.alert


def _why(school: SchoolId, alert: Alert) -> str:
    """Whether the last one told had no answer to give, because the mail never reached them."""
    if not alert.route.ever:
        return "opened"
    sent = outbox.about(school, f"alert/{alert.id}")
    mails = [each for each in sent if each.channel is Channel.EMAIL]
    if mails and mails[-1].state in outbox.NOT_REACHED:
        return "mail_failed"
    phones = [each for each in sent if each.channel is not Channel.EMAIL]
    failed = any(
        each.state in outbox.NOT_REACHED for each in phones if each.person == sent[-1].person
    )
    return "phone_failed" if failed else "not_acknowledged"


def will_not_arrive(tx: Transaction, tenant: str, row: MessageRow) -> None:
    """A mail about an alert bounced or was suppressed, a text did not arrive, a call was not taken:
    its clock runs out now, so that the next is told within a minute (R37, R38). An alert that is
    in hand only has its clock stopped.

    A phone hurries the telling only while its bearer is the last one told: the receipts of one
    person's mail, text and call pass over that person, and nobody after them.
    """
    by_mail = outbox.channel_of(row) is Channel.EMAIL
    kind, _, alert_id = row.about.partition("/")
    if kind == "alert" and (by_mail or _is_last_told(SchoolId(tenant), alert_id, row)):
        clocks.start(tx, tenant, kind=CLOCK, id=alert_id, due_at=clock.now())
    if by_mail and row.person and row.state != outbox.State.FAILED:
        reach.mail_failed(tx, tenant, PersonId(row.person))


def _is_last_told(school: SchoolId, alert_id: str, row: MessageRow) -> bool:
    """Whether the alert's last telling is the one this message belongs to."""
    tellings = [each for each in alerts.history(school, alert_id) if each.name in routing.TELLINGS]
    if not tellings or clock.parse(row.made_at) < tellings[-1].at:
        return False
    # Whoever is outside the school is on no message of theirs: then the moment alone decides.
    return not row.person or row.person in tellings[-1].open["to"]


# --- in hand, and left ----------------------------------------------------------------------------


def watch(tx: Transaction, school: SchoolId, alert: str, *, now: datetime, hours: int) -> None:
    """Let an alert that is in hand come back after some hours without anything done (4.7)."""
    due_at = now + timedelta(hours=hours)
    clocks.start(tx, school, kind=IDLE_CLOCK, id=alert, due_at=due_at)


def idle(tenant: str, alert_id: str, now: datetime) -> None:
    """Nothing was done about an alert in hand: it waits again, and the telling starts anew."""
    school = SchoolId(tenant)
    before = alerts.find(school, alert_id)
    if before is None or before.alert.status is not Status.ACKNOWLEDGED:
        with transaction() as tx:
            clocks.stop(tx, school, kind=IDLE_CLOCK, id=alert_id)
        return
    known = routing.on_duty(school, now)
    step = routing.first(model.back(before.alert), known, now)
    came_back = Event("alert.came_back", now, actors.system("idle"))
    with transaction() as tx:
        alerts.save(tx, school, before, step.alert, [came_back, step.happened])
        counting.count(tx, school, before.alert, step.alert)
        clocks.stop(tx, school, kind=IDLE_CLOCK, id=alert_id)
        send(tx, known, step)
