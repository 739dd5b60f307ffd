"""Which school an event at a trust's source belongs to: the trust's own rules, in their order.

A rule looks at what says where something happened, never at who somebody is: the box that saw it,
the site or network, a group, an address, the domain of an account, how a device's name begins.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.alerts.facts import Facts
from chalicelib.ids import SchoolId


class RuleField(StrEnum):
    """What a rule looks at. Stored words."""

    SENSOR = "sensor"
    NETWORK = "network"
    GROUP = "group"
    ADDRESS = "address"
    DOMAIN = "domain"
    DEVICE = "device"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def hint(self) -> str:
        return _HINTS[self]


_LABELS = {
    RuleField.SENSOR: "Firewall or filter box",
    RuleField.NETWORK: "Site or network",
    RuleField.GROUP: "Group",
    RuleField.ADDRESS: "Address range",
    RuleField.DOMAIN: "Domain of the account",
    RuleField.DEVICE: "Device name begins with",
}
_HINTS = {
    RuleField.SENSOR: "For example FW-HILLTOP",
    RuleField.NETWORK: "For example Hilltop School, as the filter names it",
    RuleField.GROUP: "For example Hilltop Pupils",
    RuleField.ADDRESS: "For example 10.20.0.0/16",
    RuleField.DOMAIN: "For example hilltop.example",
    RuleField.DEVICE: "For example HIL-",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What matches goes to this school."""

    id: str
    field: RuleField
    value: str
    school: SchoolId


def problem_of(field: RuleField, value: str) -> str:
    """What is wrong with a rule's value, in a sentence; empty when nothing is."""
    if field is RuleField.ADDRESS:
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError:
            return "Enter an address or a range, for example 10.20.0.0/16"
    return ""


def school_of(facts: Facts, rules: Sequence[Rule]) -> SchoolId | None:
    """The school of the first rule that matches; None when none does."""
    return next((rule.school for rule in rules if matches(facts, rule)), None)


def matches(facts: Facts, rule: Rule) -> bool:
    value = rule.value.strip().casefold()
    if rule.field is RuleField.ADDRESS:
        return _is_within(facts.client_ip, value)
    return any(
        said.startswith(value) if rule.field is RuleField.DEVICE else said == value
        for said in said_of(facts, rule.field)
    )


def said_of(facts: Facts, field: RuleField) -> tuple[str, ...]:
    """What an event says of a field, for comparing and for a person to choose from."""
    texts: dict[RuleField, tuple[str | None, ...]] = {
        RuleField.SENSOR: (facts.sensor,),
        RuleField.NETWORK: (facts.network,),
        RuleField.GROUP: (facts.group, *(facts.group or "").split(",")),
        RuleField.ADDRESS: (facts.client_ip,),
        RuleField.DOMAIN: (facts.user_domain, (facts.user or "").partition("@")[2]),
        RuleField.DEVICE: (facts.device,),
    }
    found = (text.strip().casefold() for text in texts[field] if text and text.strip())
    return tuple(dict.fromkeys(found))


def _is_within(address: str | None, value: str) -> bool:
    try:
        return ipaddress.ip_address(address or "") in ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
