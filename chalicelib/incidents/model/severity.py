"""How serious an incident is, always with its reason in sight (2.20, S238, S347)."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.incidents.model.report import AdultInvolved, Group, Report
from chalicelib.incidents.types import Guard


class Severity(StrEnum):
    """Stored words, the gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def hint(self) -> str:
        return _HINTS[self]

    @property
    def colour(self) -> str:
        return _COLOURS[self]


_HINTS = {
    Severity.CRITICAL: "A child may be in danger, or it may be a crime: somebody acts now",
    Severity.HIGH: "A child-protection matter, or an adult who works with children",
    Severity.MEDIUM: "Somebody was hurt or a rule was broken on purpose",
    Severity.LOW: "A slip, put right on the day",
}
_COLOURS = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "purple",
    Severity.MEDIUM: "amber",
    Severity.LOW: "grey",
}
# Serious child-protection issues by name (S238), and what the police are told of (S348 to S351).
_HIGH = {
    "grooming": "Contact that may be grooming",  # S238
    "terrorism": "Extremist material",  # S238
    "online_bullying": "Cyberbullying is a child-protection matter",  # S238
    "hate": "Hate material may be a crime",  # S351
    "chain_or_threats": "Threats may be a crime",  # S351
    "pornography": "Some adult material breaks the law",  # S350
    "drugs_or_bombs": "Promotes illegal acts",  # S349
    "hacking": "Computer misuse may be a crime",  # S349
}
_MEDIUM = frozenset(
    {
        "account_access",
        "images_without_permission",
        "disrepute",
        "bypassing_security",
        "violence",
        "impersonation",
        "gambling",
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A severity and why; `by` is empty while it is only what the report suggests."""

    severity: Severity
    why: str
    by: str = ""


def suggested(report: Report) -> Judged:
    """What the report itself calls for, until somebody judges it."""
    if Guard.IMAGES in report.guards:
        adult = report.adult_involved in {AdultInvolved.YES, AdultInvolved.UNSURE}
        why = "Sexual images of a child, and an adult may be involved" if adult else _IMAGES
        return Judged(Severity.CRITICAL if adult else Severity.HIGH, why)
    if Guard.TERRORISM in report.guards:
        return Judged(Severity.CRITICAL, "Terrorist material")
    for key, why in _HIGH.items():
        if key in report.types:
            return Judged(Severity.HIGH, why)
    if report.of_group(Group.STAFF):  # S347
        return Judged(Severity.HIGH, "A member of staff is named")
    if _MEDIUM.intersection(report.types):
        return Judged(Severity.MEDIUM, "A rule was broken on purpose, or somebody was hurt")
    return Judged(Severity.LOW, "Nothing in the report calls for more")


_IMAGES = "Sexual images of a child"
