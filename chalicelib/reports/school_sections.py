"""The sections of one school's figures: lists where a trust's report has tables by school."""

from collections.abc import Mapping, Sequence

from chalicelib.figures import Measure
from chalicelib.reports import narrative, sections, tables, wording
from chalicelib.reports.document import Column, Kind, Picture, Section, Table
from chalicelib.reports.protect import Protected
from chalicelib.reports.suppression import Hidden
from chalicelib.reports.view import View


def incidents(view: View) -> Section:
    found = view.incidents
    return Section(
        "incidents",
        "Incidents",
        sentences=tuple(sections.kinds_said("incident", found, wording.TYPES, sections.TYPES)),
        charts=(
            *_drawn("Incidents by type", found, wording.TYPES, "incidents", sections.TYPES),
            *sections.over_time(view, "Incidents, term by term", "incidents"),
        ),
        tables=(
            _kinds(sections.TYPES, "Type", found, wording.TYPES, sections.SEVERAL_TYPES),
            *sections.split(
                sections.PLACES,
                "Place",
                found,
                "place",
                wording.PLACES,
                note=sections.BOTH_PLACES,
            ),
        ),
    )


def waits(view: View) -> Section:
    return Section(
        "waits",
        "Time to acknowledge",
        sentences=(
            *sections.quick("incident", view.incidents, sections.INCIDENT_WAITS),
            *sections.quick("alert", view.alerts, sections.ALERT_WAITS),
        ),
        charts=tuple(sections.waits_drawn(view)),
        tables=(
            _list(
                sections.INCIDENT_WAITS,
                "Acknowledged",
                [*wording.WAITS, wording.NOT_YET],
                view.incidents.waits,
                view.incidents.total,
            ),
            _list(
                sections.ALERT_WAITS,
                "Acknowledged",
                [*wording.WAITS, wording.NOT_YET],
                view.alerts.waits,
                view.alerts.total,
            ),
        ),
    )


def alerts(view: View) -> Section:
    found, labels = view.alerts, view.labels.themes
    return Section(
        "alerts",
        "Filtering and monitoring alerts",
        sentences=tuple(sections.kinds_said("alert", found, labels, sections.THEMES)),
        charts=(
            *_drawn("Alerts by theme", found, labels, "alerts", sections.THEMES),
            *sections.over_time(view, "Alerts, term by term", "alerts"),
        ),
        tables=(
            _kinds(sections.THEMES, "Theme", found, labels),
            *sections.split(sections.SEVERITIES, "Severity", found, "severity", wording.SEVERITIES),
        ),
    )


def agreements(view: View) -> Section:
    school = view.schools[0]
    sent = school.of(Measure.AGREEMENTS_SENT).of("kind")
    signed = school.of(Measure.AGREEMENTS_SIGNED).of("kind")
    rows = [
        tables.signed_row(wording.of(wording.AGREEMENTS, kind), n, signed.get(kind, 0))
        for kind, n in sorted(sent.items())
    ]
    return Section(
        "agreements",
        "Agreements signed",
        sentences=tuple(narrative.signed(view.sent, view.signed, table=sections.AGREEMENTS)),
        tables=(
            tables.signed_table(
                sections.AGREEMENTS, "Agreement", rows, (tables.ALL, view.sent, view.signed)
            ),
        ),
    )


def _drawn(
    title: str, found: Protected, labels: Mapping[str, str], unit: str, table: str
) -> Sequence[Picture]:
    return [sections.kinds_drawn(title, found, labels, unit, table)] if found.kinds else []


def _kinds(
    caption: str, first: str, found: Protected, labels: Mapping[str, str], note: str = ""
) -> Table:
    names = [wording.of(labels, kind) for kind in found.kinds]
    return _list(caption, first, names, tuple(found.by_kind.values()), found.total, note)


def _list(
    caption: str,
    first: str,
    names: Sequence[str],
    numbers: Sequence[Hidden],
    total: Hidden,
    note: str = "",
) -> Table:
    return Table(
        caption,
        (Column(first, Kind.TEXT), Column("Number")),
        tuple(zip(names, numbers, strict=True)),
        (tables.ALL, total),
        note=note,
    )
