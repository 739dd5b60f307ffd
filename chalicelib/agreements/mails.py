"""What the sender asks and tells of agreements' mails: is it still right to send, did it arrive.

`app.py` hands these to the outbox, which knows nothing of contacts or links.
"""

from chalicelib import clock, ids
from chalicelib.agreements import followup, library, rounds, subjects
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions import tasks
from chalicelib.agreements.repository import campaigns, links, requests
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.ids import SchoolId
from chalicelib.notifications.outbox import MessageRow, key
from chalicelib.storage import Transaction

ASKED = frozenset({"agreement_asked", "agreement_asked_of_you"})
# Of these it is known what is to be done when they come back.
SEEN_TO = ASKED | rounds.TEMPLATES
TEMPLATES = ASKED | rounds.TEMPLATES | {"agreement_signed"}


def still(tenant: str, message: MessageRow) -> bool:
    """Nobody is written to who may not be (6.8), nor sent a link that stopped working meanwhile.

    A mail about several children goes out while it is right for any of them.
    """
    school = SchoolId(tenant)
    address = message.unseal()["address"]
    if message.template in rounds.TEMPLATES:
        return _may_be_told(school, message, address)
    return any(_still(school, message, record, address) for record in _records(school, message))


def _may_be_told(school: SchoolId, message: MessageRow, address: str) -> bool:
    """Whether the address is still one of an adult of any child that the mail's link is for, and an
    event that it is about is still to come.
    """
    purpose = rounds.find(school, message.about.rpartition("/")[2]).purpose
    link = _link_of(school, message, purpose)
    if link is None:
        return False
    if purpose is Purpose.EVENT:
        event = occasions.find(school, link.request.campaign)
        if event.is_over(clock.today()):
            return False
    for who in link.people:
        adult = subjects.adult(school, subjects.Audience.PUPILS, who, link.of(who).contact)
        if adult and adult.email == address:
            return True
    return False


def _still(school: SchoolId, message: MessageRow, record: Record, address: str) -> bool:
    request = record.request
    subject = subjects.of(school, library.audience(request.template), request.id.pupil)
    reachable = {adult.email: adult.contact for adult in (subject.adults if subject else ())}
    contact = reachable.get(address)
    if contact is None or message.template not in ASKED:
        return contact is not None
    asked = request.of_contact(contact)
    return asked is not None and asked.message == _id(message) and request.withdrawn_at is None


def unreached(tx: Transaction, tenant: str, message: MessageRow) -> None:
    """A mail that came back is somebody's task, not just a word in a list (R36).

    One task, whatever the number of children the mail was about.
    """
    school = SchoolId(tenant)
    if message.template == occasions.MAIL:
        _event_unreached(tx, school, message)
        return
    if message.template == sharing.MAIL:
        if link := _link_of(school, message, Purpose.CLASS):
            sharing.unreached(tx, school, link)
        return
    for record in _records(school, message)[:1]:
        for asked in record.request.asked:
            if asked.message == _id(message):
                request_id = record.request.id
                followup.open_task(tx, school, request_id, asked.contact, followup.NOT_DELIVERED)


def _event_unreached(tx: Transaction, school: SchoolId, message: MessageRow) -> None:
    """One task, about the first of the children that the link is for."""
    link = _link_of(school, message, Purpose.EVENT)
    if link is not None:
        occasion = occasions.find(school, link.request.campaign)
        who = link.request.pupil
        tasks.open_one(tx, school, occasion, tasks.NOT_DELIVERED, who, link.of(who).contact)


def _link_of(school: SchoolId, message: MessageRow, purpose: Purpose) -> Link | None:
    token = message.unseal()["values"]["path"].split("/")[2]
    return links.find(school, ids.digest(token), purpose)


def _records(school: SchoolId, message: MessageRow) -> list[Record]:
    """Everybody whom the mail's link is for; of any other mail the one it names."""
    first = _record(school, message)
    if first is None or message.template not in ASKED:
        return [first] if first else []
    link = _link_of(school, message, Purpose.SIGN)
    others = [who for who in (link.people if link else ()) if who != first.request.id.pupil]
    if not others or link is None:
        return [first]
    too = requests.several(school, [link.of(who).request for who in others])
    return [first, *(record for record in too if record)]


def _record(school: SchoolId, message: MessageRow) -> Record | None:
    campaign_id, _, pupil = message.about.rpartition("/")[2].partition("-")
    campaign = campaigns.campaign(school, campaign_id)
    if campaign is None:
        return None
    return requests.request(school, RequestId(campaign.year, campaign_id, pupil))


def _id(message: MessageRow) -> str:
    return message.sk.removeprefix(key(""))
