"""What the sender asks and tells of agreements' mails: is it still right to send, did it arrive.

`app.py` hands these to the outbox, which knows nothing of contacts or links.
"""

from chalicelib.agreements import families, followup
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import campaigns, requests
from chalicelib.agreements.repository.requests import Record
from chalicelib.ids import SchoolId
from chalicelib.notifications.outbox import MessageRow, key
from chalicelib.storage import Transaction

ASKED = "agreement_asked"
TEMPLATES = frozenset({ASKED, "agreement_signed"})


def still(tenant: str, message: MessageRow) -> bool:
    """Nobody is written to who may not be (6.8), nor sent a link that stopped working meanwhile."""
    school, record = SchoolId(tenant), _record(SchoolId(tenant), message)
    if record is None:
        return False
    request = record.request
    family = families.of_pupil(school, request.id.pupil, {})
    reachable = {adult.email: adult.contact for adult in (family.adults if family else ())}
    contact = reachable.get(message.unseal()["address"])
    if contact is None or message.template != ASKED:
        return contact is not None
    asked = request.of_contact(contact)
    return asked is not None and asked.message == _id(message) and request.withdrawn_at is None


def unreached(tx: Transaction, tenant: str, message: MessageRow) -> None:
    """A mail that came back is somebody's task, not just a word in a list (R36)."""
    school, record = SchoolId(tenant), _record(SchoolId(tenant), message)
    if record is None:
        return
    for asked in record.request.asked:
        if asked.message == _id(message):
            followup.open_task(tx, school, record.request.id, asked.contact, followup.NOT_DELIVERED)


def _record(school: SchoolId, message: MessageRow) -> Record | None:
    campaign_id, _, pupil = message.about.rpartition("/")[2].partition("-")
    campaign = campaigns.campaign(school, campaign_id)
    if campaign is None:
        return None
    return requests.request(school, RequestId(campaign.year, campaign_id, pupil))


def _id(message: MessageRow) -> str:
    return message.sk.removeprefix(key(""))
