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
# Who reported it and how, which a child's copy does not say (2.14).
_WHO_TOLD = frozenset({"reporter_name", "told_by", "told_how", "told_when", "signature"})


def case(
    stored: Stored,
    history: Sequence[Event],
    parts: Sequence[Part],
    *,
    without: frozenset[str] = frozenset(),
) -> Json:
    """One record whole, but for the handling team's private notes (2.17) and the answers `without`
    which it is wanted.
    """
    incident = stored.incident
    moments = reversed(chronology.moments(history))
    return {
        "reference": incident.reference,
        "line": f"{incident.status.label}. {incident.report.first.words}.",
        "sections": [
            _section("The record", _about(incident)),
            _section(
                "The report",
                [(a.question, a.text) for a in answers(incident.report) if a.field not in without],
            ),
            _section("Who was involved, and how", _people(incident), typed="questions"),
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
    without who reported it, the chronology and what was said with other families and agencies.
    """
    return case(stored, (), (), without=_WHO_TOLD)


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


def changed(data: Json, change: Change) -> Json:
    """A record with its answers changed; titles and questions are ours and stay, unless typed."""
    return {
        **data,
        "sections": [_changed_section(each, change) for each in data["sections"]],
        "chronology": [
            {name: _changed(said, change) for name, said in each.items() if name != "title"}
            | {"title": each["title"]}
            for each in data["chronology"]
        ],
    }


def _changed_section(section: Json, change: Change) -> Json:
    ask = change if section["typed"] == "questions" else str
    title = change if section["typed"] == "title" else str
    rows = [[ask(question), change(answer)] for question, answer in section["rows"]]
    return {**section, "title": title(section["title"]), "rows": rows}


def _changed(said: Any, change: Change) -> Any:
    return change(said) if isinstance(said, str) else [_changed(each, change) for each in said]


def _section(title: str, rows: Iterable[tuple[str, str]], *, typed: str = "") -> Json:
    """`typed` is what somebody wrote besides the answers: the `title` or the `questions`."""
    return {
        "title": title,
        "rows": [[question, answer] for question, answer in rows],
        "typed": typed,
    }


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
    return _section(title, [*rows, ("Added", added)], typed="title")


def _end(incident: Incident) -> list[tuple[str, str]]:
    closed = words.london_date(london(incident.closed_at)) if incident.closed_at else "Not closed"
    return [
        ("Summary of the incident, the investigation and the outcome", incident.summary),
        ("Closed", closed),
        ("Outcome", incident.outcome.label if incident.outcome else ""),
        ("Reasons", incident.reasons),
    ]
