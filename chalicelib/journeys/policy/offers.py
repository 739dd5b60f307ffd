"""What a kept finding would set, beside what holds now: read from where each thing is kept.

Nothing here changes anything; `setting.py` does.
"""

from dataclasses import dataclass, replace
from datetime import date

from chalicelib import clock
from chalicelib.agreements.rules.model import Often
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission, Role, gives, in_order
from chalicelib.journeys.policy import dates, periods
from chalicelib.journeys.policy.here import (
    POLICIES,
    SERVICES,
    Here,
    approver_said,
    edition_said,
    named,
    role_said,
    rule_said,
)
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.registers.model.entry import said
from chalicelib.registers.service import hands
from chalicelib.retention.model import FLOORS
from chalicelib.tenancy.model import Setting
from chalicelib.web import words

# Whose decision each subject of approval is: the register in which it is asked for.
REGISTERS = {
    "Mobile phones": "phone_exceptions",
    "Photographs and video": "image_exceptions",
    "Software": "installs",
    "Websites": "unfilter_requests",
    "Social media": "social_accounts",
    "Live lessons": "remote_sessions",
    "Personal data off site": "data_off_site",
}
# Where a doubt is settled, in the school's pages; any other is a flag for the next review.
_SETTLED_AT = {
    "An older edition of Keeping Children Safe in Education": ("/policies", "Policies"),
    "A review that is past": ("/policies", "Policies"),
    "Crosses in two columns": ("/tables", "Tables"),
    "Looser for pupils than for adults": ("/tables", "Tables"),
    "Accepted and punished": ("/tables", "Tables"),
    "Two who approve the same": ("/registers/change", "What registers ask, and who approves"),
    "One person for three posts or more": ("/people", "People"),
    "Nobody is named for when the lead is away": ("/people", "People"),
    "Two words for one post": ("/settings", "Settings"),
    "More than one council": ("/settings", "Settings"),
    "A form that nobody signs, where others are signed": (
        "/agreements/rules",
        "Who signs what, and when",
    ),
}
_FLAGS = ("/registers/policy_flags", "Flags for the next policy review")


@dataclass(frozen=True)
class Offer:
    """What holds now and what would hold. `press` is what the button says: empty for no button,
    and then `why` says why not. `path` leads to where the same is kept, behind the school's path.
    """

    now: str = ""
    then: str = ""
    press: str = ""
    why: str = ""
    is_in_force: bool = False
    path: str = ""
    place: str = ""
    on: date | None = None  # the review date that a press would set
    asks: str = ""  # what the link to a form with more questions says


def of(here: Here, finding: Finding) -> Offer:
    """What a press would do about a finding at this moment."""
    return _OFFERS[finding.kind](here, finding)


def _role(here: Here, finding: Finding) -> Offer:
    role, at = role_said(finding), Offer(path="/people", place="People")
    if role is None:
        return at
    found = named(here.members, finding.value)
    if not found:
        return Offer(
            "Nobody of that name is here",
            f"{finding.value} is invited as {role.label}",
            asks="Invite them",
            path="/people",
            place="People",
        )
    if len(found) > 1:
        why = "More than one person here has this name: choose under People"
        return Offer(why=why, path="/people", place="People")
    (member,) = found
    now = _posts(member, member.roles)
    to_member = f"/people/{member.person}"
    if role in member.roles:
        return Offer(now, now, is_in_force=True, path=to_member, place=member.name)
    then = _posts(member, {*member.roles, role})
    allowed = gives(here.may, role)
    return replace(
        at,
        now=now,
        then=then,
        press="Give this role" if allowed else "",
        why="" if allowed else "Only somebody who manages roles can give this one",
        path=to_member,
        place=member.name,
    )


def _posts(member: Member, roles: set[Role] | frozenset[Role]) -> str:
    return f"{member.name}: {', '.join(role.label for role in in_order(roles))}"


def _approver(here: Here, finding: Finding) -> Offer:
    register, role = REGISTERS.get(finding.what), approver_said(finding)
    if register is None or role is None:
        return Offer(path="/registers", place="Registers")
    definition = here.registers.get(register)
    at = Offer(path=f"/registers/{register}", place=definition.title)
    deciders = tuple(definition.who.deciders)
    now = ", ".join(Role(each).label for each in deciders if each in set(Role))
    if deciders == (role.value,):
        return replace(at, now=now, then=now, is_in_force=True)
    why = ""
    if not here.registers.is_on(register):
        why = "This register is switched off"
    elif Permission.MANAGE_REGISTERS not in here.may:
        why = "Only somebody who looks after registers can set this"
    press = "" if why else "Set who approves"
    now, then = f"{now} may approve", f"{role.label} approves"
    return replace(at, now=now, then=then, press=press, why=why)


def _provider(here: Here, finding: Finding) -> Offer:
    wanted = finding.value.casefold()
    for line in here.services:
        if wanted in {line.name.casefold(), str(line.answers.get("provider", "")).casefold()}:
            there = f"{line.name} is listed"
            path = f"/registers/{SERVICES}/{line.id}"
            return Offer(there, there, is_in_force=True, path=path, place=line.name)
    is_on = here.registers.is_on(SERVICES)
    allowed = is_on and hands.may_add(here.hand, here.registers.get(SERVICES))
    return Offer(
        "Not among your online services",
        f"{finding.value} is listed, to be checked and approved",
        press="Add to online services" if allowed else "",
        why="" if allowed else "The register of online services is not yours to add to, or is off",
        path="/alerts/sources",
        place="Alert sources, where its alerts come in",
    )


def _agency(here: Here, finding: Finding) -> Offer:
    listed = here.decided.in_force.agencies
    now = ", ".join(listed) or "None"
    at = Offer(path="/settings", place="Settings")
    if finding.value in listed:
        return replace(at, now=now, then=now, is_in_force=True)
    locked = Setting.AGENCIES in here.decided.trust.locked
    return Offer(
        now,
        ", ".join((*listed, finding.value)),
        press="" if locked else "Add to your agencies",
        why="Your trust has set this for all its schools" if locked else "",
    )


def _agreement(here: Here, finding: Finding) -> Offer:
    rule, (often, _) = rule_said(finding), here.often
    at = Offer(path="/agreements/rules", place="Who signs what, and when")
    if rule is None:
        return at
    now = f"{rule.title}: {often[rule.key].label}"
    if often[rule.key] is not Often.OFF:
        return replace(at, now=now, then=now, is_in_force=True)
    allowed = Permission.MANAGE_AGREEMENTS in here.may
    return replace(
        at,
        now=now,
        then=f"{rule.title}: {rule.suggested.label}",
        press="Ask for this agreement" if allowed else "",
        why="" if allowed else "Only somebody who looks after agreements can set this",
    )


def _review(here: Here, finding: Finding) -> Offer:
    on = dates.next_review(finding, here.calendar, clock.today())
    definition, line = here.registers.get(POLICIES), here.policy
    now = "No online safety policy in your register of policies"
    if line:
        day = str(line.answers.get("next_on") or "")
        known = date.fromisoformat(day) if day else None
        term = said(definition, "next", line.answers)
        now = f"Next review: {dates.spoken(known) if known else term or 'not given'}"
        if dates.is_met(finding, known, here.calendar, clock.today()):
            path = f"/registers/{POLICIES}/{line.id}"
            return Offer(now, now, is_in_force=True, path=path, place=line.name)
    then = f"Next review: {dates.spoken(on)}" if on else "The date that you give"
    return _on_the_policy(here, now, then, on=on, needs_date=on is None)


def _edition(here: Here, finding: Finding) -> Offer:
    definition, line = here.registers.get(POLICIES), here.policy
    answer = edition_said(finding, definition)
    then = f"It cites the edition of {finding.value}"
    now = "No online safety policy in your register of policies"
    if line:
        now = f"It cites: {said(definition, 'edition', line.answers) or 'not given'}"
        if line.answers.get("edition") == answer:
            path = f"/registers/{POLICIES}/{line.id}"
            return Offer(now, now, is_in_force=True, path=path, place=line.name)
    return _on_the_policy(here, now, then)


def _on_the_policy(
    here: Here, now: str, then: str, *, on: date | None = None, needs_date: bool = False
) -> Offer:
    """What is set on the policy's own entry, which is added where there is none."""
    definition, line = here.registers.get(POLICIES), here.policy
    allowed = here.registers.is_on(POLICIES) and (
        here.hand.holds(definition.who.changers) if line else hands.may_add(here.hand, definition)
    )
    press = "Set this in the policy's entry" if line else "Add the policy with this"
    return Offer(
        now,
        then,
        press=press if allowed and not needs_date else "",
        why="" if allowed else "The register of policies is not yours to change, or is off",
        path=f"/registers/{POLICIES}/{line.id}" if line else "/policies",
        place=line.name if line else "Policies",
        on=on,
        asks="" if not allowed or not (on or needs_date) else "Give the date of the next review",
    )


def _by_hand(path: str, place: str, why: str) -> Offer:
    return Offer(why=why, path=path, place=place)


def _retention(here: Here, finding: Finding) -> Offer:
    at = Offer(path="/retention/periods", place="How long records are kept")
    said = periods.said(finding)
    if said.cls is None:
        return replace(at, why=said.why)
    name, kept = said.cls.label, here.kept_for.periods[said.cls]
    now = f"{name}: {words.counted(kept.years, 'year')}"
    if said.why:
        return replace(at, now=now, why=said.why)
    if kept.years == said.years:
        return replace(at, now=now, then=now, is_in_force=True)
    then = f"{name}: {words.counted(said.years, 'year')}"
    least = FLOORS.get(said.cls)
    if least and said.years < least.years:
        why = f"Not set from here under {words.counted(least.years, 'year')}. {least.why}"
        return replace(at, now=now, then=then, why=why.rstrip("."))
    return replace(at, now=now, then=then, press="Keep them so long")


def _sanction(here: Here, finding: Finding) -> Offer:
    why = "Nothing is set from here: people decide a table of sanctions, line by line. Compare them"
    return _by_hand("/tables", "Tables", why)


def _doubt(here: Here, finding: Finding) -> Offer:
    path, place = _SETTLED_AT.get(finding.what, _FLAGS)
    return Offer(path=path, place=place)


_OFFERS = {
    Kind.ROLE: _role,
    Kind.APPROVER: _approver,
    Kind.PROVIDER: _provider,
    Kind.AGENCY: _agency,
    Kind.AGREEMENT: _agreement,
    Kind.REVIEW: _review,
    Kind.EDITION: _edition,
    Kind.RETENTION: _retention,
    Kind.SANCTION: _sanction,
    Kind.DOUBT: _doubt,
}
