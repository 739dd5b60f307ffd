"""A trust's report over its schools: the same measures for each, counts and never children."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from chalicelib.figures import Measure
from chalicelib.reports import narrative, protect, tables, wording
from chalicelib.reports.document import Document, Section, Sentence, Table, Tile, said
from chalicelib.reports.document import Kind as ColumnKind
from chalicelib.reports.model import Snapshot
from chalicelib.reports.protect import Protected
from chalicelib.reports.suppression import Hidden
from chalicelib.web import charts, words
from chalicelib.web.charts import Chart, Series

TYPES = "Incidents by type and school"
PLACES = "Incidents by place"
COMPARED = "Schools compared"
INCIDENT_WAITS = "Time to acknowledge incidents"
ALERT_WAITS = "Time to acknowledge alerts"
THEMES = "Alerts by theme and school"
SEVERITIES = "Alerts by severity"
AGREEMENTS = "Agreements sent and signed"

_MANY = 8


@dataclass(frozen=True)
class Labels:
    """The words other features have for their own kinds."""

    themes: Mapping[str, str]
    agreements: Mapping[str, str]


def trust_report(snapshot: Snapshot, labels: Labels) -> Document:
    """Write a trust's report. Pure: the same snapshot gives the same report."""
    return _Trust(snapshot, labels).document()


class _Trust:
    """One report being written: numbers that may be shown are worked out once."""

    def __init__(self, snapshot: Snapshot, labels: Labels) -> None:
        self.of = snapshot
        self.schools = snapshot.schools
        self.labels = labels
        self.period = snapshot.period.label
        self.earlier = snapshot.before.label if snapshot.before and snapshot.schools_before else ""

    @cached_property
    def incidents(self) -> Protected:
        return protect.incidents(self.schools, self.of.threshold)

    @cached_property
    def incidents_before(self) -> Protected | None:
        before = self.of.schools_before
        return protect.incidents(before, self.of.threshold) if before else None

    @cached_property
    def alerts(self) -> Protected:
        return protect.alerts(self.schools, self.of.threshold)

    @cached_property
    def alerts_before(self) -> Protected | None:
        before = self.of.schools_before
        return protect.alerts(before, self.of.threshold) if before else None

    def document(self) -> Document:
        schools = words.counted(len(self.schools), "school")
        return Document(
            title="Online safety report",
            owner=self.of.trust,
            period=self.period,
            counted_at=self.of.counted_at,
            tiles=tuple(self._tiles()),
            summary=tuple(self._summary(schools)),
            sections=(
                self._incidents(),
                self._compared(),
                self._waits(),
                self._alerts(),
                self._agreements(),
            ),
            notes=tuple(self._notes()),
            missing=tuple(f"{each.name}: {each.why}" for each in self.of.missing),
        )

    def _tiles(self) -> Iterator[Tile]:
        before = self.incidents_before.total if self.incidents_before else None
        yield Tile(
            said(self.incidents.total, ColumnKind.COUNT),
            "incidents",
            _change(self.incidents.total, before, self.earlier),
        )
        share = tables.quick_share(self.incidents.waits, self.incidents.total)
        yield Tile(said(share, ColumnKind.PERCENT), "acknowledged within a day", "of all incidents")
        before = self.alerts_before.total if self.alerts_before else None
        yield Tile(
            said(self.alerts.total, ColumnKind.COUNT),
            "filtering and monitoring alerts",
            _change(self.alerts.total, before, self.earlier),
        )
        sent, done = self._sent_and_signed()
        yield Tile(
            narrative.share(done, sent) if sent else "\N{EN DASH}",
            "agreements signed",
            f"{words.number(done)} of {words.number(sent)} sent",
        )

    def _summary(self, schools: str) -> Iterator[Sentence]:
        yield Sentence(f"This report covers {schools} of {self.of.trust}.")
        yield from self._counted("incident", self.incidents, self.incidents_before, TYPES)
        yield from narrative.most_frequent(
            "incident", self.incidents.by_kind, self.incidents.total, wording.TYPES, table=TYPES
        )
        yield from self._quick("incident", self.incidents, INCIDENT_WAITS)
        yield from self._counted("alert", self.alerts, self.alerts_before, THEMES)
        yield from narrative.signed(*self._sent_and_signed(), table=AGREEMENTS)

    def _counted(
        self, thing: str, now: Protected, before: Protected | None, table: str
    ) -> Iterator[Sentence]:
        return narrative.counted(
            thing,
            now.total,
            before.total if before else None,
            period=_inside(self.period),
            earlier=_inside(self.earlier),
            table=table,
        )

    def _quick(self, thing: str, found: Protected, table: str) -> Iterator[Sentence]:
        still = found.waits[-1] if found.waits else None
        share = tables.quick_share(found.waits, found.total)
        return narrative.quick(thing, share, still, table=table)

    def _incidents(self) -> Section:
        found = self.incidents
        return Section(
            "incidents",
            "Incidents by type",
            sentences=tuple(
                narrative.most_frequent(
                    "incident", found.by_kind, found.total, wording.TYPES, table=TYPES
                )
            ),
            charts=(
                _kinds("Incidents by type, all schools", found, wording.TYPES, "incidents"),
                *self._over_time("Incidents, term by term", protect.incidents, "incidents"),
            ),
            tables=(
                tables.by_kind_and_school(
                    TYPES,
                    found,
                    wording.TYPES,
                    first="Type",
                    note="An incident of several types counts under each of them, so the types "
                    "come to more than the incidents in all.",
                ),
                tables.split(
                    PLACES,
                    "Place",
                    found.parts["place"],
                    wording.PLACES,
                    note="An incident can be both inside and outside school.",
                ),
            ),
        )

    def _compared(self) -> Section:
        found = self.incidents
        pupils = [each.pupils for each in self.schools]
        table = tables.compared(COMPARED, found, self.incidents_before, self.schools)
        rates = _measured(table, 5)
        return Section(
            "schools",
            "Schools compared",
            sentences=tuple(
                narrative.highest_and_lowest(found.names, found.by_school, pupils, table=COMPARED)
            ),
            charts=(
                charts.bars(
                    "Incidents for each 100 pupils",
                    rates,
                    unit="incidents for each 100 pupils",
                    first="School",
                ),
            )
            if len(rates) > 1
            else (),
            tables=(table,),
        )

    def _waits(self) -> Section:
        both = [
            (label, found)
            for label, found in (("Incidents", self.incidents), ("Alerts", self.alerts))
            if found.waits
        ]
        parts = [*wording.WAITS, wording.NOT_YET]
        chart = charts.stacked(
            "How long until somebody acknowledged",
            [label for label, _ in both],
            [
                Series(part, tuple(found.waits[n] for _, found in both))
                for n, part in enumerate(parts)
            ],
            unit="number",
        )
        return Section(
            "waits",
            "Time to acknowledge",
            sentences=(
                *self._quick("incident", self.incidents, INCIDENT_WAITS),
                *self._quick("alert", self.alerts, ALERT_WAITS),
            ),
            charts=(chart,) if any(found.total for _, found in both) else (),
            tables=(
                tables.waits_by_school(
                    INCIDENT_WAITS, self.incidents, self.schools, Measure.INCIDENTS_ACKNOWLEDGED
                ),
                tables.waits_by_school(
                    ALERT_WAITS, self.alerts, self.schools, Measure.ALERTS_ACKNOWLEDGED
                ),
            ),
        )

    def _alerts(self) -> Section:
        found = self.alerts
        return Section(
            "alerts",
            "Filtering and monitoring alerts",
            sentences=tuple(
                narrative.most_frequent(
                    "alert", found.by_kind, found.total, self.labels.themes, table=THEMES
                )
            ),
            charts=(
                _kinds("Alerts by theme, all schools", found, self.labels.themes, "alerts"),
                *self._over_time("Alerts, term by term", protect.alerts, "alerts"),
            ),
            tables=(
                tables.by_kind_and_school(THEMES, found, self.labels.themes, first="Theme"),
                tables.split(SEVERITIES, "Severity", found.parts["severity"], wording.SEVERITIES),
            ),
        )

    def _agreements(self) -> Section:
        table = tables.agreements(AGREEMENTS, self.schools)
        shares = _measured(table, 4)
        return Section(
            "agreements",
            "Agreements signed",
            sentences=tuple(narrative.signed(*self._sent_and_signed(), table=AGREEMENTS)),
            charts=(
                charts.bars(
                    "Agreements signed, of those sent", shares, unit="per cent", first="School"
                ),
            ),
            tables=(table,),
        )

    def _sent_and_signed(self) -> tuple[int, int]:
        sent = sum(each.n(Measure.AGREEMENTS_SENT) for each in self.schools)
        return sent, sum(each.n(Measure.AGREEMENTS_SIGNED) for each in self.schools)

    def _over_time(self, title: str, guard: object, unit: str) -> Iterator[Chart]:
        if len(self.of.trend) < 2 or not callable(guard):
            return
        series = tuple(guard(schools, self.of.threshold).total for _, schools in self.of.trend)
        labels = [label for label, _ in self.of.trend]
        yield charts.line(
            title, labels, [Series(unit.capitalize(), series)], unit=unit, first="Term"
        )

    def _notes(self) -> Iterator[str]:
        yield (
            f"Numbers from 1 to {self.of.threshold - 1} are hidden, so that no child can be "
            "recognised from them. Others are hidden with them where a sum or a difference would "
            "bring one back: a hidden number need not be small."
        )
        yield (
            "An incident counts on the day it happened, an alert on the day it came, an agreement "
            "on the day it was sent, and what was done about each on that same day. A record that "
            "was put right since is counted as it stands now."
        )
        if self.incidents.shown.apart or self.alerts.shown.apart:
            yield (
                "A school with so few records that its total is hidden is counted together with at "
                "least one more, so that the total of all schools stays right."
            )
        yield "Agreements are forms, not incidents: their numbers are never hidden."


def _kinds(title: str, found: Protected, labels: Mapping[str, str], unit: str) -> Chart:
    values = [(wording.of(labels, kind), n) for kind, n in found.by_kind.items()]
    return charts.bars(title, values, unit=unit, first="Kind")


def _change(now: Hidden, before: Hidden, earlier: str) -> str:
    if now is None or before is None or not earlier:
        return ""
    if now == before:
        return f"as many as in {_inside(earlier)}"
    way = "more" if now > before else "fewer"
    return f"{words.number(abs(now - before))} {way} than in {_inside(earlier)}"


def _inside(period: str) -> str:
    """A period's name inside a sentence: `the autumn term 2026/27`."""
    return f"the {period[:1].lower()}{period[1:]}" if " term " in period else period


def _measured(table: Table, column: int) -> list[tuple[str, Hidden | float]]:
    """A column for a chart: without the schools of which it is not known."""
    return [(str(row[0]), cell) for row in table.rows if not isinstance(cell := row[column], str)]
