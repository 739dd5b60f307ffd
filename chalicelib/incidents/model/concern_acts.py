"""What is done to concerns about staff, besides what is done to any record (2.15, R-KCSIE 8)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.incidents.model.acts import Step, in_hand
from chalicelib.incidents.model.concerns import Matter
from chalicelib.incidents.model.lado import Lado, facts
from chalicelib.incidents.model.record import Happened, Incident, NotPossible
from chalicelib.incidents.model.wall import Wall


def needs_asking(incident: Incident) -> bool:
    """Whether the designated officer's clock still runs."""
    return incident.matter is Matter.ALLEGATION and incident.lado is None and incident.is_open


def decided(incident: Incident, lado: Lado, *, by: str, at: datetime) -> Step:
    """What was decided about asking the officer; a later decision keeps the earlier in sight."""
    if incident.matter is not Matter.ALLEGATION:
        raise NotPossible("This record is not an allegation about a member of staff.")
    if incident.lado == lado:
        return incident, ()
    held, happened = in_hand(incident, by=by, at=at)
    detail = _change("Designated officer", facts(incident.lado), facts(lado))
    return replace(held, lado=lado), (*happened, Happened("incident.lado_decided", detail=detail))


def moved(incident: Incident, wall: Wall, *, posts: str, why: str) -> Step:
    """Kept as something else from now on: an incident, an allegation, a low-level concern.

    Whoever reads afterwards is whom the wall lets in; the chronology says what it was before.
    """
    if not why:
        raise NotPossible("Say why it is moved.")
    if not incident.wall.without <= wall.without:
        raise NotPossible("Somebody this record is about cannot be let in to it.")
    if wall == incident.wall:
        return incident, ()
    if incident.others and wall.area != incident.wall.area:
        raise NotPossible(
            "This record is tied to another. Part them first, so that none points to it."
        )
    after = replace(incident, wall=wall)
    about = f"{after.matter.label} ({posts})" if posts else after.matter.label
    detail = _change("Kept as", incident.matter.label, about)
    return after, (Happened("incident.moved", why, detail),)


def _change(label: str, before: str, after: str) -> dict[str, object]:
    return {"changes": [{"label": label, "before": before, "after": after}]}
