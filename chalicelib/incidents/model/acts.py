"""Everything that may be done to a record.

Each act returns the record as it is afterwards, and what happened as the chronology will tell it.
Nothing is overwritten silently: what an act changes stands in what happened (2.16). An act that
the record's state does not allow raises NotPossible.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from chalicelib.clock import london
from chalicelib.incidents.model import report as reports
from chalicelib.incidents.model.actions import Action, Decision, Taken
from chalicelib.incidents.model.record import (
    Happened,
    Incident,
    Mark,
    NotPossible,
    Outcome,
    Status,
)
from chalicelib.incidents.model.report import Report
from chalicelib.incidents.model.wall import Circle, narrower

Step = tuple[Incident, tuple[Happened, ...]]
Marks = Mapping[str, frozenset[Mark]]


def submitted(
    report: Report, *, record: str, reference: str, by: str, at: datetime, alert: str = ""
) -> Step:
    """A new record of a report. `record` is the id minted when the form was first shown."""
    incident = Incident(
        id=record,
        reference=reference,
        report=report,
        submitted_at=at,
        submitted_by=by,
        people_used=len(report.people),
        alert=alert,
    )
    return incident, (Happened("incident.submitted"),)


def acknowledged(incident: Incident, *, by: str, at: datetime) -> Step:
    """Somebody has it in hand. This settles the first action too: it was reported (S215)."""
    if incident.status is not Status.SUBMITTED:
        raise NotPossible("This report has already been acknowledged.")
    told = london(incident.submitted_at)
    reported = Taken(
        Decision.DONE,
        told.date(),
        told.time().replace(second=0, microsecond=0),
        incident.report.reported_by,
        "Reported through Holdfast",
    )
    after = replace(
        incident,
        status=Status.ACKNOWLEDGED,
        acknowledged_at=at,
        acknowledged_by=by,
        actions={Action.REPORTED: reported} | dict(incident.actions),
    )
    return after, (Happened("incident.acknowledged"),)


def actions_recorded(
    incident: Incident, taken: Mapping[Action, Taken], *, by: str, at: datetime
) -> Step:
    """Some of the nine actions decided, or decided otherwise than before.

    What counts as changed is judged by what the page showed: the first action, which
    acknowledging settles on the way, is not undone by a page that still had it open.
    """
    held, happened = in_hand(incident, by=by, at=at)
    changed = {action: now for action, now in taken.items() if now != incident.action(action)}
    detail = [
        {"action": action, "before": facts(incident.action(action)), "after": facts(now)}
        for action, now in changed.items()
    ]
    return _step(
        incident,
        replace(held, actions={**held.actions, **changed}),
        *happened,
        Happened("incident.actions_recorded", detail={"actions": detail}),
        changed=bool(changed),
    )


def people_marked(incident: Incident, marks: Marks, *, by: str, at: datetime) -> Step:
    """Who was target, offender, witness; more than one may be true of one person (S227)."""
    held, happened = in_hand(incident, by=by, at=at)
    detail = [
        {
            "name": person.name,
            "before": list(incident.marks_of(person.key)),
            "after": [mark for mark in Mark if mark in marks.get(person.key, frozenset())],
        }
        for person in incident.report.people
        if incident.marks.get(person.key, frozenset()) != marks.get(person.key, frozenset())
    ]
    known = {person.key for person in incident.report.people}
    return _step(
        incident,
        replace(held, marks={key: m for key, m in marks.items() if m and key in known}),
        *happened,
        Happened("incident.people_marked", detail={"people": detail}),
        changed=bool(detail),
    )


def summarised(incident: Incident, summary: str, *, by: str, at: datetime) -> Step:
    """The summary of incident, investigation and outcome (S224)."""
    held, happened = in_hand(incident, by=by, at=at)
    return _step(
        incident,
        replace(held, summary=summary),
        *happened,
        Happened("incident.summarised", detail={"before": incident.summary, "after": summary}),
        changed=summary != incident.summary,
    )


def noted(incident: Incident, note: str, *, by: str, at: datetime) -> Step:
    """A note for the chronology; allowed on a closed record too, which stays closed."""
    happened: tuple[Happened, ...] = ()
    if incident.is_open:
        incident, happened = in_hand(incident, by=by, at=at)
    return incident, (*happened, Happened("incident.noted", detail={"note": note}))


def corrected(
    incident: Incident,
    report: Report,
    why: str,
    *,
    by: str,
    at: datetime,
    circle: Circle = Circle.ALL,
) -> Step:
    """The report put right, with the reason. The chronology keeps both versions.

    A kind of incident that the school keeps to a `circle` narrows who may read (2.15).
    """
    held, happened = in_hand(incident, by=by, at=at)
    changes = reports.differences(incident.report, report)
    known = {person.key for person in report.people}
    detail = [
        {"field": each.field, "question": each.question, "before": each.before, "after": each.after}
        for each in changes
    ]
    after = replace(
        held,
        report=report,
        marks={key: marks for key, marks in held.marks.items() if key in known},
        linked={key: found for key, found in held.linked.items() if key in known},
        people_used=max([held.people_used, *(int(key[1:]) for key in known)]),
        wall=replace(held.wall, circle=narrower(held.wall.circle, circle)),
    )
    return _step(
        incident,
        after,
        *happened,
        Happened("incident.corrected", why, {"changes": detail}),
        changed=bool(changes),
    )


def closed(
    incident: Incident, *, outcome: Outcome, reasons: str, summary: str, by: str, at: datetime
) -> Step:
    """The end, which needs an outcome, its reasons and the summary (R-KCSIE 7, S224)."""
    if not (reasons and summary):
        raise NotPossible("A record is closed with its reasons and a summary.")
    incident, happened = in_hand(incident, by=by, at=at)
    detail: dict[str, object] = {"outcome": outcome, "summary": summary}
    if incident.summary and incident.summary != summary:
        detail["before"] = incident.summary
    after = replace(
        incident,
        status=Status.CLOSED,
        outcome=outcome,
        reasons=reasons,
        summary=summary,
        closed_at=at,
    )
    return after, (*happened, Happened("incident.closed", reasons, detail))


def reopened(incident: Incident, why: str) -> Step:
    """Closed too soon: in progress again. Outcome and reasons stay in the chronology."""
    if incident.is_open:
        raise NotPossible("This record is already open.")
    if incident.outcome is Outcome.DUPLICATE:
        raise NotPossible("It was merged into another record. Part the two under Other records.")
    after = replace(incident, status=Status.IN_PROGRESS, outcome=None, reasons="", closed_at=None)
    return after, (Happened("incident.reopened", why),)


def facts(taken: Taken) -> dict[str, str]:
    """An action's decision as the chronology keeps it."""
    return {
        "decision": taken.decision,
        "on": _iso(taken.on),
        "at": taken.at.strftime("%H:%M") if taken.at else "",
        "by_whom": taken.by_whom,
        "detail": taken.detail,
    }


def joined(incident: Incident, person: str, name: str) -> Incident:
    """Whoever acts on a record works on it; the first who does has it in hand (2.5)."""
    if person in incident.team and incident.owner:
        return incident
    team = {**incident.team, person: name}
    return replace(incident, team=team, owner=incident.owner or person)


def handled(before: Incident, after: Incident, part: str) -> Incident:
    """The record with the part, as figures count it, of whoever took it in hand or closed it now.

    Once it is open again nobody has closed it.
    """
    if after.acknowledged_at and not before.acknowledged_at:
        after = replace(after, acknowledged_as=part)
    if after.closed_at is None:
        return replace(after, closed_as="") if after.closed_as else after
    return after if after.closed_at == before.closed_at else replace(after, closed_as=part)


def _iso(when: date | time | None) -> str:
    return when.isoformat() if when else ""


def in_hand(incident: Incident, *, by: str, at: datetime) -> Step:
    """Work on a record acknowledges it, and puts it in progress; a closed one is reopened first."""
    if incident.status is Status.CLOSED:
        raise NotPossible("This record is closed. Reopen it first, with the reason.")
    happened: tuple[Happened, ...] = ()
    if incident.status is Status.SUBMITTED:
        incident, happened = acknowledged(incident, by=by, at=at)
    return replace(incident, status=Status.IN_PROGRESS), happened


def _step(was: Incident, after: Incident, *happened: Happened, changed: bool) -> Step:
    """Pressing Save with nothing changed changes nothing, and leaves no line."""
    return (after, happened) if changed else (was, ())
