"""What a report says: only numbers that may be shown, in every table, chart and sentence."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.documents import spreadsheets
from chalicelib.figures import Measure, Totals
from chalicelib.ids import SchoolId
from chalicelib.reports import numbers, pdf
from chalicelib.reports.compose import Labels, school_report, trust_report
from chalicelib.reports.document import Document, Kind, Table, said
from chalicelib.reports.model import Figures, Snapshot, added
from chalicelib.reports.rates import rate
from tests.reports.samples import AT, AUTUMN, SUMMER, figures, snapshot

_RAW = "Pupils", "Alarms of silence"
LABELS = Labels({"self_harm": "Self-harm or suicide"})
_counts = st.dictionaries(
    st.sampled_from(["hate", "grooming", "hacking"]), st.integers(0, 14), max_size=3
)


@st.composite
def _school(draw: st.DrawFn, name: str) -> Figures:
    types, themes = draw(_counts), draw(_counts)
    incidents = max([0, *types.values()]) + draw(st.integers(0, sum(types.values())))
    incidents = min(incidents, sum(types.values()))
    done = draw(st.integers(0, incidents))
    return Figures(
        SchoolId(name),
        name,
        draw(st.integers(0, 900)),
        AUTUMN.parts[0],
        AT,
        {
            Measure.INCIDENTS: Totals(
                {"n": incidents, "place:inside": incidents}
                | {f"type:{kind}": n for kind, n in types.items()}
            ),
            Measure.INCIDENTS_ACKNOWLEDGED: Totals(
                {"n": done, "within:hour": done, "sum:minutes": done * 17}
            ),
            Measure.ALERTS: Totals(
                {"n": sum(themes.values()), "severity:high": sum(themes.values())}
                | {f"theme:{kind}": n for kind, n in themes.items()}
            ),
            Measure.FEEDS: Totals({"n": incidents + 1, "sum:unreadable": done, "sum:late": 1}),
            Measure.FEEDS_SILENT: Totals({"n": 1}),
        },
    )


@st.composite
def _snapshots(draw: st.DrawFn) -> Snapshot:
    names = [f"School {letter}" for letter in "ABCDE"[: draw(st.integers(1, 5))]]
    now = tuple(draw(_school(name)) for name in names)
    then = tuple(replace(draw(_school(name)), part=SUMMER.parts[0]) for name in names)
    chosen = draw(st.lists(st.sampled_from(names), unique=True))
    return Snapshot(
        trust="Trust",
        period=AUTUMN,
        before=SUMMER,
        threshold=5,
        counted_at=AT,
        figures=now,
        chosen=tuple(SchoolId(name) for name in chosen),
        figures_before=then,
    )


def _counted(document: Document) -> list[Table]:
    """The tables that count incidents, alerts and what filters delivered."""
    return [table for _, section, table in document.tables() if section.key != "agreements"]


@settings(deadline=None, max_examples=80)
@given(made=_snapshots())
def test_no_small_number_is_written_anywhere(made: Snapshot) -> None:
    """Tables, tiles and charts hold noughts and numbers from the threshold up, and nothing else."""
    one = replace(made, chosen=(), figures=made.figures[:1], figures_before=made.figures_before[:1])
    documents = [trust_report(made, LABELS), school_report(one, LABELS)]

    for document in documents:
        for table in _counted(document):
            for row in table.lines:
                for cell, column in list(zip(row, table.columns, strict=True))[1:]:
                    if column.kind is Kind.COUNT and column.heading not in _RAW:
                        assert cell in (None, 0, "") or cell >= 5, (table.caption, row)
        for section in document.sections:
            for picture in section.charts if section.key in ("incidents", "alerts") else ():
                numbers = [n for _, *rest in picture.chart.rows for n in rest]
                assert all(n in ("hidden", "0") or int(n) >= 5 for n in numbers)
        said_first = [tile.number for tile in document.tiles[:1]]
        assert all(n == "hidden" or int(n) == 0 or int(n) >= 5 for n in said_first)


@settings(deadline=None, max_examples=80)
@given(made=_snapshots())
def test_every_number_in_a_sentence_stands_in_its_tables(made: Snapshot) -> None:
    """The narrative is read from what is shown: each sentence names where, and it is there."""
    document = trust_report(made, LABELS)
    shown = {
        table.caption: {said(c, k.kind) for row in table.lines for c, k in
                        zip(row, table.columns, strict=True)}
        for _, _, table in document.tables()
    }  # fmt: skip

    sentences = [
        *document.summary,
        *(s for section in document.sections for s in section.sentences),
    ]
    for sentence in sentences:
        words = (
            sentence.text.replace("2026/27", "").replace("2025/26", "").replace("100 pupils", "")
        )
        there = (
            set().union(*(shown[caption] for caption in sentence.tables))
            if sentence.tables
            else set()
        )
        for number in re.findall(r"(?<![\w%.,])\d[\d,.]*\d|\b\d\b", words):
            if f"{number}%" in words or not sentence.tables:
                continue
            derived = re.search(rf"{re.escape(number)} (more|fewer) than", words)
            before = re.search(rf"\({re.escape(number)}\)", words)
            assert number in there or derived or before, (sentence, there)


def test_a_sentence_is_left_out_rather_than_written_round_a_hidden_number() -> None:
    """A trust with two incidents is told that there were few."""
    few = Figures(SchoolId("a"), "A", 100, AUTUMN.parts[0], AT, {
        Measure.INCIDENTS: Totals({"n": 2, "type:hate": 2})})  # fmt: skip
    document = trust_report(Snapshot("Trust", AUTUMN, None, 5, AT, (few,)), LABELS)

    texts = [sentence.text for sentence in document.summary]

    assert (
        "So few incidents were recorded in the autumn term 2026/27 that their number is hidden."
        in texts
    )
    assert not [text for text in texts if "hate" in text.lower() or "most frequent" in text]


def test_schools_are_compared_for_their_size_and_chance_is_said() -> None:
    """Three in sixty and thirty in six hundred are the same rate, known less well."""
    small, large = rate(3, 60), rate(30, 600)

    assert small and large
    assert 5.0 == small.each_hundred == large.each_hundred
    assert small.least < large.least < 5 < large.most < small.most
    assert small.overlaps(large)
    assert rate(3, 0) is None


@pytest.mark.parametrize(
    ("count", "least", "most"), [(5, 1.6, 11.7), (10, 4.8, 18.4), (100, 81.4, 121.6)]
)
def test_the_range_is_that_of_a_poisson_count(count: int, least: float, most: float) -> None:
    """Against exact tables, to within a tenth."""
    found = rate(count, 100)

    assert found
    assert (pytest.approx(least, abs=0.12), pytest.approx(most, abs=0.12)) == (
        found.least,
        found.most,
    )


def test_terms_add_up_to_a_year_and_keep_the_newest_name() -> None:
    """A school that changed its name is one school."""
    old = figures("Millbrook", 400, part="2025-26-summer")
    new = replace(figures("Millbrook", 412), name="Millbrook Primary School")

    [both] = added([new, old])

    assert ("Millbrook Primary School", 412) == (both.name, both.pupils)
    assert old.n(Measure.INCIDENTS) + new.n(Measure.INCIDENTS) == both.n(Measure.INCIDENTS)


def test_a_name_is_never_a_command() -> None:
    """Typst markup, HTML and formulas in a school's name are read as they stand."""
    hostile = '#panic("no") *bold* $x$ <script>=1+1'
    made = snapshot()
    made = replace(made, figures=(replace(made.figures[0], name=hostile), *made.figures[1:]))
    document = trust_report(made, LABELS)

    assert pdf.pdf(document, made_at=AT).startswith(b"%PDF")
    assert hostile.replace('"', '""') in spreadsheets.csv(numbers.table(document)).decode(
        "utf-8-sig"
    )


def test_a_hundred_schools_make_a_report() -> None:
    """Rows turn to schools, the page turns, and the file stays one to send by link."""
    document = trust_report(snapshot(100), LABELS)

    whole = pdf.pdf(document, made_at=AT)

    assert any(table.wide for _, _, table in document.tables())
    assert len(whole) < 3_000_000


def test_a_trust_without_schools_or_records_has_an_empty_report() -> None:
    """Nothing is divided by nothing."""
    empty = Snapshot("Trust", AUTUMN, None, 5, AT, ())

    document = trust_report(empty, LABELS)

    assert "0" == document.tiles[0].number
    assert pdf.pdf(document, made_at=AT)


def test_a_year_in_which_no_register_was_used_says_so() -> None:
    """A heading never stands over nothing (5.12)."""
    whole, used = snapshot(), Measure.REGISTER_ENTRIES
    figures = [
        replace(each, totals={key: n for key, n in each.totals.items() if key is not used})
        for each in whole.figures
    ]
    quiet = trust_report(replace(whole, figures=tuple(figures)), LABELS)
    sections = {each.key: each for each in quiet.sections}

    [said_] = sections["registers"].sentences
    assert said_.text == "No register was used in the autumn term 2026/27."
    assert not [each.key for each in quiet.sections if not (each.tables or each.sentences)]
