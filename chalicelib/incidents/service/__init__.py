"""What can be done with incidents, for views and for journeys."""

from chalicelib.incidents.model.recipients import Recipient
from chalicelib.incidents.repository import OwnReport, Stored
from chalicelib.incidents.service import community, drafting, holding, log
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
    route_of,
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
    "holding",
    "log",
    "mark_people",
    "note",
    "open_record",
    "own_report",
    "own_reports",
    "peek",
    "record_actions",
    "reopen",
    "route_of",
    "submit",
    "submit_from_alert",
    "summarise",
]
