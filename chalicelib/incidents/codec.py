"""The private part of a record as JSON and back, written out by hand so that old records open.

Fields that a later version adds are read with a default; stored words are never renamed.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from chalicelib.incidents.model.actions import Action, Decision, Taken
from chalicelib.incidents.model.behalf import Behalf, How
from chalicelib.incidents.model.concerns import AboutStaff, Post
from chalicelib.incidents.model.lado import Asked, Lado
from chalicelib.incidents.model.log import LogLine, Named
from chalicelib.incidents.model.record import Linked, Mark, Other, Roster, Status, Tie
from chalicelib.incidents.model.report import (
    AdultInvolved,
    Door,
    Group,
    Involved,
    Occasion,
    Report,
    Where,
)
from chalicelib.incidents.model.reporter import ReporterKind
from chalicelib.incidents.model.severity import Judged, Severity
from chalicelib.incidents.model.wall import OPEN, Circle, Wall

Json = dict[str, Any]


def report_json(report: Report) -> Json:
    adult = report.adult_involved
    return {
        "edition": report.edition,
        "door": report.door,
        "reporter_name": report.reporter_name,
        "completed_on": report.completed_on.isoformat(),
        "where": sorted(report.where),
        "occasions": [[each.on.isoformat(), _time_json(each.at)] for each in report.occasions],
        "people": [[each.key, each.group, each.name] for each in report.people],
        "types": list(report.types),
        "description": report.description,
        "signature": report.signature,
        "other_breach": report.other_breach,
        "other_type": report.other_type,
        "platforms": list(report.platforms),
        "other_platforms": report.other_platforms,
        "evidence": report.evidence,
        "adult_involved": adult or "",
        "reporter": report.reporter or "",
        "about_staff": report.about_staff or "",
        "about_posts": list(report.about_posts),
        "behalf": _behalf_json(report.behalf),
    }


def report_of(stored: Mapping[str, Any]) -> Report:
    adult, reporter = stored.get("adult_involved"), stored.get("reporter")
    about = stored.get("about_staff")
    return Report(
        edition=stored["edition"],
        door=Door(stored["door"]),
        reporter_name=stored["reporter_name"],
        completed_on=date.fromisoformat(stored["completed_on"]),
        where=frozenset(Where(each) for each in stored["where"]),
        occasions=tuple(
            Occasion(date.fromisoformat(on), _time_of(at)) for on, at in stored["occasions"]
        ),
        people=tuple(Involved(key, Group(group), name) for key, group, name in stored["people"]),
        types=tuple(stored["types"]),
        description=stored["description"],
        signature=stored.get("signature", ""),
        other_breach=stored.get("other_breach", ""),
        other_type=stored.get("other_type", ""),
        platforms=tuple(stored.get("platforms", ())),
        other_platforms=stored.get("other_platforms", ""),
        evidence=stored.get("evidence", ""),
        adult_involved=AdultInvolved(adult) if adult else None,
        reporter=ReporterKind(reporter) if reporter else None,
        about_staff=AboutStaff(about) if about else None,
        about_posts=tuple(Post(each) for each in stored.get("about_posts", ())),
        behalf=_behalf_of(stored.get("behalf")),
    )


def _behalf_json(behalf: Behalf | None) -> Json | None:
    if behalf is None:
        return None
    return {
        "told_by": behalf.told_by,
        "who": behalf.who,
        "how": behalf.how,
        "on": behalf.on.isoformat(),
        "at": _time_json(behalf.at),
    }


def _behalf_of(stored: Mapping[str, Any] | None) -> Behalf | None:
    if not stored:
        return None
    return Behalf(
        stored["told_by"],
        stored["who"],
        How(stored["how"]),
        date.fromisoformat(stored["on"]),
        _time_of(stored["at"]),
    )


def actions_json(actions: Mapping[Action, Taken]) -> Json:
    return {
        action: {
            "decision": taken.decision,
            "on": taken.on.isoformat() if taken.on else "",
            "at": _time_json(taken.at),
            "by_whom": taken.by_whom,
            "detail": taken.detail,
        }
        for action, taken in actions.items()
    }


def actions_of(stored: Mapping[str, Any]) -> dict[Action, Taken]:
    return {
        Action(action): Taken(
            Decision(taken["decision"]),
            date.fromisoformat(taken["on"]) if taken["on"] else None,
            _time_of(taken["at"]),
            taken["by_whom"],
            taken["detail"],
        )
        for action, taken in stored.items()
    }


def marks_json(marks: Mapping[str, frozenset[Mark]]) -> Json:
    return {person: sorted(held) for person, held in marks.items()}


def marks_of(stored: Mapping[str, Any]) -> dict[str, frozenset[Mark]]:
    return {person: frozenset(Mark(each) for each in held) for person, held in stored.items()}


def judged_json(judged: Judged | None) -> Json | None:
    return {"severity": judged.severity, "why": judged.why, "by": judged.by} if judged else None


def judged_of(stored: Mapping[str, Any] | None) -> Judged | None:
    return Judged(Severity(stored["severity"]), stored["why"], stored["by"]) if stored else None


def linked_json(linked: Mapping[str, Linked]) -> Json:
    return {
        person: [each.roster, each.id, *([each.year] if each.year else ())]
        for person, each in linked.items()
    }


def linked_of(stored: Mapping[str, Any]) -> dict[str, Linked]:
    return {
        person: Linked(Roster(kind), found, *year)
        for person, (kind, found, *year) in stored.items()
    }


def others_json(others: tuple[Other, ...]) -> list[list[str]]:
    return [[each.id, each.reference, each.tie] for each in others]


def others_of(stored: Any) -> tuple[Other, ...]:
    return tuple(Other(found, reference, Tie(tie)) for found, reference, tie in stored)


def lado_json(lado: Lado | None) -> Json | None:
    if lado is None:
        return None
    return {
        "asked": lado.asked,
        "on": lado.on.isoformat() if lado.on else "",
        "at": _time_json(lado.at),
        "whom": lado.whom,
        "reference": lado.reference,
        "advice": lado.advice,
    }


def lado_of(stored: Mapping[str, Any] | None) -> Lado | None:
    if not stored:
        return None
    return Lado(
        Asked(stored["asked"]),
        date.fromisoformat(stored["on"]) if stored["on"] else None,
        _time_of(stored["at"]),
        stored["whom"],
        stored["reference"],
        stored["advice"],
    )


def wall_json(wall: Wall) -> Json | None:
    """Ids of staff and roles only, so that it may stand open beside the sealed part."""
    if not wall.stands:
        return None
    return {
        "without": sorted(wall.without),
        "only": sorted(wall.only),
        "circle": wall.circle,
        "area": wall.area,
    }


def wall_of(stored: Mapping[str, Any] | None) -> Wall:
    if not stored:
        return OPEN
    return Wall(
        frozenset(stored.get("without", ())),
        frozenset(stored.get("only", ())),
        Circle(stored.get("circle", Circle.ALL)),
        stored.get("area", ""),
    )


def line_json(line: LogLine) -> Json:
    return {
        "time_known": line.time_known,
        "people": [[each.name, each.letters] for each in line.people],
        "nature": list(line.nature),
        "details": line.details,
        "evidence": line.evidence,
        "outcome": line.outcome,
        "reasons": line.reasons,
        "actions": list(line.actions),
    }


def line_of(
    stored: Mapping[str, Any],
    *,
    record: str,
    reference: str,
    status: str,
    urgent: bool,
    happened: str,
    severity: str | None = None,
    wall: Mapping[str, Any] | None = None,
) -> LogLine:
    return LogLine(
        id=record,
        reference=reference,
        status=Status(status),
        urgent=urgent,
        happened=happened,
        time_known=stored["time_known"],
        people=tuple(Named(name, letters) for name, letters in stored["people"]),
        nature=tuple(stored["nature"]),
        details=stored["details"],
        evidence=stored["evidence"],
        outcome=stored["outcome"],
        reasons=stored["reasons"],
        actions=tuple(stored["actions"]),
        severity=Severity(severity) if severity else Severity.LOW,
        wall=wall_of(wall),
    )


def _time_json(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


def _time_of(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
