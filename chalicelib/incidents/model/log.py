"""One line of the incident log, with the five columns of the policies' log (S225, S227)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.incidents.model.actions import WORDINGS, Action, Decision
from chalicelib.incidents.model.record import Incident, Status
from chalicelib.incidents.model.report import Occasion
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.model.wall import OPEN, Wall

_DETAILS, _REASONS, _EVIDENCE = 280, 200, 140


@dataclass(frozen=True, slots=True)
class Named:
    """A person in the log, with the letters that mark them: T, O, W."""

    name: str
    letters: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """When; who; nature; details with evidence; outcome with the actions taken."""

    id: str
    reference: str
    status: Status
    urgent: bool
    happened: str
    time_known: bool
    people: tuple[Named, ...]
    nature: tuple[str, ...]
    details: str
    evidence: str
    outcome: str
    reasons: str
    actions: tuple[str, ...]
    severity: Severity = Severity.LOW
    wall: Wall = OPEN

    @property
    def when(self) -> str:
        """The first column in words: `5 October 2026 at 7:30pm`."""
        at = datetime.fromisoformat(self.happened)
        return Occasion(at.date(), at.time() if self.time_known else None).words


def line_of(incident: Incident) -> LogLine:
    """The record in five columns; long texts are cut, the record itself has them whole."""
    report = incident.report
    first = report.first
    return LogLine(
        id=incident.id,
        reference=incident.reference,
        status=incident.status,
        urgent=report.urgent,
        happened=first.order,
        time_known=first.time_known,
        people=tuple(
            Named(person.name, "".join(mark.letter for mark in incident.marks_of(person.key)))
            for person in report.people
        ),
        nature=report.nature(),
        details=shortened(report.description, _DETAILS),
        evidence=shortened(report.evidence, _EVIDENCE),
        outcome=incident.outcome.label if incident.outcome else "",
        reasons=shortened(incident.reasons, _REASONS),
        actions=tuple(
            WORDINGS[action].short
            for action in Action
            if incident.action(action).decision is Decision.DONE
        ),
        severity=incident.severity.severity,
        wall=incident.wall,
    )


def shortened(text: str, most: int) -> str:
    """The beginning of a text, cut at a space and marked as cut."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return (
        flat[:most].rpartition(" ")[0].rstrip(" ,;:.") + " …"
        if " " in flat[:most]
        else flat[:most] + "…"
    )
