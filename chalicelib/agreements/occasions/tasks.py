"""What a school has to do about the mails of an event: tasks that say which, and where (R23, R36).

Tasks are mailed as reminders, so they name the day of the event and neither its name nor a child.
"""

from chalicelib.agreements import round_tasks
from chalicelib.agreements.occasions.model import Occasion
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction
from chalicelib.web.words import london_date

NOT_MINE = "image_event.not_mine"
NOT_DELIVERED = "image_event.not_delivered"
_SAYS = {
    NOT_MINE: (
        "Pictures on {day}: a mail went to the wrong person",
        (
            "Somebody says that it is not for them or not about their child. Check the address, "
            "then write again from the event's page or enter their answer there."
        ),
    ),
    NOT_DELIVERED: (
        "Pictures on {day}: a mail could not be delivered",
        (
            "The mail came back. Check the address with the family and correct it, then write "
            "again from the event's page or enter their answer there."
        ),
    ),
}


def open_one(
    tx: Transaction, school: SchoolId, occasion: Occasion, kind: str, who: str, contact: str
) -> None:
    """One of a child's adults was not reached: the office sees to it on the event's page."""
    title, why = _SAYS[kind]
    says = title.format(day=london_date(occasion.first_on)), why
    page, about = f"events/{occasion.id}", about_of(occasion.id)
    round_tasks.open_one(tx, school, kind, says, page, about, who, contact)


def about_of(occasion_id: str) -> str:
    """What the tasks of one event are about."""
    return f"event/{occasion_id}"
