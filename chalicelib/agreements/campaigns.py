"""Asking: an agreement goes to everybody of some groups, each dealt with once (R31).

A household's turn is one transaction: the campaign moves on from the number before, the requests
and links come to be, the mails go into the outbox. Whoever dies in the middle is carried on by the
next press of the button or by the sweep, and two at once never ask the same child twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.agreements import editions, households, library, profile, subjects
from chalicelib.agreements.asking import ask
from chalicelib.agreements.campaign import Campaign, Roll
from chalicelib.agreements.repository import Raced, campaigns
from chalicelib.agreements.subjects import Audience, Subject, pupils
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.observability import logger
from chalicelib.storage import Transaction, transaction
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
    to_ask: tuple[Subject, ...]
    nobody: tuple[Subject, ...]
    asked_already: tuple[Subject, ...]
    vacant: tuple[str, ...]
    setting_up: bool = False

    @property
    def adults(self) -> int:
        """How many mails there would be: one for each adult, whatever their children (10.2)."""
        return len({adult.email for one in self.to_ask for adult in one.adults})

    @property
    def keys(self) -> tuple[str, ...]:
        """The agreements that would be used: several where each child gets their reading age."""
        asked = (*self.to_ask, *self.nobody)
        return tuple(dict.fromkeys(library.key_for(self.template, one.year_group) for one in asked))


def plan(
    school: SchoolId,
    template: str,
    groups: Sequence[str],
    people: Sequence[str] = (),
    number: int = 0,
) -> Plan:
    """What a campaign to these groups, and these people besides, would do now. `number` is the
    version of what a class wrote itself.
    """
    year, audience = calendar.academic_year(clock.today()), library.audience(template)
    everybody = {one.id: one for one in subjects.of_groups(school, audience, groups)}
    for who in people:
        if who not in everybody and (one := subjects.of(school, audience, who)):
            everybody[who] = one
    free = unasked(school, template, list(everybody.values()), number)
    unclaimed = {one.id for one in free}
    here = profile.of(school)
    return Plan(
        template=template,
        year=year,
        to_ask=tuple(one for one in free if one.adults),
        nobody=tuple(one for one in free if not one.adults),
        asked_already=tuple(one for who, one in everybody.items() if who not in unclaimed),
        vacant=tuple(role.label for role in here.vacant),
        setting_up=here.setting_up,
    )


def unasked(
    school: SchoolId, template: str, people: Sequence[Subject], number: int = 0
) -> list[Subject]:
    """Those of some people whom no campaign asks for the same this year; `number` as for `plan`."""
    keys = {
        one.id: (library.key_for(template, one.year_group), one.group if number else "")
        for one in people
    }
    kinds = {
        (key, group): editions.claim_of(school, key, group, number)
        for key, group in set(keys.values())
    }
    wanted = {who: kinds[each] for who, each in keys.items()}
    claimed = campaigns.claims(school, calendar.academic_year(clock.today()), wanted)
    return [one for one in people if one.id not in claimed]


def start(
    school: SchoolId,
    campaign_id: str,
    template: str,
    groups: Sequence[str],
    *,
    by: str,
    people: Sequence[str] = (),
    number: int = 0,
    also: Callable[[Transaction], None] | None = None,
) -> Campaign:
    """Start a campaign. Starting the same one again gives the one that was started.

    `number` is the version of what a class wrote itself; `also` adds to the transaction. Raises
    Invalid when there is nobody to ask or a post that the text names is vacant.
    """
    if first := campaigns.campaign(school, campaign_id):
        return first
    planned = plan(school, template, groups, people, number)
    asked = households.of([*planned.to_ask, *planned.nobody])
    _check(planned)
    names = subjects.groups(school, library.audience(template))
    campaign = Campaign(
        id=campaign_id,
        template=template,
        template_version=number or editions.current(school, planned.keys[0]).version,
        year=planned.year,
        classes=tuple(groups),
        class_names=tuple(name for each, name in names.items() if each in groups),
        started_by=by,
        started_at=clock.now(),
        total=sum(len(each) for each in asked),
    )
    roll = Roll(tuple(one.id for each in asked for one in each), tuple(len(each) for each in asked))
    try:
        with transaction() as tx:
            campaigns.add(tx, school, campaign, roll)
            if also:
                also(tx)
            clocks.start(tx, school, kind=CLOCK, id=campaign.id, due_at=_soon())
            audit.record(
                tx,
                school,
                by=by if ":" in by else actors.person(by),
                action="agreements.campaign_started",
                about=f"campaign/{campaign.id}",
            )
    except Conflict:
        if also and campaigns.campaign(school, campaign_id) is None:
            raise  # what was added to the transaction is no longer as it was
        return found(school, campaign_id)
    return campaign


def found(school: SchoolId, campaign_id: str) -> Campaign:
    """Raises NotFound."""
    campaign = campaigns.campaign(school, campaign_id) if ids.is_record(campaign_id) else None
    if campaign is None:
        raise NotFound
    return campaign


def go_on(school: SchoolId, campaign_id: str, *, most: int = _AT_ONCE) -> Campaign:
    """Ask the next people of a campaign; gives how far it is then. Safe to call at once."""
    campaign = found(school, campaign_id)
    roll, names = campaigns.roll(school, campaign_id), pupils.classes(school)
    audience = library.audience(campaign.template)
    last = min(campaign.done + most, campaign.total)
    for _ in range(most + _RACES):
        if campaign.done >= last:
            break
        try:
            household = [
                _of(school, audience, who, names) or who for who in roll.from_(campaign.done)
            ]
            ask(school, campaign, household)
            campaign = replace(campaign, done=campaign.done + len(household))
        except Raced:
            logger.info("campaign goes on elsewhere too", campaign=campaign_id)
            campaign = found(school, campaign_id)
    return campaign


def _of(school: SchoolId, audience: Audience, who: str, names: Mapping[str, str]) -> Subject | None:
    if audience is Audience.PUPILS:
        return pupils.of_pupil(school, who, names)
    return subjects.of(school, audience, who)


def resume(tenant: str, campaign_id: str, now: datetime) -> None:
    """The sweep's turn: go on with a campaign that was left unfinished, then stop its clock."""
    school = SchoolId(tenant)
    campaign = go_on(school, campaign_id, most=_BY_THE_SWEEP)
    with transaction() as tx:
        if campaign.finished:
            clocks.stop(tx, school, kind=CLOCK, id=campaign_id)
        else:
            clocks.start(tx, school, kind=CLOCK, id=campaign_id, due_at=now + _AGAIN_AFTER)


def _check(planned: Plan) -> None:
    if planned.setting_up:
        raise Invalid({"": [profile.NOT_LIVE]})
    if not planned.to_ask and not planned.nobody:
        raise Invalid({"classes": ["Everybody in these groups has been asked this year"]})
    if planned.vacant:
        posts = " and ".join(planned.vacant)
        raise Invalid({"": [f"Nobody is recorded as {posts}. The agreement names them."]})


def _soon() -> datetime:
    return clock.now() + _AGAIN_AFTER
