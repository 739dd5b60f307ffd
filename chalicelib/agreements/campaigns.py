"""Asking: an agreement goes to every child of some classes, each dealt with once (R31).

A child's turn is one transaction: the campaign moves on from the number before, the request and
its links come to be, the mails go into the outbox. Whoever dies in the middle is carried on by the
next press of the button or by the sweep, and two at once never ask the same child twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.agreements import families, library, profile
from chalicelib.agreements.asking import ask
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.families import Family
from chalicelib.agreements.repository import Raced, campaigns
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import clocks
from chalicelib.observability import logger
from chalicelib.storage import transaction
from chalicelib.tenancy import calendar

CLOCK = "agreements.send"
_AT_ONCE = 40
_BY_THE_SWEEP = 200
_RACES = 50  # turns lost to somebody else before the rest is left to the sweep
_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Plan:
    """What pressing "send" would do: shown before it is pressed."""

    template: str
    year: str
    to_ask: tuple[Family, ...]
    nobody: tuple[Family, ...]
    asked_already: tuple[Family, ...]
    vacant: tuple[str, ...]

    @property
    def adults(self) -> int:
        """How many mails there would be."""
        return sum(len(family.adults) for family in self.to_ask)


def plan(school: SchoolId, template: str, classes: Sequence[str]) -> Plan:
    """What a campaign to these classes would do now."""
    year = calendar.academic_year(clock.today())
    names = families.classes(school)
    everybody = [family for each in classes for family in families.of_class(school, each, names)]
    claimed = campaigns.claims(
        school, year, library.kind(template), [family.pupil for family in everybody]
    )
    free = [family for family in everybody if family.pupil not in claimed]
    return Plan(
        template=template,
        year=year,
        to_ask=tuple(family for family in free if family.adults),
        nobody=tuple(family for family in free if not family.adults),
        asked_already=tuple(family for family in everybody if family.pupil in claimed),
        vacant=tuple(role.label for role in profile.of(school).vacant),
    )


def start(
    school: SchoolId, campaign_id: str, template: str, classes: Sequence[str], *, by: PersonId
) -> Campaign:
    """Start a campaign. Starting the same one again gives the one that was started.

    Raises Invalid when there is nobody to ask or a post that the text names is vacant.
    """
    if first := campaigns.campaign(school, campaign_id):
        return first
    planned = plan(school, template, classes)
    names = families.classes(school)
    pupils = [family.pupil for family in (*planned.to_ask, *planned.nobody)]
    _check(planned, pupils)
    campaign = Campaign(
        id=campaign_id,
        template=template,
        template_version=library.template(template).version,
        year=planned.year,
        classes=tuple(classes),
        class_names=tuple(name for each, name in names.items() if each in classes),
        started_by=by,
        started_at=clock.now(),
        total=len(pupils),
    )
    actor = actors.person(by)
    try:
        with transaction() as tx:
            campaigns.add(tx, school, campaign, pupils)
            clocks.start(tx, school, kind=CLOCK, id=campaign.id, due_at=_soon())
            audit.record(
                tx,
                school,
                by=actor,
                action="agreements.campaign_started",
                about=f"campaign/{campaign.id}",
            )
    except Conflict:
        return found(school, campaign_id)
    return campaign


def found(school: SchoolId, campaign_id: str) -> Campaign:
    """Raises NotFound."""
    campaign = campaigns.campaign(school, campaign_id) if ids.is_record(campaign_id) else None
    if campaign is None:
        raise NotFound
    return campaign


def go_on(school: SchoolId, campaign_id: str, *, most: int = _AT_ONCE) -> Campaign:
    """Ask for the next children of a campaign; gives how far it is then. Safe to call at once."""
    campaign = found(school, campaign_id)
    roll, names = campaigns.roll(school, campaign_id), families.classes(school)
    last = min(campaign.done + most, campaign.total)
    for _ in range(most + _RACES):
        if campaign.done >= last:
            break
        pupil = roll[campaign.done]
        try:
            ask(school, campaign, pupil, families.of_pupil(school, pupil, names))
        except Raced:
            logger.info("campaign goes on elsewhere too", campaign=campaign_id)
        campaign = found(school, campaign_id)
    return campaign


def resume(tenant: str, campaign_id: str, now: datetime) -> None:
    """The sweep's turn: go on with a campaign that was left unfinished, then stop its clock."""
    school = SchoolId(tenant)
    campaign = go_on(school, campaign_id, most=_BY_THE_SWEEP)
    with transaction() as tx:
        if campaign.finished:
            clocks.stop(tx, school, kind=CLOCK, id=campaign_id)
        else:
            clocks.start(tx, school, kind=CLOCK, id=campaign_id, due_at=now + _AGAIN_AFTER)


def _check(planned: Plan, pupils: Sequence[str]) -> None:
    if not pupils:
        raise Invalid({"classes": ["Everybody in these classes has been asked this year"]})
    if planned.vacant:
        posts = " and ".join(planned.vacant)
        raise Invalid({"": [f"Nobody is recorded as {posts}. The agreement names them."]})


def _soon() -> datetime:
    return clock.now() + _AGAIN_AFTER
