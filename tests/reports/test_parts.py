"""A period of several terms or months: each of its numbers is a sum of numbers that the parts' own
reports show, so that a year less two of its terms never gives what the third hides (R-GOV 2).
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.figures import Measure, Totals
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.reports import (
    build,
    compose,
    corrections,
    packing,
    pdf,
    periods,
    service,
    snapshots,
    workbook,
)
from chalicelib.reports.document import Document, Kind, Section, said
from chalicelib.reports.model import Figures, Period, PeriodKind, Snapshot
from chalicelib.reports.protect import Protected
from chalicelib.reports.rows import SnapshotRow
from chalicelib.reports.suppression import Hidden, total_of
from chalicelib.reports.view import Labels, View
from chalicelib.storage import tenants, transaction
from tests import builders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock
from tests.reports.build import AUTUMN_DAY, SUMMER_DAY, a_trust_with_figures, counted
from tests.reports.samples import AT, AUTUMN, figures

YEAR = Period(
    PeriodKind.YEAR,
    "Academic year 2025/26",
    ("2025-26-autumn", "2025-26-spring", "2025-26-summer"),
    AUTUMN.first.replace(year=2025),
    AUTUMN.first.replace(year=2026),
)
LABELS = Labels({})
THRESHOLD = 3
KINDS = "hate", "grooming", "hacking"
Numbers = dict[tuple[str, ...], Hidden]


@st.composite
def _term(draw: st.DrawFn, school: str, part: str) -> Figures:
    types = {kind: draw(st.integers(0, 6)) for kind in draw(st.sets(st.sampled_from(KINDS)))}
    n = max([0, *types.values()]) + draw(st.integers(0, 3))
    n = min(n, sum(types.values()))
    quick, slow = draw(st.integers(0, n)), 0
    slow = draw(st.integers(0, n - quick))
    return Figures(
        SchoolId(school), school, 90, part, AT,
        {
            Measure.INCIDENTS: Totals(
                {"n": n, "severity:high": n // 2, "severity:low": n - n // 2}
                | {f"type:{kind}": number for kind, number in types.items()}
            ),
            Measure.INCIDENTS_ACKNOWLEDGED: Totals(
                {"n": quick + slow, "within:hour": quick, "within:later": slow}
                | {"by:dsl": quick, "by:headteacher": slow}
            ),
            Measure.INCIDENTS_CLOSED: Totals({"outcome:dealt_with": quick}),
            Measure.REGISTER_ENTRIES: Totals({"n": n, "register:searches": n}),
        },
    )  # fmt: skip


@st.composite
def _years(draw: st.DrawFn) -> Snapshot:
    """A year of one to five schools, of which some join in the middle of it."""
    found = []
    for school in "abcde"[: draw(st.integers(1, 5))]:
        joined = draw(st.sampled_from([0, 0, 0, 1, 2]))
        found += [draw(_term(school, part)) for part in YEAR.parts[joined:]]
    return Snapshot("Trust", YEAR, None, THRESHOLD, AT, tuple(found))


@settings(deadline=None, max_examples=60)
@given(year=_years())
def test_a_year_is_the_sum_of_what_its_terms_show(year: Snapshot) -> None:
    """R-GOV 2: every number of a year is the sum of its terms', or hidden where one of them is. So
    no two terms and the year give the third, and rows still come to their totals.
    """
    terms = [_alone(year, part) for part in YEAR.parts]

    whole, each = _numbers(View(year, LABELS)), [_numbers(View(one, LABELS)) for one in terms]

    shown = View(year, LABELS).incidents
    hidden = {shown.schools[row] for row in shown.shown.apart}
    hands = ("part", "by")
    known = [place for term in each for place in term if place[:2] != hands]
    for place in {*whole, *known} if whole[("total",)] is not None else whole:
        found = [term.get(place, 0) for term in each]
        is_hidden_whole = len(place) > 1 and place[1] in hidden
        assert whole.get(place, 0) == (None if is_hidden_whole else total_of(found)), place
    event(f"hides {sum(n is None for n in whole.values()) > 0}")
    _adds_up(shown)


def _alone(year: Snapshot, part: str) -> Snapshot:
    """A term's own report."""
    period = replace(YEAR, kind=PeriodKind.TERM, parts=(part,))
    return replace(
        year, period=period, figures=tuple(one for one in year.figures if one.part == part)
    )


def _numbers(view: View) -> Numbers:
    """Every number that a view shows, by what it is of; a kind that nobody has is a nought."""
    found, kinds = view.incidents, view.incidents.kinds
    numbers: Numbers = {("total",): found.total}
    numbers |= {
        ("school", school): n for school, n in zip(found.schools, found.by_school, strict=True)
    }
    waits, types = found.shown.tables
    for name, table, columns in (("wait", waits, "0123"), ("type", types, kinds)):
        numbers |= dict(_row((name, "all"), columns, table.column_totals))
        for school, row in zip(found.schools, table.rows, strict=True):
            numbers |= dict(_row((name, school), columns, row))
    for name, values in found.parts.items():
        numbers |= {("part", name, value): n for value, n in values.items()}
    return numbers | {("register", value): n for value, n in view.registers.items()}


def _row(
    place: tuple[str, ...], columns: object, row: tuple[Hidden, ...]
) -> list[tuple[tuple[str, ...], Hidden]]:
    assert isinstance(columns, tuple | str)
    return [((*place, column), n) for column, n in zip(columns, row, strict=False)]


def _adds_up(found: Protected) -> None:
    """Shown rows and the row of the hidden ones, two at least, come to the totals."""
    shown = found.shown
    if shown.total is None:
        assert not shown.apart and not any(table.together for table in shown.tables)
        return
    rows = [n for n in shown.row_totals if n is not None]
    assert sum(rows) + (shown.apart_total or 0) == shown.total
    assert len(rows) + len(shown.apart) == len(shown.row_totals)
    assert len(shown.apart) != 1
    for table in shown.tables:
        for column, total in enumerate(table.column_totals):
            cells = [row[column] for n, row in enumerate(table.rows) if n not in shown.apart]
            cells += [table.together[column]] if shown.apart else []
            if total is not None and None not in cells:
                assert sum(map(int, filter(None, cells))) == total


def test_a_school_hidden_in_one_term_is_hidden_in_the_year() -> None:
    """Of five, two and three incidents a term the year would be ten, and ten less five and three
    the two that the spring's report hides. Both schools that a term hides are told together.
    """

    def term(school: str, part: str, n: int) -> Figures:
        totals = {Measure.INCIDENTS: Totals({"n": n, "type:hate": n})}
        return Figures(SchoolId(school), school, 90, part, AT, totals)

    made = Snapshot(
        "Trust", YEAR, None, THRESHOLD, AT,
        tuple(
            term(school, part, n)
            for school, numbers in (("a", (5, 2, 3)), ("b", (4, 6, 8)), ("c", (9, 9, 9)))
            for part, n in zip(YEAR.parts, numbers, strict=True)
        ),
    )  # fmt: skip

    document = compose.trust_report(made, LABELS)

    types = next(t for _, _, t in document.tables() if t.caption == "Incidents by type")
    [hate] = types.rows
    assert ("Hate and discrimination", None, None, 27, 28, 55)[1:] == hate[1:]
    assert "The 2 hidden schools together" in {column.heading for column in types.columns}
    assert compose.IN_PARTS in document.notes
    assert compose.IN_PARTS not in compose.trust_report(_alone(made, YEAR.parts[0]), LABELS).notes


def test_what_was_corrected_in_a_year_hides_what_its_terms_hide() -> None:
    """A corrected number is told where both reports of the year show it, not where a term hides."""

    def year(*numbers: int) -> Snapshot:
        found = tuple(
            replace(
                figures("A", 90, part=part),
                totals={Measure.INCIDENTS: Totals({"n": n, "type:hate": n})},
            )
            for part, n in zip(YEAR.parts, numbers, strict=True)
        )
        return Snapshot("Trust", YEAR, None, THRESHOLD, AT, found)

    told, hidden = (
        corrections.since(year(5, 5, 5), later) for later in (year(5, 5, 6), year(5, 5, 2))
    )

    assert told and hidden
    assert [(15, 16)] == [(each.then, each.now) for each in told.corrections]
    assert [(15, None)] == [(each.then, each.now) for each in hidden.corrections]


@pytest.mark.usefixtures("store")
def test_figures_of_five_hundred_schools_over_six_terms_are_kept(clock: FrozenClock) -> None:
    """An item holds 400 KB: what is more stands in further rows. Whoever is first keeps it."""
    trust, job = builders.a_trust(), ids.new()
    year = periods.of_year("2025-26", AUTUMN.last)
    before = periods.before(year)
    assert before
    made = Snapshot(
        "Trust", year, before, 5, AT, _many(year.parts), figures_before=_many(before.parts)
    )

    with tenants({trust}):
        assert made == snapshots.keep(trust, job, made)
        assert made == snapshots.snapshot_of(trust, job)
        assert made == snapshots.keep(trust, job, replace(made, threshold=9, figures=()))
        assert made == snapshots.snapshot_of(trust, job)


def _many(parts: tuple[str, ...]) -> tuple[Figures, ...]:
    """A term each of five hundred schools, of everything that a busy term has."""
    busy = figures("School", 400, part=parts[0]).totals
    totals = packing.unpack(packing.pack(busy))
    return tuple(
        Figures(SchoolId(f"school-{n:011}"), f"School {n}", n, part, AT, totals)
        for part in parts
        for n in range(500)
    )


@pytest.mark.usefixtures("store")
def test_a_year_that_was_kept_as_sums_is_counted_again(bucket: Bucket, clock: FrozenClock) -> None:
    """What a term hides cannot be told from a sum of terms, so that such a report is not shown."""
    trust, _ = a_trust_with_figures()
    job = _asked(trust, periods.of_year("2026-27", clock.now().date()))
    build.build(trust, job)
    with tenants({trust}):
        made = snapshots.snapshot_of(trust, job)
        assert made
        sums = {"schools": [snapshots.from_figures(one) for one in made.schools]}
        period = replace(YEAR, label="Academic year")
        old = snapshots.from_snapshot(replace(made, period=period)) | sums | {"schools_before": []}
        row = SnapshotRow(trust, f"snapshot#{job}")
        row.seal(old)
        with transaction() as tx:
            tx.put(row)
        assert service.report(trust, job, by="person:x").document is None

        service.make_again(trust, job, by=PersonId("0123456789abcdef"))
    build.build(trust, job)

    with tenants({trust}):
        assert service.report(trust, job, by="person:x").document
    assert bucket.objects


@pytest.mark.usefixtures("store", "bucket")
def test_the_reports_of_a_set_are_the_same_in_whatever_order_they_are_made(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is hidden is decided over all schools though nobody copies a week before its report:
    a school with few takes another with it, also where that one's report is made first.
    """
    monkeypatch.setattr(pdf, "pdf", lambda *_, **__: b"%PDF")  # what is said is asked here
    monkeypatch.setattr(workbook, "xlsx", lambda *_, **__: b"PK")
    trust, schools = a_trust_with_figures()
    for school in schools:
        counted(school, "incidents", 2, SUMMER_DAY, type=["hate"])
    week = periods.of_week(AUTUMN_DAY)
    made = [_set(trust, week, order) for order in permutations(schools)]

    assert all(each == made[0] for each in made)
    assert "hidden" in {each.tiles[0].number for each in made[0].values()}
    together = View(_snapshot(trust, _asked(trust, week)), LABELS).incidents
    for school, number in zip(together.schools, together.by_school, strict=True):
        assert made[0][school].tiles[0].number == said(number, Kind.COUNT)


def _set(trust: TrustId, period: Period, order: Iterable[SchoolId]) -> dict[SchoolId, Document]:
    """A set made in an order of its schools: what each report says."""
    asked = _asked(trust, period, each=True)
    for school in order:
        build.build(trust, f"{asked}-{school}")
    found = {}
    with tenants({trust}):
        for school in order:
            document = service.report(trust, f"{asked}-{school}", by="person:x").document
            assert document
            found[school] = replace(document, counted_at=AT, sections=_uncorrected(document))
    return found


def _uncorrected(document: Document) -> tuple[Section, ...]:
    return tuple(each for each in document.sections if each.key != "corrected")


def _snapshot(trust: TrustId, job: str) -> Snapshot:
    build.build(trust, job)
    with tenants({trust}):
        found = snapshots.snapshot_of(trust, job)
    assert found
    return found


def _asked(trust: TrustId, period: Period, **more: bool) -> str:
    with tenants({trust}):
        schools = [one.id for one in service.directory.schools_of(trust)]
        by = PersonId("0123456789abcdef")
        return service.ask(trust, ids.new(), period, schools, by=by, **more).id
