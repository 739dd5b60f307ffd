"""The sections of a report over several schools, each with its sentences, charts and tables."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.figures import Measure
from chalicelib.reports import narrative, tables, wording
from chalicelib.reports.document import Picture, Section, Sentence, Table
from chalicelib.reports.protect import Protected
from chalicelib.reports.view import View, inside
from chalicelib.web import charts, words
from chalicelib.web.charts import Series

TYPES = "Incidents by type"
PLACES = "Incidents by place"
COMPARED = "Schools compared"
INCIDENT_WAITS = "Time to acknowledge incidents"
ALERT_WAITS = "Time to acknowledge alerts"
THEMES = "Alerts by theme"
SEVERITIES = "Alerts by severity"
AGREEMENTS = "Agreements sent and signed"
PLATFORMS = "Incidents by platform"
YEARS = "Incidents by year group"
RISKS = "Incidents by kind of risk"
SERIOUS = "Incidents by severity"
ENDED = "How incidents ended"
TAKEN = "Who took incidents in hand"
ALERTS_TAKEN = "Who took alerts in hand"
ACTIONS = "Alerts by what the filter did"
RESPONSES = "What alerts turned out to be"
FEEDS = "Filters at each school"
REGISTERS = "Entries by register"
CORRECTED = "Numbers that were corrected"
# The tables by what a template calls them (`layout.PARTS`).
MEASURES: Mapping[str, str] = {
    "types": TYPES,
    "places": PLACES,
    "compared": COMPARED,
    "incident_waits": INCIDENT_WAITS,
    "alert_waits": ALERT_WAITS,
    "themes": THEMES,
    "severities": SEVERITIES,
    "agreements": AGREEMENTS,
    "platforms": PLATFORMS,
    "years": YEARS,
    "risks": RISKS,
    "serious": SERIOUS,
    "ended": ENDED,
    "taken": TAKEN,
    "alerts_taken": ALERTS_TAKEN,
    "actions": ACTIONS,
    "responses": RESPONSES,
    "feeds": FEEDS,
    "registers": REGISTERS,
}

SEVERAL_TYPES = (
    "An incident of several types counts under each of them, so the types come to more than the "
    "incidents in all."
)
_DRAWN = 12  # schools in one chart
SEVERAL = "An incident can count under several of them."
FOUR_CS = "The four Cs of Keeping children safe in education. An incident can be of several."
BOTH_PLACES = "An incident can be both inside and outside school."


def incidents(view: View) -> Section:
    found = view.incidents
    return Section(
        "incidents",
        "Incidents by type",
        sentences=tuple(kinds_said("incident", found, wording.TYPES, TYPES)),
        charts=(
            kinds_drawn("Incidents by type, all schools", found, wording.TYPES, "incidents", TYPES),
            *over_time(view, "Incidents, term by term", "incidents"),
        ),
        tables=(
            *split(PLACES, "Place", found, "place", wording.PLACES, note=BOTH_PLACES),
            *split(PLATFORMS, "Platform", found, "platform", view.labels.platforms, note=SEVERAL),
            *split(YEARS, "Year group", found, "year", wording.YEARS, note=SEVERAL),
            *split(RISKS, "Risk", found, "risk", wording.RISKS, note=FOUR_CS),
            *split(SERIOUS, "Severity", found, "severity", wording.SEVERITIES),
            *split(ENDED, "Outcome", found, "outcome", wording.INCIDENT_OUTCOMES),
            tables.by_kind_and_school(
                TYPES, found, wording.TYPES, first="Type", note=SEVERAL_TYPES
            ),
        ),
    )


def compared(view: View) -> Section:
    found = view.incidents
    pupils = [each.pupils for each in view.schools]
    table = tables.compared(COMPARED, found, view.incidents_before, view.schools)
    rates = measured(table, tables.RATE_COLUMN)
    return Section(
        "schools",
        "Schools compared",
        sentences=tuple(
            narrative.highest_and_lowest(found.names, found.by_school, pupils, table=COMPARED)
        ),
        charts=tuple(_ranked("Incidents for each 100 pupils", rates, "highest", COMPARED)),
        tables=(table,),
    )


def waits(view: View) -> Section:
    return Section(
        "waits",
        "Time to acknowledge",
        sentences=(
            *quick("incident", view.incidents, INCIDENT_WAITS),
            *quick("alert", view.alerts, ALERT_WAITS),
        ),
        charts=tuple(waits_drawn(view)),
        tables=(
            *split(TAKEN, "Who", view.incidents, "by", wording.HANDLERS),
            *split(ALERTS_TAKEN, "Who", view.alerts, "by", wording.HANDLERS),
            tables.waits_by_school(
                INCIDENT_WAITS, view.incidents, view.schools, Measure.INCIDENTS_ACKNOWLEDGED
            ),
            tables.waits_by_school(
                ALERT_WAITS, view.alerts, view.schools, Measure.ALERTS_ACKNOWLEDGED
            ),
        ),
    )


def alerts(view: View) -> Section:
    found, labels = view.alerts, view.labels.themes
    return Section(
        "alerts",
        "Filtering and monitoring alerts",
        sentences=tuple(kinds_said("alert", found, labels, THEMES)),
        charts=(
            kinds_drawn("Alerts by theme, all schools", found, labels, "alerts", THEMES),
            *over_time(view, "Alerts, term by term", "alerts"),
        ),
        tables=(
            *split(SEVERITIES, "Severity", found, "severity", wording.SEVERITIES),
            *split(ACTIONS, "The filter", found, "action", wording.ACTIONS),
            *split(RESPONSES, "Outcome", found, "outcome", wording.ALERT_OUTCOMES),
            tables.by_kind_and_school(THEMES, found, labels, first="Theme"),
        ),
    )


def feeds(view: View) -> Section:
    """What the filters sent, and how often one was silent for too long."""
    return Section("feeds", "Filters", tables=(tables.feeds(FEEDS, view.feeds, view.schools),))


def registers(view: View) -> Section:
    """How much each register was used. Small numbers are hidden: some are about children."""
    used = view.registers
    if not used:
        said = Sentence(f"No register was used in {inside(view.period)}.", key="unused")
        return Section("registers", "Registers", sentences=(said,))
    found = tables.split(REGISTERS, "Register", used, view.labels.registers)
    return Section("registers", "Registers", tables=(found,))


def corrected(view: View) -> Iterator[Section]:
    """What is otherwise than in the last report of the same period; nothing where there is none."""
    earlier = view.of.earlier
    if earlier is None:
        return
    here = {each.school for each in view.schools}
    found = [each for each in earlier.corrections if each.school in here]
    on = words.london_date(earlier.counted_at)
    if not found:
        same = Sentence(f"This period was reported before, counted on {on}. Nothing has changed.")
        yield Section("corrected", "Corrected since", sentences=(same,))
        return
    many = words.counted(len(found), "number")
    text = f"This period was reported before, counted on {on}: {many} changed since."
    yield Section(
        "corrected",
        "Corrected since",
        sentences=(Sentence(text, (CORRECTED,)),),
        tables=(tables.corrected(CORRECTED, found),),
    )


def agreements(view: View) -> Section:
    table = tables.agreements(AGREEMENTS, view.schools)
    shares = measured(table, tables.SHARE_COLUMN)
    return Section(
        "agreements",
        "Agreements signed",
        sentences=tuple(narrative.signed(view.sent, view.signed, table=AGREEMENTS)),
        charts=tuple(
            _ranked(
                "Agreements signed, per cent of those sent",
                shares,
                "lowest",
                AGREEMENTS,
                whole=100,
            )
        ),
        tables=(table,),
    )


def quick(thing: str, found: Protected, table: str) -> Iterator[Sentence]:
    """How many were acknowledged within a day, and how many still wait."""
    still = found.waits[-1] if found.waits else None
    return narrative.quick(thing, tables.quick_share(found.waits, found.total), still, table=table)


def kinds_said(
    thing: str, found: Protected, labels: Mapping[str, str], table: str
) -> Iterator[Sentence]:
    return narrative.most_frequent(thing, found.by_kind, found.total, labels, table=table)


def kinds_drawn(
    title: str, found: Protected, labels: Mapping[str, str], unit: str, table: str = ""
) -> Picture:
    values = [(wording.of(labels, kind), n) for kind, n in found.by_kind.items()]
    return bars(title, values, unit=unit, first="Kind", table=table)


def over_time(view: View, title: str, unit: str) -> Iterator[Picture]:
    """One of the trend's two lines; none while there is but one term."""
    if len(view.of.trend) > 1:
        labels = [point.label for point in view.of.trend]
        values = tuple(
            point.incidents if unit == "incidents" else point.alerts for point in view.of.trend
        )
        series = [Series(unit.capitalize(), values)]
        yield Picture(charts.line(title, labels, series, unit=unit, first="Term"))


def waits_drawn(view: View) -> Iterator[Picture]:
    both = [("Incidents", view.incidents), ("Alerts", view.alerts)]
    met = [(label, found) for label, found in both if found.total and found.waits]
    parts = [*wording.WAITS, wording.NOT_YET]
    if met:
        series = [
            Series(part, tuple(found.waits[n] for _, found in met)) for n, part in enumerate(parts)
        ]
        yield Picture(
            charts.stacked(
                "How long until somebody acknowledged",
                [label for label, _ in met],
                series,
                unit="incidents or alerts",
            )
        )


def split(
    caption: str,
    first: str,
    found: Protected,
    part: str,
    labels: Mapping[str, str],
    note: str = "",
) -> Iterator[Table]:
    """A list of counts, where there is anything in it."""
    if found.parts.get(part):
        yield tables.split(caption, first, found.parts[part], labels, note)


def bars(
    title: str,
    values: Sequence[tuple[str, float | None]],
    *,
    unit: str = "",
    first: str,
    whole: float = 0,
    table: str = "",
) -> Picture:
    """Simple bars; `whole` is what a full one would be, where there is such a thing."""
    drawn = charts.bars(title, values, unit=unit, first=first)
    return Picture(drawn, tuple(values), whole, table)


def _ranked(
    title: str, values: list[tuple[str, float | None]], which: str, table: str, *, whole: float = 0
) -> Iterator[Picture]:
    """Schools in order; of many only those at one end. Nothing for one school alone."""
    if len(values) < 2:
        return
    down = which == "highest"
    known = sorted(
        ((name, value) for name, value in values if value is not None),
        key=lambda pair: -pair[1] if down else pair[1],
    )
    hidden = [pair for pair in values if pair[1] is None]
    if len(values) <= _DRAWN:
        yield bars(title, [*known, *hidden], first="School", whole=whole, table=table)
    else:
        some = f"{title}: the {_DRAWN} {which}"
        yield bars(some, known[:_DRAWN], first="School", whole=whole, table=table)


def measured(table: Table, column: int) -> list[tuple[str, float | None]]:
    """A column for a chart: without the schools of which it is not known."""
    return [(str(row[0]), cell) for row in table.rows if not isinstance(cell := row[column], str)]
