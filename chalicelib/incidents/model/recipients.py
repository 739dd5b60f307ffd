"""Who is told of a new report (S5, S6, S286): each person once, whatever roles they hold.

People whom the report concerns can be left out, so that no report is ever routed to the person it
is about; then, or where nobody holds the roles, the next in line is told instead (1.17, S347).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Duty(StrEnum):
    """The duties that a report may be routed to, by their role's stored word."""

    DSL = "dsl"
    LEAD = "online_safety_lead"
    DEPUTY = "deputy_dsl"
    HEAD = "headteacher"
    CHAIR = "chair_of_governors"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Duty.DSL: "designated safeguarding lead",
    Duty.LEAD: "online safety lead",
    Duty.DEPUTY: "deputy designated safeguarding lead",
    Duty.HEAD: "headteacher",
    Duty.CHAIR: "chair of governors",
}


class Contact(Protocol):
    """Somebody who can be told."""

    @property
    def person(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


class Holder(Contact, Protocol):
    """Somebody who can be told, with the roles they hold."""

    @property
    def roles(self) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person to tell, and every reason why."""

    person: str
    name: str
    email: str
    duties: tuple[Duty, ...]

    @property
    def words(self) -> str:
        """`Jo Marsh, designated safeguarding lead and online safety lead`."""
        return f"{self.name}, {' and '.join(duty.label for duty in self.duties)}"


# Breaches go to the lead, and to the DSL because any may have put a child at risk (S5, S6).
FIRST = (Duty.DSL, Duty.LEAD)
# Where the DSL may not or cannot be told, the next of these who can is (S20, S347).
NEXT = (Duty.DEPUTY, Duty.HEAD)


def recipients(
    holders: Mapping[Duty, Iterable[Contact]],
    *,
    without: Collection[str] = (),
    away: Collection[str] = (),
) -> tuple[Recipient, ...]:
    """The people to tell, each once. Empty only if nobody at all can be told.

    `without` are never told. `away` are told, but somebody who is there is told as well.
    """
    told: dict[str, Recipient] = {}
    _tell(told, FIRST, holders, without)
    reached = _holds(told, Duty.DSL, away)
    for duty in NEXT:
        if reached:
            break
        _tell(told, (duty,), holders, without)
        reached = _holds(told, duty, away)
    return tuple(told.values())


def told_by_circle(people: Iterable["Holder"], roles: Collection[str]) -> tuple[Recipient, ...]:
    """Everybody inside a wall, each for those of its roles that they hold (2.15)."""
    return tuple(
        Recipient(
            each.person,
            each.name,
            each.email,
            tuple(duty for duty in Duty if duty in roles and duty in each.roles),
        )
        for each in people
    )


def _holds(told: Mapping[str, Recipient], duty: Duty, away: Collection[str]) -> bool:
    return any(duty in each.duties and each.person not in away for each in told.values())


def _tell(
    told: dict[str, Recipient],
    duties: Iterable[Duty],
    holders: Mapping[Duty, Iterable[Contact]],
    without: Collection[str],
) -> None:
    for duty in duties:
        for holder in holders.get(duty, ()):
            if holder.person in without:
                continue
            known = told.get(holder.person)
            reasons = (*(known.duties if known else ()), duty)
            told[holder.person] = Recipient(holder.person, holder.name, holder.email, reasons)
