"""The nine immediate actions of form I (S215 to S223): done, when, by whom, and the detail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from chalicelib.incidents.model.report import Group, Report
from chalicelib.incidents.types import Guard


class Action(StrEnum):
    """The stored words of the nine actions, in the form's order."""

    REPORTED = "reported"
    ADVICE = "advice"
    REFERRAL = "referral"
    POLICE = "police"
    POLICY = "policy"
    PARENTS = "parents"
    NETWORK = "network"
    OTHER = "other"
    COMMUNITY = "community"


class Decision(StrEnum):
    """An action is open until somebody says that it was done, or why it was not needed."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        return _DECISION_LABELS[self]


_DECISION_LABELS = {
    Decision.OPEN: "Not yet",
    Decision.DONE: "Done",
    Decision.NOT_NEEDED: "Not needed",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """How one action is asked: its line, what the detail should say, and whether it must."""

    label: str
    short: str
    detail: str
    must_specify: bool
    source: str


WORDINGS: Mapping[Action, Wording] = {
    Action.REPORTED: Wording(
        "Reported to the online safety lead, DSL or headteacher",
        "Lead told",
        "Who was told",
        False,
        "S215",
    ),
    Action.ADVICE: Wording(
        "Safeguarding advice sought",
        "Advice sought",
        "From whom, and what they advised",
        True,
        "S216",
    ),
    Action.REFERRAL: Wording(
        "Referral made to {authority}",
        "Referral made",
        "Who took it, and their reference",
        False,
        "S217",
    ),
    Action.POLICE: Wording(
        "Reported to the police or CEOP",
        "Police or CEOP told",
        "Which of them, who took it, and their reference",
        False,
        "S218",
    ),
    Action.POLICY: Wording(
        "Online safety policy to be reviewed or changed",
        "Policy review",
        "Which part, and why",
        False,
        "S219",
    ),
    Action.PARENTS: Wording(
        "Parents or carers informed",
        "Parents told",
        "Who was told, how, and what they said",
        True,
        "S220",
    ),
    Action.NETWORK: Wording(
        "Reported to the social media site",
        "Site told",
        "Which site, and what it answered",
        False,
        "S221",
    ),
    Action.OTHER: Wording(
        "Other actions, such as warnings, sanctions, a debrief or support",
        "Other action",
        "What was done, for whom",
        False,
        "S222",
    ),
    Action.COMMUNITY: Wording(
        "Response in the wider community",
        "Community response",
        "For example a letter, a newsletter item, an assembly or a lesson",
        False,
        "S223",
    ),
}


AUTHORITY = "the local authority's safeguarding service"  # until a school names its own (S217)


def label(action: Action, authority: str = AUTHORITY) -> str:
    """An action's line as a school reads it."""
    return WORDINGS[action].label.format(authority=authority)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was decided about one action. `on` and `by_whom` are there once it was done."""

    decision: Decision = Decision.OPEN
    on: date | None = None
    at: time | None = None
    by_whom: str = ""
    detail: str = ""

    @property
    def decided(self) -> bool:
        return self.decision is not Decision.OPEN


UNDECIDED = Taken()
_POLICE_TYPES = {
    "sexual_images": "Child sexual abuse images go to the police at once",
    "grooming": "Sexual acts or contact with a child may be a crime",
    "terrorism": "Terrorist material may be a crime",
    "hate": "Criminally racist or hateful material goes to the police",
    "chain_or_threats": "Threats may be a crime",
    "pornography": "Some adult material breaks the law",
}
_REFERRAL_TYPES = {
    "sexual_images": "A child may be at risk of significant harm",
    "grooming": "A child may be at risk of significant harm",
    "terrorism": "A Prevent referral may be needed",
}


def advised(report: Report) -> Mapping[Action, str]:
    """The actions this report calls for, each with its reason (S231, S338, S344, S348 to S351)."""
    found: dict[Action, str] = {}
    if report.police_now:
        found[Action.POLICE] = "An adult may be involved: ring the police now"
    for action, reasons in ((Action.REFERRAL, _REFERRAL_TYPES), (Action.POLICE, _POLICE_TYPES)):
        called = [reasons[key] for key in report.types if key in reasons]
        if called:
            found.setdefault(action, called[0])
    if Guard.IMAGES in report.guards:
        found[Action.ADVICE] = "Follow the local authority's advice on sexual images"
    if report.of_group(Group.CHILD):
        found[Action.PARENTS] = "Parents are told, unless that would put a child at risk"
    if report.media():
        found[Action.NETWORK] = "A site or app was named"
    return found
