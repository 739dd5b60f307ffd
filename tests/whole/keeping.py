"""What the pages beside the registers need of a place: a table, a line of it, a policy in force."""

from typing import Any

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.journeys.policy import keeping as findings
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.registers import service as registers
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import tenants, transaction


def slots(school: SchoolId, mark: str) -> dict[str, str]:
    return {
        "table": "devices",
        "line": "blogs",
        "policy": _a_policy(school, mark),
        "item": _a_finding(school, mark),
    }


def _a_finding(school: SchoolId, mark: str) -> str:
    """Something that the school's own policy says: somebody who is not there yet holds a post."""
    record, said = ids.new(), f"Zoe {mark} is the data protection officer."
    label = Role.DATA_PROTECTION_LEAD.label
    with tenants({school}):
        finding = Finding(Kind.ROLE, label, f"Zoe {mark}", said)
        findings.keep(school, record, [(0, finding)], by="system:test")
    return f"{record}.000"


def _a_policy(school: SchoolId, mark: str) -> str:
    """One that went the whole way, with the place's mark in its texts."""
    with tenants({school}):
        with transaction() as tx:
            entry = registers.add(
                tx,
                school,
                register="policies",
                values={"kind": "online", "name": f"Policy {mark}", "kept": f"Drive {mark}"},
                by="system:test",
            )
        _take(school, entry, "group", {"group_on": "2026-09-10"})
        _take(school, entry, "approve", {"approved_on": "2026-09-20", "next": "2026-27-summer"})
        _take(school, entry, "sign", {"signed_on": "2026-09-21", "signed_as": f"Chair {mark}"})
    return entry


def _take(school: SchoolId, entry: str, step: str, answers: dict[str, Any]) -> None:
    roles = frozenset({Role.HEADTEACHER, Role.CHAIR_OF_GOVERNORS})
    hand = Hand(school, PersonId(ids.new()), "Somebody", roles)
    seen = entries.load(school, "policies", entry).head.number
    acting.take(hand, "policies", entry, Taken(step, seen, answers))
