"""Agreements of two Septembers: asked of every family, signed by most, each by its own link."""

import random
from datetime import datetime, timedelta

from chalicelib import ids
from chalicelib.agreements import campaigns, profile, signing
from chalicelib.agreements.evidence import Typed, Visitor
from chalicelib.agreements.model import Party, Refused, Relation
from chalicelib.identity.permissions import Role
from chalicelib.tenancy.model import SchoolKind
from infra.demo.schools import Opened
from infra.demo.time_travel import Past

_PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36"


def september(
    opened: Opened, dice: random.Random, past: Past, at: datetime, *, share: float, classes: int
) -> None:
    """Ask the families of the first so many classes; about `share` of them sign in time."""
    who, _ = opened.holders(Role.OFFICE, Role.HEADTEACHER)[0]
    template = "pupil-5-7" if opened.plan.kind is SchoolKind.INFANT else "pupil-7-11"
    past.go_to(at)
    past.mailed.clear()
    campaign = campaigns.start(
        opened.school, ids.new(), template, list(opened.classes)[:classes], by=who
    )
    while not campaigns.go_on(opened.school, campaign.id).finished:
        pass
    campaigns.resume(opened.school, campaign.id, past.now())
    for path in past.links("agreement_asked"):
        if dice.random() < share:
            past.go_to(at + timedelta(hours=dice.uniform(2, 24 * 12)))
            _sign(opened, dice, path.rpartition("/")[2])
    past.mailed.clear()


def _sign(opened: Opened, dice: random.Random, token: str) -> None:
    """The child with a grown-up beside them, then the grown-up: as at a kitchen table."""
    digest = ids.digest(token)
    for visit in signing.visits(opened.school, digest):
        _sign_for(opened, dice, digest, visit)


def _sign_for(opened: Opened, dice: random.Random, digest: str, visit: signing.Visit) -> None:
    if visit.adult is None:
        return
    visitor = Visitor(f"198.51.100.{dice.randrange(1, 250)}", _PHONE)
    parts: list[tuple[Party, str]] = [
        (Party.CHILD, visit.request.child.first_name),
        (Party.PARENT, visit.adult.name),
    ]
    for party, name in parts[: 1 if dice.random() < 0.05 else 2]:
        try:
            signing.sign(
                opened.school,
                digest,
                signing.Act(
                    party=party,
                    record=ids.new(),
                    shown=visit.text(*profile.PAGES[party]).sha256,
                    name=name,
                    visitor=visitor,
                    relation=Relation.MOTHER if party is Party.PARENT else None,
                    typed=dice.choice(list(Typed)) if party is Party.CHILD else None,
                    ticked=19 if party is Party.CHILD else 0,
                    who=visit.request.id.pupil,
                ),
            )
        except Refused:
            return  # the other parent's link was quicker, or one signature was enough
