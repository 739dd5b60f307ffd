"""What a part of a record settles of the nine actions, so that nothing is written down twice."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from chalicelib.incidents.model.actions import Action, Decision, Taken
from chalicelib.incidents.model.acts import Step, actions_recorded
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.model.record import Incident

Settled = dict[Action, Taken]
POLICE = frozenset({"police", "ceop"})


def settled(incident: Incident, part: Part, *, by: str, at: datetime) -> Step:
    """The actions that a part shows to be done, where nobody had decided them yet."""
    rule = _RULES.get(part.kind)
    found = rule(part) if rule else {}
    still_open = {a: taken for a, taken in found.items() if not incident.action(a).decided}
    if not still_open:
        return incident, ()
    return actions_recorded(incident, still_open, by=by, at=at)


def _referral(part: Part) -> Settled:
    agency, what = part.answer("agency"), part.answer("what")
    if agency in POLICE:
        return {Action.POLICE: _done(part)}
    if what == "advice":
        return {Action.ADVICE: _done(part)}
    if agency == "site":
        return {Action.NETWORK: _done(part)}
    return {Action.REFERRAL: _done(part)} if what == "referral" else {}


def _family(part: Part) -> Settled:
    if part.answer("informed") == "no":
        return {Action.PARENTS: Taken(Decision.NOT_NEEDED, detail=part.answer("why_not"))}
    return {Action.PARENTS: _done(part)}


def _debrief(part: Part) -> Settled:
    found = {}
    if part.values.get("policy"):
        found[Action.POLICY] = _done(part, part.answer("which_policy"))
    if part.answer("response"):
        found[Action.COMMUNITY] = _done(part, part.answer("response"))
    return found


def _other(part: Part) -> Settled:
    return {Action.OTHER: _done(part)}


def _done(part: Part, detail: str = "") -> Taken:
    at = part.answer("at")
    return Taken(
        Decision.DONE,
        date.fromisoformat(part.answer("on")) if part.answer("on") else part.at.date(),
        time.fromisoformat(at) if at else None,
        part.answer("by") or part.who,
        detail or part.title,
    )


_RULES: Mapping[Kind, Callable[[Part], Settled]] = {
    Kind.REFERRAL: _referral,
    Kind.FAMILY: _family,
    Kind.DEBRIEF: _debrief,
    Kind.SANCTION: _other,
    Kind.SUPPORT: _other,
}
