"""A message that never arrives becomes somebody's task: never a silence (9.2, R36)."""

from chalicelib import clock
from chalicelib.agreements import mails as agreements
from chalicelib.alerts.service import telling
from chalicelib.audit import actors
from chalicelib.identity.model import PlaceKind
from chalicelib.identity.permissions import Role
from chalicelib.incidents.exports import transfers
from chalicelib.incidents.service import concerns
from chalicelib.journeys import seeing_to
from chalicelib.journeys.starting import joining, signing_up
from chalicelib.notifications.outbox import Channel, MessageRow, State, channel_of
from chalicelib.observability import count
from chalicelib.storage import Transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import UNREACHED, Task
from chalicelib.tenancy import calendar, directory

_ID = "unreached-"
_PHONE_SAYS = {
    State.BOUNCED: "the phone could not be reached, or the number is wrong",
    State.SUPPRESSED: "the network holds back messages to the number",
}
_SAYS = {
    State.BOUNCED: "the address does not exist or is full",
    State.COMPLAINED: "it was marked as unwanted mail",
    State.SUPPRESSED: "mail to the address has failed before and is held back",
    State.FAILED: "it could not be sent for more than a day",
}


# Written to an address that somebody typed: no place knows whose it is, and whoever asked sees
# that nothing came of it.
_NOBODYS = frozenset({signing_up.MAIL, joining.MAIL})


def unreached(tx: Transaction, tenant: str, message: MessageRow) -> None:
    """A message will not arrive: that is somebody's task, due the next working day (9.2, R36)."""
    count("MessageUnreached")
    if message.person == tenant or message.template in _NOBODYS:
        return  # a sign-in mail: the place's people cannot see it, the person asks again
    if message.template in agreements.SEEN_TO:
        agreements.unreached(tx, tenant, message)
        return
    if message.template == transfers.MAIL:
        transfers.unreached(tx, tenant, message)
        return
    if concerns.is_one(message):
        concerns.unreached(tx, tenant, message)
        return
    telling.will_not_arrive(tx, tenant, message)
    channel = channel_of(message)
    if channel is Channel.VOICE:
        return  # nobody took the call: the next is told, and there is nothing to put right
    says = _SAYS if channel is Channel.EMAIL else {**_SAYS, **_PHONE_SAYS}
    what = "address" if channel is Channel.EMAIL else "number"
    today, number = clock.today(), message.sk.removeprefix("message#")
    kind = PlaceKind.TRUST if directory.is_trust(tenant) else PlaceKind.SCHOOL
    task = Task(
        id=f"{_ID}{number}",
        kind=UNREACHED,
        title="A message did not arrive",
        why=f"Holdfast wrote to somebody and {says[State(message.state)]}. Check the {what}.",
        link=seeing_to.path(kind, tenant, f"{_ID}{number}"),
        about=f"person/{message.person}" if message.person else message.about,
        due_on=calendar.next_working_day(today),
        role=_whose(kind, message),
    )
    tasks.add(tx, tenant, task, by=actors.system("mail_feedback"))


def _whose(kind: PlaceKind, message: MessageRow) -> Role:
    """A trust's people are kept by its administrators; a school's staff by its headteacher."""
    if kind is PlaceKind.TRUST:
        return Role.TRUST_ADMINISTRATOR
    return Role.HEADTEACHER if message.person else Role.OFFICE
