"""The rules as Holdfast suggests them (index D): a school switches each on, and says how often."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.agreements import library
from chalicelib.agreements.subjects.model import Audience, OutsideKind
from chalicelib.identity.permissions import Role


class Often(StrEnum):
    """When somebody is asked. `once` is on entry, at induction or before access: the next morning
    after they are added, or at once where the office adds them here.
    """

    OFF = "off"
    ONCE = "once"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        return {"off": "Nobody is asked", "once": "Once, on joining", "yearly": "Each September"}[
            self.value
        ]


class Gate(StrEnum):
    """What somebody must not do before they have signed."""

    NONE = ""
    CONTACT = "contact"
    ACCESS = "access"

    @property
    def label(self) -> str:
        return {
            "": "",
            "contact": "before contact with pupils",
            "access": "before access to our systems",
        }[self.value]


@dataclass(frozen=True)
class Rule:
    """One agreement, the groups who must sign it, and what waits until they have."""

    key: str
    groups: tuple[str, ...]
    gate: Gate
    suggested: Often

    @property
    def audience(self) -> Audience:
        return library.audience(self.key)

    @property
    def title(self) -> str:
        return library.title(self.key)


K = OutsideKind
RULES = (
    Rule(library.BY_AGE, ("all",), Gate.NONE, Often.YEARLY),  # S83, S245, S256
    Rule("consents", ("all",), Gate.NONE, Often.ONCE),  # S56, S29, S291
    Rule("guide", ("all",), Gate.NONE, Often.ONCE),  # S84
    Rule("live-family", ("all",), Gate.NONE, Often.YEARLY),  # S105
    Rule("staff", ("everybody",), Gate.CONTACT, Often.ONCE),  # S79, S115, S243
    Rule("images", ("everybody",), Gate.NONE, Often.ONCE),  # S63
    Rule("policy", ("everybody",), Gate.NONE, Often.YEARLY),  # S260
    Rule("kcsie", ("everybody",), Gate.NONE, Often.YEARLY),  # S78
    Rule("live-staff", (Role.STAFF.value,), Gate.NONE, Often.YEARLY),  # S105
    Rule(
        "technician", (Role.TECHNICIAN.value, K.TECHNICAL_SUPPORT.value), Gate.ACCESS, Often.ONCE
    ),  # S247, S274
    Rule(
        "peripatetic",
        tuple(
            kind.value
            for kind in (
                K.PERIPATETIC,
                K.SUPPLY,
                K.STUDENT_TEACHER,
                K.ORGANISATION,
                K.REGULAR_VISITOR,
            )
        ),
        Gate.CONTACT,
        Often.YEARLY,
    ),  # S80, S81, S132
    Rule("visitor", (K.VISITOR.value, K.VOLUNTEER.value), Gate.CONTACT, Often.YEARLY),  # S82
    Rule("community", (K.COMMUNITY_USER.value,), Gate.ACCESS, Often.YEARLY),  # S248
    Rule("guest", (K.GUEST.value,), Gate.ACCESS, Often.ONCE),  # S281
    Rule("hirer", (K.HIRER.value,), Gate.ACCESS, Often.YEARLY),  # S8
    Rule("photographer", (K.PHOTOGRAPHER.value,), Gate.CONTACT, Often.YEARLY),  # S296
)
