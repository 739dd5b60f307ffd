"""Reports and records for the tests of incidents: valid by default, each part replaceable."""

from datetime import UTC, date, datetime, time
from typing import Any

from chalicelib.incidents.model import acts
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.report import Door, Group, Occasion, Report, Where, gathered
from chalicelib.incidents.types import CURRENT

AT = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
RECORD = "01KX3T5D8W0000000000000000"


def a_report(**parts: Any) -> Report:
    """Two children of 5B and a message group, told by Miss Okafor on 6 October 2026."""
    given = {
        "edition": CURRENT.edition,
        "door": Door.STAFF,
        "reporter_name": "Ada Okafor",
        "completed_on": date(2026, 10, 6),
        "where": frozenset({Where.OUTSIDE}),
        "occasions": (Occasion(date(2026, 10, 5), time(19, 30)),),
        "people": gathered(
            [(Group.CHILD, "Alex Smith, 5B"), (Group.CHILD, "Robin Bell, 5B")],
        ),
        "types": ("online_bullying",),
        "description": "Unkind messages about Alex in the class group. Alex told me today.",
        "platforms": ("whatsapp",),
        "evidence": "Alex's mother has the messages on her phone.",
    }
    return Report(**{**given, **parts})


def an_incident(report: Report | None = None, **parts: Any) -> Incident:
    """A record as it is the moment it was submitted."""
    given = {"record": RECORD, "reference": "K7M-4QXT", "by": "reporter", "at": AT}
    incident, _ = acts.submitted(report or a_report(), **{**given, **parts})
    return incident
