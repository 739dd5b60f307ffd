"""Whom an agreement is about: a child with the adults who may sign, or an adult for themselves."""

from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """Whom an agreement is for: children with their families, or grown-ups."""

    PUPILS = "pupils"
    ADULTS = "adults"


class OutsideKind(StrEnum):
    """Somebody without an account who works with, visits or uses the school (index D)."""

    PERIPATETIC = "peripatetic"
    SUPPLY = "supply"
    STUDENT_TEACHER = "student_teacher"
    ORGANISATION = "organisation"
    REGULAR_VISITOR = "regular_visitor"
    VISITOR = "visitor"
    VOLUNTEER = "volunteer"
    TECHNICAL_SUPPORT = "technical_support"
    COMMUNITY_USER = "community_user"
    HIRER = "hirer"
    PHOTOGRAPHER = "photographer"
    GUEST = "guest"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    OutsideKind.PERIPATETIC: "Peripatetic teacher or coach",
    OutsideKind.SUPPLY: "Supply teacher",
    OutsideKind.STUDENT_TEACHER: "Student teacher",
    OutsideKind.ORGANISATION: "Organisation working with children",
    OutsideKind.REGULAR_VISITOR: "Regular visitor",
    OutsideKind.VISITOR: "Visitor",
    OutsideKind.VOLUNTEER: "Volunteer or parent helper",
    OutsideKind.TECHNICAL_SUPPORT: "Technical support from outside",
    OutsideKind.COMMUNITY_USER: "Community user of our systems",
    OutsideKind.HIRER: "Hirer of our rooms",
    OutsideKind.PHOTOGRAPHER: "Photographer",
    OutsideKind.GUEST: "Guest with unsupervised access",
}


@dataclass(frozen=True)
class Adult:
    """Somebody who may be written to: about a child, or for themselves."""

    contact: str
    name: str
    email: str
    relationship: str


@dataclass(frozen=True)
class Subject:
    """One person whose agreement is asked for, and the adults who may be asked to sign."""

    id: str
    audience: Audience
    first_name: str
    name: str
    group: str
    group_name: str
    adults: tuple[Adult, ...]
    year_group: int | None = None
    groups: frozenset[str] = field(default_factory=frozenset)
    role: str = ""  # of a grown-up: what they are here
    by_letter: tuple[Adult, ...] = ()  # who may be written to on paper only
    deciders: frozenset[str] = field(default_factory=frozenset)  # whose consent counts


@dataclass(frozen=True)
class Outsider:
    """Somebody from outside as the school knows them. `here_until` is the last day, if known.

    Of a hirer the school notes whether it has seen their own policy, and whether they use its
    network or equipment: only then must they follow ours (S8).
    """

    id: str
    kind: OutsideKind
    name: str
    email: str
    organisation: str = ""
    here_until: str = ""
    policy_seen: bool = False
    uses_network: bool = False
    version: int = 0
