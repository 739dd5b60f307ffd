"""Counts that answer a request under the Freedom of Information Act: three years, nothing small
shown, nobody named (features 5.7; S91). What is asked for most: alerts, referrals, who has access.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.reports import periods, tables, wording
from chalicelib.reports.compose import notes
from chalicelib.reports.document import Cell, Column, Document, Kind, Section, Sentence, Table
from chalicelib.reports.school import gathering
from chalicelib.reports.school import words as said
from chalicelib.reports.school.papers.desk import Desk, listed
from chalicelib.reports.school.view import LEFT, SchoolView
from chalicelib.reports.suppression import Hidden
from chalicelib.tenancy import calendar

_YEARS = 3
_ENDS = {**said.OUTCOME, LEFT: said.OPEN}


def write(desk: Desk) -> Document:
    """Each table has a column a school year; what is hidden in one term is hidden in its year."""
    views = _views(desk)
    alerts = Section(
        "alerts",
        "Alerts of the filter",
        tables=(
            _years("Alerts by severity", "Severity", views, "alerts", "severity", said.SEVERITY),
            _years("Alerts by theme", "Theme", views, "alerts", "theme", desk.themes),
        ),
    )
    incidents = Section(
        "incidents",
        "Incidents and referrals",
        (
            Sentence(
                "A referral is an incident that was passed to another agency, which led from "
                "then on.",
                ("How incidents ended",),
                "referrals",
            ),
        ),
        tables=(
            _years("Incidents by type", "Type", views, "incidents", "type", wording.TYPES, True),
            _table(
                "How incidents ended",
                "End",
                views,
                [view.done("incidents_closed", "outcome", "incidents") for _, view in views],
                [view.number("incidents") for _, view in views],
                _ENDS,
            ),
        ),
    )
    return desk.plain(
        "Figures for requests for information",
        f"{views[0][0]} to {views[-1][0]}",
        [alerts, incidents, access(desk)],
        says=(
            "These are the figures that are asked for most under the Freedom of Information Act. "
            "Whether to release them is for the school to decide."
        ),
        readers="For whoever answers requests for information.",
        notes=tuple(notes(views[-1][1])),
    )


def access(desk: Desk) -> Section:
    """How many people may use Holdfast at the school, by role: adults, who are many or named."""
    members = identity.members(desk.school)
    rows = [
        (role.label, sum(role in each.roles for each in members))
        for role in Role
        if any(role in each.roles for each in members)
    ]
    many = "1 person" if len(members) == 1 else f"{len(members)} people"
    note = f"{many} in all; somebody with several roles counts under each."
    return Section(
        "access",
        "People with access",
        tables=listed(
            "People with access, by role",
            ("Role", "People"),
            rows,
            numbers=("People",),
            note=note,
        ),
    )


def _views(desk: Desk) -> list[tuple[str, SchoolView]]:
    """The years, oldest first, each with what may be shown of it."""
    starts = int(desk.year[:4])
    found = []
    for n in range(_YEARS - 1, -1, -1):
        year = calendar.academic_year(date(starts - n, 9, 1))
        period = periods.of_year(year, desk.today)
        view = SchoolView(gathering.figures_of(desk.school, period), desk.themes)
        found.append((year.replace("-", "/"), view))
    return found


def _years(
    caption: str,
    first: str,
    views: Sequence[tuple[str, SchoolView]],
    measure: str,
    dimension: str,
    labels: Mapping[str, str],
    several: bool = False,
) -> Table:
    found = [view.split(measure, dimension, several=several) for _, view in views]
    return _table(caption, first, views, found, [view.number(measure) for _, view in views], labels)


def _table(
    caption: str,
    first: str,
    views: Sequence[tuple[str, SchoolView]],
    found: Sequence[Mapping[str, Hidden]],
    totals: Sequence[Hidden],
    labels: Mapping[str, str],
) -> Table:
    known = {value for each in found for value in each}
    ordered = [value for value in labels if value in known]
    ordered += sorted(known - set(ordered))
    rows: list[tuple[Cell, ...]] = [
        (wording.of(labels, value), *(each.get(value, 0) for each in found)) for value in ordered
    ]
    columns = (Column(first, Kind.TEXT), *(Column(year) for year, _ in views))
    return Table(caption, columns, tuple(rows), (tables.ALL, *totals))
