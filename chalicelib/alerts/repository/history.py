"""Earlier alerts of the same person and of the same site, for the page of an alert (4.10).

Each is a row under a digest of the person or the site, which the table forgets after a year.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from chalicelib.alerts.model import Alert
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.rows import PastRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, keyring, page_of

_KEPT = timedelta(days=400)


def add(tx: Transaction, school: SchoolId, alert: Alert) -> None:
    """Remember an alert under its person and its site."""
    expires = int((alert.raised_at + _KEPT).timestamp())
    for mark in (_person(alert), _site(alert)):
        if mark:
            tx.put(PastRow(school, f"{_prefix(school, mark)}{alert.id}", expires=expires))


def of_person(school: SchoolId, alert: Alert, *, since: datetime, most: int = 50) -> list[Alert]:
    """Other alerts of the same person (or account, or device), newest first."""
    return _past(school, _person(alert), alert, since=since, most=most)


def of_subject(school: SchoolId, subject: str, *, since: datetime, most: int = 50) -> list[Alert]:
    """Alerts of somebody of the school's lists, by `Subject.key`, newest first."""
    places = page_of(PastRow, school, _prefix(school, f"subject|{subject}"), limit=most)
    found = alerts.several(school, [row.sk.rpartition("#")[2] for row in places.items])
    return [each for each in found if each.raised_at >= since]


def of_site(school: SchoolId, alert: Alert, *, since: datetime, most: int = 50) -> list[Alert]:
    """Other alerts of the same site, newest first."""
    return _past(school, _site(alert), alert, since=since, most=most)


def _past(school: SchoolId, mark: str, alert: Alert, *, since: datetime, most: int) -> list[Alert]:
    if not mark:
        return []
    places = page_of(PastRow, school, _prefix(school, mark), limit=most + 1)
    found = alerts.several(school, [row.sk.rpartition("#")[2] for row in places.items])
    return [each for each in found if each.id != alert.id and each.raised_at >= since][:most]


def _person(alert: Alert) -> str:
    """Whose it was; a name that several share stands for nobody."""
    facts = alert.facts
    if alert.subject:
        return f"subject|{alert.subject.key}"
    if facts.user:
        return f"user|{(facts.user_domain or '').casefold()}|{facts.user.casefold()}"
    return f"device|{facts.device.casefold()}" if facts.device else ""


def _site(alert: Alert) -> str:
    return f"site|{alert.facts.host.casefold()}" if alert.facts.host else ""


def _prefix(school: SchoolId, mark: str) -> str:
    key = keyring.numbered(school, 1)
    return f"past#{hmac.new(key, f'past|{mark}'.encode(), hashlib.sha256).hexdigest()[:32]}#"
