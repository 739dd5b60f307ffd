"""What a school has in force, and whom and what a finding means there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from chalicelib.agreements import library
from chalicelib.agreements.rules import service as agreeing
from chalicelib.agreements.rules.model import RULES, Often, Rule
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission, Role
from chalicelib.journeys.policy.model import Finding
from chalicelib.journeys.policy.rules import role_of
from chalicelib.registers.model.definition import Definition, Phase
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import definitions, hands
from chalicelib.registers.service.hands import Hand
from chalicelib.retention import repository as retention
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy import settings
from chalicelib.tenancy.calendar import Calendar

SERVICES, POLICIES, ONLINE = "online_services", "policies", "online"
_RULES = {
    **dict.fromkeys(("pupils", "children", "parents", "carers"), library.BY_AGE),
    **dict.fromkeys(("staff", "governors"), "staff"),
    **dict.fromkeys(("volunteers", "visitors"), "visitor"),
}


@dataclass(frozen=True)
class Here:
    """A school as somebody setting things at it finds it; each part is read when first wanted."""

    hand: Hand
    may: frozenset[Permission]

    @cached_property
    def members(self) -> Sequence[Member]:
        return identity.everybody(self.hand.school)

    @cached_property
    def decided(self) -> settings.Decided:
        return settings.decided(self.hand.school)

    @cached_property
    def often(self) -> tuple[dict[str, Often], int]:
        return agreeing.chosen(self.hand.school)

    @cached_property
    def registers(self) -> definitions.Registers:
        return definitions.of(self.hand.school)

    @cached_property
    def calendar(self) -> Calendar:
        return tenancy.calendar_of(self.hand.school)

    @cached_property
    def kept_for(self) -> retention.Chosen:
        """How long each class of record is kept."""
        return retention.periods(self.hand.school)

    @cached_property
    def services(self) -> Sequence[Line]:
        if not self._may_list(SERVICES):
            return ()
        return list(lines.all_in(self.hand.school, SERVICES))

    @cached_property
    def policy(self) -> Line | None:
        """The newest entry of the online safety policy that is in force, or on its way."""
        if not self._may_list(POLICIES):
            return None
        for phase in (Phase.CURRENT, Phase.OPEN):
            found = [
                each
                for each in lines.all_in(self.hand.school, POLICIES, phase)
                if each.answers.get("kind") == ONLINE
            ]
            if found:
                return max(found, key=lambda each: each.id)
        return None

    def _may_list(self, register: str) -> bool:
        """Whoever only sets the school up reads no register."""
        return hands.may_list(self.hand, self.registers.get(register))


def named(members: Sequence[Member], name: str) -> list[Member]:
    """The members of a name, with or without a title; by surname alone behind a title."""
    bare = without_title(name)
    titled, wanted = bare != name, bare.casefold().split()
    return [
        each
        for each in members
        if each.name.casefold().split()[-len(wanted) :] == wanted and (titled or len(wanted) > 1)
    ]


def without_title(name: str) -> str:
    first, _, rest = name.partition(" ")
    titles = {"mr", "mrs", "miss", "ms", "mx", "dr", "rev"}
    return rest if first.casefold().strip(".") in titles and rest else name


def role_said(finding: Finding) -> Role | None:
    """The role of a finding about a post, whatever the school calls it by now."""
    by_label = (role for role in Role if role.label == finding.what)
    return next(by_label, None) or role_of(finding.what)


def rule_said(finding: Finding) -> Rule | None:
    """The agreement that a finding says is signed."""
    key = _RULES.get(finding.value.rpartition(" ")[2])
    return next((rule for rule in RULES if rule.key == key), None)


def approver_said(finding: Finding) -> Role | None:
    by_label = (role for role in Role if role.label == finding.value)
    return next(by_label, None) or role_of(finding.value)


def edition_said(finding: Finding, definition: Definition) -> str:
    """The answer that the register has for an edition."""
    field = definition.field("edition")
    known = {option.value for option in field.options} if field else set()
    return f"y{finding.value}" if f"y{finding.value}" in known else "older"
