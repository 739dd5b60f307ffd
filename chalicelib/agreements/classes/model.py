"""What a class writes: its rules in the order it chose, then signed as they stand (S255, 3.4).

While it is being written anything may be moved, changed or taken out. Once the class signs, the
words stand; writing it anew makes the next version, which is signed afresh.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

MOST = 12
LONGEST = 160


class Stage(StrEnum):
    """Where a class is with its agreement this year. Stored words."""

    WRITING = "writing"
    SIGNING = "signing"


@dataclass(frozen=True)
class Rule:
    """One rule in the class's own words."""

    id: str
    text: str


@dataclass(frozen=True)
class ClassAgreement:
    """One class's agreement of one academic year (`2026-27`), in its newest version.

    `number` counts the versions of this year, from 1. `campaign` asks the children of this version,
    `told` are the rounds of mail with which parents got it to read.
    """

    year: str
    class_id: str
    rules: tuple[Rule, ...] = ()
    stage: Stage = Stage.WRITING
    number: int = 1
    campaign: str = ""
    signing_since: datetime | None = None
    told: tuple[str, ...] = ()
    version: int = -1

    @property
    def about(self) -> str:
        """What mails and tasks of this version are about."""
        return f"class/{self.class_id}.{self.number}"

    @property
    def is_writing(self) -> bool:
        return self.stage is Stage.WRITING

    @property
    def has_room(self) -> bool:
        return len(self.rules) < MOST

    def has(self, rule_id: str) -> bool:
        return any(rule_id == each.id for each in self.rules)

    def added(self, rule: Rule) -> "ClassAgreement":
        """With one rule more, at the end; a rule that is there already is not put in twice."""
        if self.has(rule.id) or not self.has_room:
            return self
        return replace(self, rules=(*self.rules, rule))

    def reworded(self, rule: Rule) -> "ClassAgreement":
        return replace(self, rules=tuple(rule if rule.id == e.id else e for e in self.rules))

    def without(self, rule_id: str) -> "ClassAgreement":
        return replace(self, rules=tuple(each for each in self.rules if each.id != rule_id))

    def moved(self, rule_id: str, by: int) -> "ClassAgreement":
        """One place up (-1) or down (1); at the end of the list nothing moves."""
        rules = list(self.rules)
        at = next((n for n, each in enumerate(rules) if each.id == rule_id), None)
        if at is None or not 0 <= at + by < len(rules):
            return self
        rules[at], rules[at + by] = rules[at + by], rules[at]
        return replace(self, rules=tuple(rules))

    def signing(self, campaign: str, at: datetime) -> "ClassAgreement":
        return replace(self, stage=Stage.SIGNING, campaign=campaign, signing_since=at)

    def again(self) -> "ClassAgreement":
        """Open for writing once more: the next version, which nobody has signed."""
        return replace(
            self, stage=Stage.WRITING, number=self.number + 1, campaign="", signing_since=None,
            told=(),
        )  # fmt: skip
