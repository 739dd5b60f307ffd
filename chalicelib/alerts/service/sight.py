"""Who may see which alert: whoever it is about never does, and alerts about staff are the head's.

Asked at every reading, in every list and before every act, so that no page can forget it (4.12).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.alerts.model import Alert
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.repository.alerts import Stored
from chalicelib.audit import actors
from chalicelib.errors import NotFound
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId


@dataclass(frozen=True, slots=True)
class Hand:
    """Who looks or acts: the name stands sealed in the alert's timeline."""

    person: PersonId
    name: str
    roles: frozenset[Role] = frozenset()

    @property
    def actor(self) -> str:
        return actors.person(self.person)


def sees(alert: Alert, who: Hand) -> bool:
    """Whether somebody may know of an alert at all.

    One about staff is for the headteacher and for whom the chain has told of it, in that order.
    """
    if alert.subject and alert.subject.is_staff and alert.subject.id == who.person:
        return False
    if alert.about_staff:
        return Role.HEADTEACHER in who.roles or who.person in alert.route.ever
    return True


def seen(alerts_found: Iterable[Alert], who: Hand) -> list[Alert]:
    return [alert for alert in alerts_found if sees(alert, who)]


def load(school: SchoolId, alert: str, who: Hand) -> Stored:
    """Raises NotFound, also for an alert that this person may not know of."""
    stored = alerts.load(school, alert)
    if not sees(stored.alert, who):
        raise NotFound
    return stored
