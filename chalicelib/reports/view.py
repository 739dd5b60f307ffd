"""A snapshot as a report may tell it: numbers that may be shown, worked out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.figures import Measure
from chalicelib.reports import parts, protect
from chalicelib.reports.model import Figures, Snapshot
from chalicelib.reports.protect import Protected
from chalicelib.reports.suppression import Hidden


@dataclass(frozen=True)
class Labels:
    """The words other features have for their own kinds."""

    themes: Mapping[str, str]
    platforms: Mapping[str, str] = field(default_factory=dict)
    registers: Mapping[str, str] = field(default_factory=dict)


class View:
    """One report being written. Sections read from it and from nothing else."""

    def __init__(self, snapshot: Snapshot, labels: Labels) -> None:
        self.of = snapshot
        self.labels = labels
        chosen = snapshot.chosen
        self.schools = tuple(
            each for each in snapshot.schools if not chosen or each.school in chosen
        )

    @property
    def period(self) -> str:
        return self.of.period.label

    @property
    def earlier(self) -> str:
        """The period it is compared with; empty when there is none."""
        return self.of.before.label if self.of.before and self.of.figures_before else ""

    @cached_property
    def incidents(self) -> Protected:
        return self._shown(protect.incidents, self.of.figures)

    @cached_property
    def incidents_before(self) -> Protected | None:
        before = self.of.figures_before
        return self._shown(protect.incidents, before) if before else None

    @cached_property
    def alerts(self) -> Protected:
        return self._shown(protect.alerts, self.of.figures)

    @cached_property
    def alerts_before(self) -> Protected | None:
        before = self.of.figures_before
        return self._shown(protect.alerts, before) if before else None

    @cached_property
    def feeds(self) -> Protected:
        return self._shown(protect.feeds, self.of.figures)

    @property
    def sent(self) -> int:
        return sum(each.n(Measure.AGREEMENTS_SENT) for each in self.schools)

    @property
    def signed(self) -> int:
        return sum(each.n(Measure.AGREEMENTS_SIGNED) for each in self.schools)

    @cached_property
    def registers(self) -> Mapping[str, Hidden]:
        """Entries by register over all schools; none where only some are shown."""
        chosen = self.of.chosen and len(self.schools) < len(self.of.schools)
        if chosen:
            return {}
        several = parts.by_part(self.of.figures)
        return parts.lists([protect.registers(each, self.of.threshold) for each in several])

    @property
    def in_parts(self) -> int:
        """How many terms, months or weeks the figures come from."""
        return len(parts.by_part(self.of.figures))

    def _shown(self, guard: parts.Guard, figures: Sequence[Figures]) -> Protected:
        found = parts.over(guard, figures, self.of.threshold)
        return found.only({each.school for each in self.schools})


def inside(period: str) -> str:
    """A period's name inside a sentence: `the autumn term 2026/27`."""
    named = " term " in period or period.startswith("Academic")
    return f"the {period[:1].lower()}{period[1:]}" if named else period
