"""Setting what a policy says, through each feature's own service, and setting it back.

One transaction holds the change, the audit's lines and the receipt. A second press finds the
receipt and changes nothing.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chalicelib import clock, ids
from chalicelib.agreements.rules import service as agreeing
from chalicelib.agreements.rules.model import Often
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.permissions import Role
from chalicelib.journeys.policy import dates, keeping, offers, periods
from chalicelib.journeys.policy.here import (
    ONLINE,
    POLICIES,
    SERVICES,
    Here,
    approver_said,
    edition_said,
    named,
    role_said,
    rule_said,
)
from chalicelib.journeys.policy.keeping import Item, Receipt
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.journeys.policy.offers import Offer
from chalicelib.people import staffing
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting, adding, changing, taking_out
from chalicelib.retention.model import Kept, RecordClass
from chalicelib.retention.service import deciding
from chalicelib.storage import Also, transaction
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Setting

_WHY = "As the school's policy says"
_NEWER = "Somebody has changed this since: look at it where it is kept."
_LONGEST_WHY = 500  # as the page of the periods takes it
Back = tuple[str, ...]


def put_in_force(here: Here, wanted: str, *, on: date | None = None) -> None:
    """Set what a kept finding says; `on` is the review date that somebody gave instead.

    Raises NotFound for what cannot be set from here, NotAllowed and Invalid as the feature's own
    page does, and Conflict when somebody else changed the same meanwhile.
    """
    item = keeping.item(here.hand.school, wanted)
    if item.receipt:
        return
    offer = offers.of(here, item.finding)
    if on and item.finding.kind is Kind.REVIEW and offer.asks:
        offer = dataclasses.replace(
            offer, on=on, then=f"Next review: {dates.spoken(on)}", press=offer.asks
        )
    if item.is_settled or not offer.press:
        if offer.is_in_force:
            return
        raise NotFound
    _SETTERS[item.finding.kind](here, item, offer)


def set_back(here: Here, wanted: str) -> None:
    """Set what a press set as it was before; done again, nothing changes.

    Raises NotFound for what has no way back, NotAllowed and Invalid as the feature's own page
    does, and Conflict when somebody has changed the same since.
    """
    item = keeping.item(here.hand.school, wanted)
    if item.receipt is None:
        return
    if not item.receipt.back:
        raise NotFound
    also = keeping.mark_unset(here.hand.school, item.id, by=here.hand.actor)
    _BACK[item.finding.kind](here, item.finding, item.receipt.back, also)


def _receipt(here: Here, item: Item, offer: Offer, back: Back = (), path: str = "") -> Also:
    at, by = clock.stamp(clock.now()), here.hand.actor
    receipt = Receipt(offer.now, offer.then, by, at, back, path or offer.path)
    return keeping.mark_set(here.hand.school, item.id, receipt, by=by)


# --- posts ---------------------------------------------------------------------------------------


def _set_role(here: Here, item: Item, offer: Offer) -> None:
    (member,) = named(here.members, item.finding.value)
    role = _role(item.finding)
    also = _receipt(here, item, offer, (str(member.person),))
    staffing.change_roles(
        here.hand.school,
        member.person,
        {*member.roles, role},
        by=here.hand.actor,
        own=here.may,
        also=also,
    )


def _unset_role(here: Here, finding: Finding, back: Back, also: Also) -> None:
    role = _role(finding)
    member = next((each for each in here.members if str(each.person) == back[0]), None)
    if member is None or role not in member.roles:
        raise Conflict(_NEWER)
    left = member.roles - {role}
    if not left:
        raise Conflict("It is the only role they hold: give them another, or end their access.")
    staffing.change_roles(
        here.hand.school, member.person, left, by=here.hand.actor, own=here.may, also=also
    )


def _role(finding: Finding) -> Role:
    role = role_said(finding)
    if role is None:
        raise NotFound
    return role


# --- who approves --------------------------------------------------------------------------------


def _set_approver(here: Here, item: Item, offer: Offer) -> None:
    role = approver_said(item.finding)
    assert role is not None  # noqa: S101 -- the offer was made for it
    register = offers.REGISTERS[item.finding.what]
    kept = changing.kept(here.hand.school)
    before = kept.own.change_of(register)
    also = _receipt(here, item, offer, ("deciders", *before.deciders))
    _decide(here, register, (role.value,), also)


def _unset_approver(here: Here, finding: Finding, back: Back, also: Also) -> None:
    register, role = offers.REGISTERS[finding.what], approver_said(finding)
    now = changing.kept(here.hand.school).own.change_of(register).deciders
    if role is None or now != (role.value,):
        raise Conflict(_NEWER)
    _decide(here, register, back[1:], also)


def _decide(here: Here, register: str, deciders: Back, also: Also) -> None:
    school = here.hand.school
    kept = changing.kept(school)
    after = dataclasses.replace(kept.own.change_of(register), deciders=deciders)
    changing.change(school, register, after, version=kept.version, by=here.hand.actor, also=also)


# --- entries of registers ------------------------------------------------------------------------


def _set_provider(here: Here, item: Item, offer: Offer) -> None:
    values = {"name": item.finding.value, "provider": item.finding.value}
    _add(here, item, offer, SERVICES, values)


def _unset_provider(here: Here, finding: Finding, back: Back, also: Also) -> None:
    (record,) = back
    taking_out.take_out(here.hand, SERVICES, record, also=also)


def _add(here: Here, item: Item, offer: Offer, register: str, values: Mapping[str, Any]) -> None:
    record = ids.new()
    also = _receipt(here, item, offer, (record,), f"/registers/{register}/{record}")
    with transaction() as tx:
        adding.add(
            tx,
            here.hand.school,
            register=register,
            values=values,
            by=here.hand.actor,
            record=record,
        )
        also(tx)


def _set_review(here: Here, item: Item, offer: Offer) -> None:
    assert offer.on is not None  # noqa: S101 -- nothing is pressed without a date
    _set_on_the_policy(here, item, offer, "next_on", offer.on.isoformat())


def _set_edition(here: Here, item: Item, offer: Offer) -> None:
    definition = here.registers.get(POLICIES)
    _set_on_the_policy(here, item, offer, "edition", edition_said(item.finding, definition))


def _set_on_the_policy(here: Here, item: Item, offer: Offer, key: str, value: str) -> None:
    line = here.policy
    if line is None:
        values = {"kind": ONLINE, "name": "Online safety policy", key: value}
        _add(here, item, offer, POLICIES, values)
        return
    stored = entries.load(here.hand.school, POLICIES, line.id)
    before = json.dumps(stored.entry.answers.get(key))
    path = f"/registers/{POLICIES}/{line.id}"
    also = _receipt(here, item, offer, (line.id, key, value, before), path)
    _correct(here, line.id, {key: value}, also)


def _unset_on_the_policy(here: Here, finding: Finding, back: Back, also: Also) -> None:
    entry, *change = back
    if not change:  # the press had added the policy
        taking_out.take_out(here.hand, POLICIES, entry, also=also)
        return
    key, value, before = change
    stored = entries.load(here.hand.school, POLICIES, entry)
    if stored.entry.answers.get(key) != value:
        raise Conflict(_NEWER)
    _correct(here, entry, {key: json.loads(before)}, also)


def _correct(here: Here, entry: str, answers: Mapping[str, Any], also: Also) -> None:
    seen = entries.load(here.hand.school, POLICIES, entry).head.number
    acting.correct(here.hand, POLICIES, entry, answers, why=_WHY, seen=seen, also=also)


# --- agencies and agreements ---------------------------------------------------------------------


def _set_agency(here: Here, item: Item, offer: Offer) -> None:
    also = _receipt(here, item, offer, (item.finding.value,))
    _list(here, (*here.decided.in_force.agencies, item.finding.value), also)


def _unset_agency(here: Here, finding: Finding, back: Back, also: Also) -> None:
    listed = here.decided.in_force.agencies
    if finding.value not in listed:
        raise Conflict(_NEWER)
    _list(here, tuple(each for each in listed if each not in back), also)


def _list(here: Here, agencies: Back, also: Also) -> None:
    decided = here.decided
    values = {**decided.school.values, Setting.AGENCIES: agencies}
    choices = dataclasses.replace(decided.school, values=values)
    settings.change(
        here.hand.school, choices, version=decided.version, by=here.hand.actor, also=also
    )


def _set_agreement(here: Here, item: Item, offer: Offer) -> None:
    rule = rule_said(item.finding)
    assert rule is not None  # noqa: S101 -- the offer was made for it
    before = here.often[0][rule.key]
    also = _receipt(here, item, offer, (rule.key, rule.suggested.value, before.value))
    _ask(here, rule.key, rule.suggested, also)


def _unset_agreement(here: Here, finding: Finding, back: Back, also: Also) -> None:
    key, now, before = back
    if here.often[0][key] != now:
        raise Conflict(_NEWER)
    _ask(here, key, Often(before), also)


def _ask(here: Here, key: str, often: Often, also: Also) -> None:
    chosen, version = here.often
    agreeing.choose(
        here.hand.school,
        {**chosen, key: often},
        version=version,
        by=here.hand.actor,
        also=also,
    )


# --- how long things are kept --------------------------------------------------------------------


def _set_retention(here: Here, item: Item, offer: Offer) -> None:
    said = periods.said(item.finding)
    assert said.cls is not None  # noqa: S101 -- the offer was made for it
    before = here.kept_for.periods[said.cls]
    after = Kept(said.years, f"{_WHY}: {item.finding.sentence}"[:_LONGEST_WHY])
    back = (str(after.years), after.why, str(before.years), before.why)
    _keep_for(here, said.cls, after, _receipt(here, item, offer, back))


def _unset_retention(here: Here, finding: Finding, back: Back, also: Also) -> None:
    cls = periods.said(finding).cls
    years, why, years_before, why_before = back
    if cls is None or here.kept_for.periods[cls] != Kept(int(years), why):
        raise Conflict(_NEWER)
    _keep_for(here, cls, Kept(int(years_before), why_before), also)


def _keep_for(here: Here, cls: RecordClass, kept: Kept, also: Also) -> None:
    now = here.kept_for
    deciding.change_periods(
        here.hand.school,
        {**now.periods, cls: kept},
        number=now.number,
        by=here.hand.actor,
        also=also,
    )


_SETTERS: Mapping[Kind, Callable[[Here, Item, Offer], None]] = {
    Kind.ROLE: _set_role,
    Kind.APPROVER: _set_approver,
    Kind.PROVIDER: _set_provider,
    Kind.AGENCY: _set_agency,
    Kind.AGREEMENT: _set_agreement,
    Kind.REVIEW: _set_review,
    Kind.EDITION: _set_edition,
    Kind.RETENTION: _set_retention,
}
_BACK: Mapping[Kind, Callable[[Here, Finding, Back, Also], None]] = {
    Kind.ROLE: _unset_role,
    Kind.APPROVER: _unset_approver,
    Kind.PROVIDER: _unset_provider,
    Kind.AGENCY: _unset_agency,
    Kind.AGREEMENT: _unset_agreement,
    Kind.REVIEW: _unset_on_the_policy,
    Kind.EDITION: _unset_on_the_policy,
    Kind.RETENTION: _unset_retention,
}
