"""Papers that are there in one press, as page, PDF, spreadsheet and CSV: each told as of now."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.identity.permissions import Permission
from chalicelib.reports.document import Document
from chalicelib.reports.school.papers import fitness, freedom, group, inspection, week
from chalicelib.reports.school.papers.desk import Desk

__all__ = ["INSPECTION", "PAPERS", "WEEK", "Desk", "Paper"]


@dataclass(frozen=True)
class Paper:
    """One kind of paper: its title in lists, what it is for, and who may take it away."""

    key: str
    title: str
    says: str
    write: Callable[[Desk], Document]
    takes: Permission = Permission.READ_REPORTS
    by_year: bool = True


WEEK = Paper(
    "week",
    "The week",
    "For senior leaders: what waits, since when, and what is overdue. No child is named.",
    week.write,
    Permission.READ_WEEK,
    by_year=False,
)
INSPECTION = Paper(
    "inspection",
    "Inspection pack",
    "Referrals with decisions and outcomes, bullying, checks, training, policies, who is named.",
    inspection.write,
    Permission.EXPORT_INCIDENTS,
)
# What whoever reads reports may have: nothing in them is small.
PAPERS: dict[str, Paper] = {
    each.key: each
    for each in (
        Paper(
            "fitness",
            "Is the policy fit for purpose?",
            "The yearly pack for governors: reviews, checks, the provider of the filter, outcomes.",
            fitness.write,
        ),
        Paper(
            "working-group",
            "Working group pack",
            "Meetings, actions and the figures the group monitors, for its report to governors.",
            group.write,
        ),
        Paper(
            "information",
            "Figures for requests for information",
            "Alerts, referrals and people with access over three years; small numbers hidden.",
            freedom.write,
            by_year=False,
        ),
    )
}
