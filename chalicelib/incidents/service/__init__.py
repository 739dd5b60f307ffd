"""What can be done with incidents, for views and for journeys."""

from chalicelib.incidents.model.recipients import Recipient
from chalicelib.incidents.repository import OwnReport, Stored
from chalicelib.incidents.service import community, drafting, log
from chalicelib.incidents.service.handling import (
    Changed,
    Sight,
    acknowledge,
    close,
    correct,
    mark_people,
    note,
    record_actions,
    reopen,
    summarise,
)
from chalicelib.incidents.service.reading import (
    Opened,
    open_record,
    own_report,
    own_reports,
    peek,
)
from chalicelib.incidents.service.submitting import (
    Reporter,
    recipients_of,
    submit,
    submit_from_alert,
)

__all__ = [
    "Changed",
    "Opened",
    "OwnReport",
    "Recipient",
    "Reporter",
    "Sight",
    "Stored",
    "acknowledge",
    "close",
    "community",
    "correct",
    "drafting",
    "log",
    "mark_people",
    "note",
    "open_record",
    "own_report",
    "own_reports",
    "peek",
    "recipients_of",
    "record_actions",
    "reopen",
    "submit",
    "submit_from_alert",
    "summarise",
]
