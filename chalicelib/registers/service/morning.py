"""What registers do every morning at a school: what is owed, who left, and the trust's board.

The trust gets figures alone: how many are late, due soon and in hand, by register (R-GOV 1).
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from chalicelib import clock
from chalicelib.ids import SchoolId, TrustId
from chalicelib.observability import failure
from chalicelib.registers.model.overlay import OWN
from chalicelib.registers.repository import boards, lines
from chalicelib.registers.service import changing, cycles, definitions, leavers, standing
from chalicelib.registers.service.standing import Standing
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import directory

_COUNTS = ("open", "current", "closed", "overdue", "soon")


def plan(school: SchoolId) -> int:
    """Every register of a school; one that fails keeps no other from being looked at."""
    trust = directory.school(school).trust
    if trust:
        changing.catch_up(school, trust)
    registers = definitions.of(school).on
    used = lines.tally(school)
    done = 0
    for key, definition in registers.items():
        try:
            done += cycles.settle(school, definition)
            if definition.leavers and key in used:
                done += leavers.settle(school, definition)
        except Exception as e:  # noqa: BLE001  # one register's failure is not another's
            failure("register not planned", e, school=school, register=key)
    copy_board(school)
    return done


def copy_board(school: SchoolId) -> None:
    """Give the trust the school's figures as they are now."""
    found = directory.school(school)
    if not found.trust:
        return
    stand = shared_standing(school)
    with tenants({found.trust}), transaction() as tx:
        boards.put(tx, found.trust, school, found.name, _figures(stand), at=clock.now())


def shared_standing(school: SchoolId) -> dict[str, Standing]:
    """How the registers stand that its trust knows of: those that ship, and the trust's own."""
    registers = definitions.of(school)
    shared = [key for key in registers.on if not key.startswith(OWN) or key in registers.trust.own]
    return standing.of_school(school, shared, clock.today())[0]


def boards_of(trust: TrustId) -> list[tuple[str, datetime, dict[str, Standing]]]:
    """Each school's name, when it was copied, and how its registers stood."""
    return [
        (each.name, each.at, {key: _standing(key, counts) for key, counts in each.figures.items()})
        for each in boards.of(trust)
    ]


def _standing(key: str, counts: Mapping[str, int]) -> Standing:
    return Standing(
        key,
        open=counts.get("open", 0),
        current=counts.get("current", 0),
        closed=counts.get("closed", 0),
        overdue=counts.get("overdue", 0),
        soon=counts.get("soon", 0),
    )


def _figures(stand: Mapping[str, Standing]) -> dict[str, dict[str, int]]:
    """Counts alone: whatever else a standing says stays at the school."""
    return {
        key: {name: number for name, number in asdict(each).items() if name in _COUNTS and number}
        for key, each in stand.items()
    }
