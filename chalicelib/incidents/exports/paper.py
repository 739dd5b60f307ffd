"""A record as its paper has it: every part in words, for the Typst template."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chalicelib.audit import Event
from chalicelib.clock import london
from chalicelib.incidents.model.actions import WORDINGS, Action, Decision
from chalicelib.incidents.model.parts import Part
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.report import Group, answers, clock_words
from chalicelib.incidents.repository import Stored
from chalicelib.incidents.web import chronology
from chalicelib.web import words

Json = dict[str, Any]
Change = Callable[[str], str]


def case(stored: Stored, history: Sequence[Event], parts: Sequence[Part]) -> Json:
    """One record whole, but for the handling team's private notes (2.17)."""
    incident = stored.incident
    moments = reversed(chronology.moments(history))
    return {
        "reference": incident.reference,
        "line": f"{incident.status.label}. {incident.report.first.words}.",
        "sections": [
            _section("The record", _about(incident)),
            _section("The report", [(a.question, a.text) for a in answers(incident.report)]),
            _section("Who was involved, and how", _people(incident)),
            _section("Immediate actions", [_action(incident, each) for each in Action]),
            *(_part(each) for each in parts if not each.kind.is_private),
            _section("Summary and outcome", _end(incident)),
        ],
        "chronology": [
            {
                "when": words.london(each.at),
                "who": each.who,
                "title": each.title,
                "why": each.why,
                "text": each.text,
                "changes": [[c.label, c.before, c.after] for c in each.changes],
            }
            for each in moments
            if "private note" not in each.title
        ],
    }


def copy_for(stored: Stored) -> Json:
    """One record as a child's own file or parent has it: what was reported, done and decided,
    without the chronology and what was said with other families and agencies.
    """
    return case(stored, (), ())


def people_of_staff(stored: Stored, history: Iterable[Event], parts: Iterable[Part]) -> set[str]:
    """Everybody of the staff whom the record names: as reported, and whoever worked on it."""
    report = stored.incident.report
    found = {each.name for each in report.of_group(Group.STAFF)}
    found |= {report.reporter_name, report.signature} if report.reporter is None else set()
    for event in history:
        found |= {str(event.private.get("who", ""))}
        found |= {name for _, name in event.private.get("told", ())}
    found |= {each.who for each in parts}
    found |= set(stored.incident.team.values())
    found |= {taken.by_whom for taken in stored.incident.actions.values()}
    return {each for each in found if each}


def changed(data: Any, change: Change) -> Any:
    """All its texts changed, whatever shape it has."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: changed(value, change) for name, value in data.items()}
    return [changed(each, change) for each in data] if isinstance(data, list | tuple) else data


def _section(title: str, rows: Iterable[tuple[str, str]]) -> Json:
    return {"title": title, "rows": [[question, answer] for question, answer in rows]}


def _about(incident: Incident) -> list[tuple[str, str]]:
    report = incident.report
    severity = incident.severity
    concerns = words.listed(c.value for c in report.catalogue.concerns(report.types))
    return [
        ("Reference", incident.reference),
        ("Status", incident.status.label),
        ("Severity", f"{severity.severity.label}: {severity.why}"),
        ("Reported", words.london(incident.submitted_at)),
        ("Acknowledged", words.london(incident.acknowledged_at)),
        ("In hand with", incident.owner_name),
        (f"Four Cs ({report.edition})", concerns.capitalize()),
    ]


def _people(incident: Incident) -> list[tuple[str, str]]:
    return [
        (
            each.name,
            words.listed(mark.label for mark in incident.marks_of(each.key)) or "Not marked",
        )
        for each in incident.report.people
    ]


def _action(incident: Incident, action: Action) -> tuple[str, str]:
    taken = incident.action(action)
    said = [taken.decision.label]
    if taken.decision is Decision.DONE:
        said = [f"Done on {words.london_date(taken.on)}" if taken.on else "Done"]
        said += [f"at {clock_words(taken.at)}"] if taken.at else []
        said += [f"by {taken.by_whom}"] if taken.by_whom else []
    ending = f". {taken.detail}" if taken.detail else ""
    return WORDINGS[action].short, " ".join(said) + ending


def _part(part: Part) -> Json:
    title = f"{part.title} (struck out: {part.struck})" if part.struck else part.title
    rows = [(each.question, each.answer) for each in part.said]
    added = f"{words.london(part.at)} by {part.who}"
    return _section(title, [*rows, ("Added", added)])


def _end(incident: Incident) -> list[tuple[str, str]]:
    closed = words.london_date(london(incident.closed_at)) if incident.closed_at else "Not closed"
    return [
        ("Summary of the incident, the investigation and the outcome", incident.summary),
        ("Closed", closed),
        ("Outcome", incident.outcome.label if incident.outcome else ""),
        ("Reasons", incident.reasons),
    ]
