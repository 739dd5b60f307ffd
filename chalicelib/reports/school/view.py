"""A school's figures as its report may tell them: small numbers gone, term by term (R-GOV 2).

Each term is reported by itself, so a year must tell nothing that its terms do not: what is hidden
in one of them is hidden in their sum, or taking the others away would bring it back.
"""

from collections.abc import Callable, Mapping
from functools import cached_property

from chalicelib.figures import Measure, Totals
from chalicelib.reports import parts, periods, protect
from chalicelib.reports.model import Figures
from chalicelib.reports.protect import Protected
from chalicelib.reports.school.model import Counted
from chalicelib.reports.suppression import Hidden, hide_list, total_of
from chalicelib.reports.view import Labels, View

LEFT = "~left"  # what nothing was done to, among what was done


class SchoolView(View):
    """One school's report being written. Its sections read from it and from nothing else."""

    def __init__(self, counted: Counted, themes: Mapping[str, str]) -> None:
        super().__init__(counted.snapshot, Labels(themes))
        self.terms = tuple(sorted(counted.snapshot.figures, key=lambda each: each.part))
        self.trend = counted.trend
        self.threshold = counted.snapshot.threshold

    @cached_property
    def incidents_by_term(self) -> list[tuple[str, Protected]]:
        """Each term of the trend by its name, as its own report shows it, oldest first."""
        return [
            (_named(each.part), protect.incidents([each], self.threshold)) for each in self.trend
        ]

    def totals(self, measure: str) -> Totals:
        """All of a measure, hidden from nobody yet: for sums that are asked about first."""
        return sum((_of(each, measure) for each in self.terms), Totals())

    def number(self, measure: str) -> Hidden:
        """How many there were, as it may be shown."""
        return total_of(whole(_of(each, measure).n, self.threshold) for each in self.terms)

    def split(self, measure: str, dimension: str, *, several: bool = False) -> dict[str, Hidden]:
        """A measure along one dimension; empty where nothing was counted along it."""
        found = []
        for each in self.terms:
            totals = _of(each, measure)
            counts = totals.of(dimension)
            found.append(split(totals.n, counts, self.threshold, several=several))
        return parts.lists(found)

    def done(
        self,
        measure: str,
        dimension: str,
        of: str,
        *,
        beside: Callable[[Figures], Hidden] | None = None,
    ) -> dict[str, Hidden]:
        """What was done to things of a measure, along one dimension, with those it was not done to
        (`LEFT`): together they come to the whole, so that neither follows from the other.

        `beside` says of a term what another list shows of the same rest. Where one of the two shows
        it and the other does not, the second list would be solved by the first: nothing is given.
        """
        if not self.totals(of).n:
            return {}
        found = [done(each, measure, dimension, of, self.threshold) for each in self.terms]
        if beside and any(
            (one[LEFT] is None) != (beside(term) is None)
            for one, term in zip(found, self.terms, strict=True)
        ):
            return {}
        return parts.lists(found)

    def still_open(self, term: Figures) -> Hidden:
        """Incidents of a term that are not over, as the list of how they ended shows them."""
        return done(term, "incidents_closed", "outcome", "incidents", self.threshold)[LEFT]

    def nobody_took(self, of: Measure, term: Figures) -> Hidden:
        """What nobody has acknowledged in a term, as the list of waiting times shows it."""
        guard = protect.incidents if of is Measure.INCIDENTS else protect.alerts
        return guard([term], self.threshold).waits[-1]


def done(
    figures: Figures, measure: str, dimension: str, of: str, threshold: int
) -> dict[str, Hidden]:
    """What was done to things of one term, and the rest (`LEFT`), as they may be shown."""
    counts = _of(figures, measure).of(dimension)
    total = max(0, _of(figures, of).n)
    left = max(0, total - sum(max(0, n) for n in counts.values()))
    return split(total, {**counts, LEFT: left}, threshold)


def split(
    total: int, counts: Mapping[str, int], threshold: int, *, several: bool = False
) -> dict[str, Hidden]:
    """Counts that come to a total, as they may be shown."""
    values = sorted(counts)
    numbers = [max(0, counts[value]) for value in values]
    shown = hide_list(max(0, total), numbers, threshold=threshold, several=several)
    return dict(zip(values, shown, strict=True))


def whole(total: int, threshold: int) -> Hidden:
    """A total as it may be shown."""
    return max(0, total) if total <= 0 or total >= threshold else None


def _named(part: str) -> str:
    term = periods.term_called(part)
    return f"{term.name.capitalize()} {term.first_on.year}"


def _of(figures: Figures, measure: str) -> Totals:
    return figures.totals.get(measure, Totals())
