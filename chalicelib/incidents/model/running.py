"""Who runs a record and how serious it is: each change with its reason, both versions kept."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.incidents.model.acts import Step, in_hand
from chalicelib.incidents.model.record import Happened, Incident, Linked, NotPossible
from chalicelib.incidents.model.severity import Judged
from chalicelib.incidents.model.wall import Wall, narrower


def judged(incident: Incident, judgement: Judged, *, by: str, at: datetime) -> Step:
    """How serious it is, in somebody's judgement and with their reason (2.20)."""
    held, happened = in_hand(incident, by=by, at=at)
    before = incident.severity
    if incident.judged == judgement:
        return incident, ()
    change = _change("Severity", _said(before), _said(judgement))
    after = replace(held, judged=judgement)
    return after, (*happened, Happened("incident.judged", judgement.why, {"changes": [change]}))


def linked(
    incident: Incident,
    person: str,
    found: Linked | None,
    words: str,
    *,
    by: str,
    at: datetime,
) -> Step:
    """Who somebody named is in the school's lists, or that they are nobody in them after all."""
    named = next((each for each in incident.report.people if each.key == person), None)
    if named is None:
        raise NotPossible("That person is no longer named in the report.")
    if incident.linked.get(person) == found:
        return incident, ()
    held, happened = in_hand(incident, by=by, at=at)
    others = {key: each for key, each in incident.linked.items() if key != person}
    after = replace(held, linked={**others, person: found} if found else others)
    change = _change(named.name, "", words)
    return after, (*happened, Happened("incident.linked", "", {"changes": [change]}))


def walled(
    incident: Incident,
    wall: Wall,
    why: str,
    *,
    names: Mapping[str, str],
    by: str,
    at: datetime,
) -> Step:
    """Who may read the record from now on (2.15). Whoever decides so must stay inside.

    Those whom the report itself keeps out are never let back in by this.
    """
    if not incident.wall.without <= wall.without:
        raise NotPossible("Somebody this record is about cannot be let in to it.")
    if incident.wall.area and narrower(wall.circle, incident.wall.circle) is not wall.circle:
        raise NotPossible("A concern about staff is not opened to more people here.")
    if by in wall.without or (wall.only and by not in wall.only):
        raise NotPossible("You would shut yourself out. Ask somebody else to do that.")
    if wall == incident.wall:
        return incident, ()
    held, happened = in_hand(incident, by=by, at=at)
    before, after = wall_words(incident.wall, names), wall_words(wall, names)
    change = _change("Who may read it", before, after)
    done = Happened("incident.walled", why, {"changes": [change]})
    return replace(held, wall=wall), (*happened, done)


def handed_over(incident: Incident, to: str, name: str, why: str) -> Step:
    """Somebody else has it in hand from now on (2.19). A closed record has nobody's hand on it."""
    if not incident.is_open:
        raise NotPossible("This record is closed: there is nothing to hand over.")
    if incident.owner == to:
        return incident, ()
    before = incident.owner_name or "Nobody"
    after = replace(incident, owner=to, team={**incident.team, to: name})
    change = _change("Who has it in hand", before, name)
    return after, (Happened("incident.handed_over", why, {"changes": [change]}),)


def wall_words(wall: Wall, names: Mapping[str, str]) -> str:
    """A wall as the chronology tells it."""
    parts = [f"Only {_listed(wall.only, names)}" if wall.only else wall.circle.label]
    if wall.without:
        parts.append(f"never {_listed(wall.without, names)}")
    return ", ".join(parts)


def _listed(people: Collection[str], names: Mapping[str, str]) -> str:
    return " and ".join(sorted(names.get(each, "somebody who has left") for each in people))


def _said(judgement: Judged) -> str:
    return f"{judgement.severity.label}: {judgement.why}"


def _change(label: str, before: str, after: str) -> dict[str, str]:
    return {"label": label, "before": before, "after": after}
