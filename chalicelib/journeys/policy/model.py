"""What is found in a policy: facts that somebody may confirm, and doubts that somebody settles."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a finding is about, in the order of the page. Stored words."""

    ROLE = "role"
    APPROVER = "approver"
    PROVIDER = "provider"
    AGENCY = "agency"
    AGREEMENT = "agreement"
    REVIEW = "review"
    EDITION = "edition"
    RETENTION = "retention"
    SANCTION = "sanction"
    DOUBT = "doubt"

    @property
    def label(self) -> str:
        return _LABELS[self]


@dataclass(frozen=True)
class Finding:
    """Something the policy says: the sentence it stands in, and what it would set.

    `what` is a stored word within the kind (a role, or what is approved), `value` the name, date or
    number. A doubt's `what` is the rule that found it and its `value` what is odd.
    """

    kind: Kind
    what: str
    value: str
    sentence: str

    @property
    def says(self) -> str:
        """The finding in a line, as people read it."""
        return f"{self.what}: {self.value}" if self.what else self.value


_LABELS = {
    Kind.ROLE: "People and their posts",
    Kind.APPROVER: "Who approves what",
    Kind.PROVIDER: "Filter, monitoring and other providers",
    Kind.AGENCY: "Agencies that cases are referred to",
    Kind.AGREEMENT: "Agreements and who signs them",
    Kind.REVIEW: "When the policy is reviewed",
    Kind.EDITION: "Guidance it rests on",
    Kind.RETENTION: "How long things are kept",
    Kind.SANCTION: "Sanctions",
    Kind.DOUBT: "What contradicts itself or is out of date",
}
