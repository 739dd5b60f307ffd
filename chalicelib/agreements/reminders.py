"""Reminding those who have not answered, a few times and then no more (3.8).

A link's secret is kept nowhere, so a reminder brings a new link and the older one stops working.
"""

from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.agreements import asking, deliveries
from chalicelib.agreements.model import Answer, Asked, Request
from chalicelib.agreements.repository import requests
from chalicelib.audit import actors
from chalicelib.errors import AppError
from chalicelib.ids import SchoolId
from chalicelib.notifications.outbox import NOT_REACHED
from chalicelib.observability import failure
from chalicelib.tenancy import calendar, settings

BY = actors.system("agreements")


def remind_due(school: SchoolId) -> int:
    """Remind whoever has waited long enough and not been reminded often enough; gives how many.

    It stops after the number of times that the school chose, as soon as somebody answers, and for
    an address that mail does not reach: that is a task already.
    """
    now, today = clock.now(), clock.today()
    chosen = settings.read(school)
    if not chosen.agreement_reminders or not calendar.is_working_day(today):
        return 0
    wait, reminded = timedelta(days=chosen.agreement_reminder_days), set()
    for record in requests.requests(school, calendar.academic_year(today)):
        for asked in record.request.asked:
            if asked.link in reminded or not _due(record.request, asked, now, wait):
                continue
            if asked.times > chosen.agreement_reminders:
                continue
            if deliveries.state_of(school, asked.message) in NOT_REACHED:
                continue
            reminded.add(asked.link)
            try:
                asking.ask_again(
                    school, record.request.id, contact=asked.contact, by=BY, event=asking.REMINDED
                )
            except AppError as e:
                failure("reminder not sent", e)
    return len(reminded)


def _due(request: Request, asked: Asked, now: datetime, wait: timedelta) -> bool:
    if request.complete or request.withdrawn_at is not None or not asked.link:
        return False
    return asked.answer is Answer.WAITING and now - asked.sent_at >= wait
