"""The log's lines and cards made anew from the records: after an upgrade that changed them."""

from chalicelib.ids import SchoolId
from chalicelib.incidents.model.card import card_of
from chalicelib.incidents.repository import index, lines, records
from chalicelib.storage import transaction

_AT_ONCE = 40  # records of one transaction, two rows each


def rebuild(school: SchoolId) -> int:
    """Write every record's line and card; gives how many records there are. Safe to repeat."""
    found = list(records.every_record(school))
    for start in range(0, len(found), _AT_ONCE):
        with transaction() as tx:
            for stored in found[start : start + _AT_ONCE]:
                lines.move(tx, school, None, stored.incident)
                card = card_of(stored.incident, stored.moved_on)
                index.put(tx, school, card, stored.head.number)
    return len(found)
