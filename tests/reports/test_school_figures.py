"""What a school's report shows of its figures: small numbers stay hidden, within a term, across its
tables, and when terms are added up to a year (R-GOV 2).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.figures import Measure, Totals
from chalicelib.ids import SchoolId
from chalicelib.reports.document import Document, Kind, Table, said
from chalicelib.reports.model import Figures, Period, PeriodKind, Snapshot
from chalicelib.reports.school import compose, corrections, wording
from chalicelib.reports.school import words as said_
from chalicelib.reports.school.model import Change, Counted, Wording
from chalicelib.reports.school.view import SchoolView
from tests.reports.samples import AT, AUTUMN

THRESHOLD = 5
OF_CHILDREN = {"incidents", "handling", "alerts"}
YEAR = Period(
    PeriodKind.YEAR,
    "Academic year 2025/26",
    ("2025-26-autumn", "2025-26-spring", "2025-26-summer"),
    AUTUMN.first.replace(year=2025),
    AUTUMN.first.replace(year=2026),
)
small = st.integers(0, 9)


@st.composite
def _term(draw: st.DrawFn, part: str = "2026-27-autumn") -> Figures:
    """A term in which everything is few, as in most schools."""
    severity = {f"severity:{each}": draw(small) for each in ("low", "medium", "high")}
    n = sum(severity.values())
    several = {
        f"{dimension}:{value}": draw(st.integers(0, n))
        for dimension, values in (
            ("type", ("hate", "grooming", "online_bullying")),
            ("risk", ("content", "contact")),
            ("year", ("year_4", "year_5", "unknown")),
            ("platform", ("whatsapp", "other")),
            ("place", ("inside", "outside")),
        )
        for value in values
    }
    taken = draw(st.integers(0, n))
    closed = draw(st.integers(0, n))
    alerts = draw(st.integers(0, 12))
    return Figures(
        SchoolId("marlow"),
        "Marlow Hill",
        200,
        part,
        AT,
        {
            "incidents": Totals({"n": n, **severity, **several}),
            "incidents_acknowledged": Totals(
                {"n": taken, "within:hour": taken, "by:dsl": taken, "sum:minutes": 7 * taken}
            ),
            "incidents_closed": Totals(
                {"n": closed, "outcome:dealt_with": closed, "took:day": closed}
            ),
            "alerts": Totals({"n": alerts, "theme:hate": alerts, "severity:high": alerts}),
            "agreements_sent": Totals({"n": 3, "kind:pupil": 3}),
            "consents_given": Totals({"n": n, "channel:website": n}),
            "consents_refused": Totals({"n": taken, "channel:website": taken}),
            "feeds": Totals({"n": alerts, "sum:unreadable": alerts // 2}),
        },
    )


def _counted(*terms: Figures, period: Period = AUTUMN) -> Counted:
    return Counted(Snapshot("Marlow Hill", period, None, THRESHOLD, AT, terms))


def _tables(document: Document) -> list[Table]:
    return [
        table
        for section in document.sections
        if section.key in OF_CHILDREN
        for table in section.tables
        if table.caption != "What the filters sent"
    ]


@settings(deadline=None, max_examples=30)
@given(term=_term())
def test_no_small_number_is_shown_or_follows(term: Figures) -> None:
    """Neither in a table, nor as what is left of a total, nor in a sentence, tile or chart."""
    document = compose.drafted(_counted(term), {})

    for table in _tables(document):
        counts = [row[1] for row in table.rows]
        assert all(n is None or n == 0 or int(str(n)) >= THRESHOLD for n in counts), table
        total, hidden = table.totals[1], counts.count(None)
        one_each = table.caption in ("Incidents by severity", "How incidents ended")
        if hidden and isinstance(total, int) and one_each:
            assert hidden > 1
            assert total - sum(n for n in counts if isinstance(n, int)) >= THRESHOLD
    for section in document.sections:
        for picture in section.charts if section.key in OF_CHILDREN else ():
            values = [n for _, *rest in picture.chart.rows for n in rest]
            assert all(n in ("hidden", "0") or int(n) >= THRESHOLD for n in values)
    sentences = [s for section in document.sections for s in section.sentences]
    for sentence in (*document.summary, *sentences):
        if set(sentence.tables) & {table.caption for table in _tables(document)}:
            text = re.sub(r"\d+%|2026/27|Year \d+|\d+ (minute|hour)s?", "", sentence.text)
            assert all(int(n) == 0 or int(n) >= THRESHOLD for n in re.findall(r"\b\d+\b", text)), (
                sentence
            )


few = st.lists(st.integers(0, 7), min_size=3, max_size=3)


@settings(deadline=None, max_examples=60)
@given(took=few, ends=few, left=st.integers(0, 6))
@example(took=[24, 0, 0], ends=[22, 2, 0], left=6)
def test_lists_that_share_what_is_left_do_not_solve_each_other(
    took: list[int], ends: list[int], left: int
) -> None:
    """R-GOV 2: how long and how it ended both leave those still open; who and how soon both leave
    those nobody took. Each way to fill what is hidden of a pair leaves every number choices.
    """
    over = sum(took)
    ends = [min(ends[0], over), min(ends[1], over - min(ends[0], over)), 0]
    ends[2] = over - sum(ends)
    named = ("day", "week", "month"), ("dealt_with", "referred", "support")
    hands, bands = ("dsl", "headteacher", "other"), ("hour", "day", "later")
    term = Figures(
        SchoolId("marlow"), "Marlow Hill", 200, AUTUMN.parts[0], AT,
        {
            Measure.INCIDENTS: Totals({"n": over + left, "type:hate": over + left}),
            Measure.INCIDENTS_CLOSED: Totals(
                {"n": over} | _along("took", named[0], took) | _along("outcome", named[1], ends)
            ),
            Measure.INCIDENTS_ACKNOWLEDGED: Totals(
                {"n": over} | _along("within", bands, took) | _along("by", hands, ends)
            ),
        },
    )  # fmt: skip

    counted_ = replace(_counted(term), snapshot=replace(_counted(term).snapshot, threshold=3))
    handling = next(s for s in compose.drafted(counted_, {}).sections if s.key == "handling")

    shown = {table.caption: dict(row for row in table.rows) for table in handling.tables}
    for one, other, rest in (
        ("How incidents ended", "Time to close incidents", "Still open"),
        ("Time to acknowledge incidents", "Who acknowledged incidents", None),
    ):
        pair = [list(shown[each].items()) for each in (one, other) if each in shown]
        lists = [[n for _, n in rows] for rows in pair]
        at = [
            next(n for n, (name, _) in enumerate(rows) if name in (rest, "Not yet", said_.NOBODY))
            for rows in pair
        ]
        possible = [list(_fillings(each, over + left)) for each in lists]
        if over + left < 3:
            continue
        common = set.intersection(
            *({each[place] for each in every} for every, place in zip(possible, at, strict=True))
        )
        for cells, every, place in zip(lists, possible, at, strict=True):
            left_over = [each for each in every if each[place] in common]
            for n, cell in enumerate(cells):
                if cell is None and any(each[n] for each in left_over):
                    assert len({each[n] for each in left_over}) >= 3, (one, n, shown)


def _along(dimension: str, values: tuple[str, ...], counts: list[int]) -> dict[str, int]:
    return {f"{dimension}:{value}": n for value, n in zip(values, counts, strict=True)}


def _fillings(shown: list[int | None], whole: int) -> Iterator[list[int]]:
    """Every way to fill what is hidden of a list that comes to a whole."""
    hidden = [place for place, n in enumerate(shown) if n is None]
    rest = whole - sum(n for n in shown if n is not None)
    for numbers in product(range(rest + 1), repeat=max(0, len(hidden) - 1)):
        if hidden and sum(numbers) <= rest:
            filled = [n or 0 for n in shown]
            for place, n in zip(hidden, (*numbers, rest - sum(numbers)), strict=True):
                filled[place] = n
            yield filled
    if not hidden:
        yield [n or 0 for n in shown]


@settings(deadline=None, max_examples=30)
@given(term=_term())
def test_few_answers_and_deliveries_are_hidden_with_the_alerts_they_are_of(term: Figures) -> None:
    """R-GOV 2: a delivery can be one alert, and one no of a class one family. Of a shown number
    neither what is left after a hidden one nor the hidden one follows.
    """
    document = compose.drafted(_counted(term), {})
    found = {table.caption: table for _, _, table in document.tables()}

    answers = found.get("Answers about consent")
    numbers = [n for row in (answers.rows if answers else ()) for n in row[1:]]
    deliveries = found.get("What the filters sent")
    sent = {str(row[0]): row[1] for row in (deliveries.rows if deliveries else ())}
    numbers += [sent.get("Deliveries"), sent.get("of them unreadable")]
    assert all(n is None or n == 0 or int(str(n)) >= THRESHOLD for n in numbers)
    if None not in numbers[-2:]:
        left = int(str(numbers[-2])) - int(str(numbers[-1]))
        assert left == 0 or left >= THRESHOLD


@settings(deadline=None, max_examples=30)
@given(terms=st.tuples(*(_term(part) for part in YEAR.parts)))
def test_a_year_tells_nothing_that_its_terms_do_not(terms: tuple[Figures, ...]) -> None:
    """Each of its numbers is the sum of numbers that the terms' own reports show."""
    year = SchoolView(_counted(*terms, period=YEAR), {})
    alone = [SchoolView(_counted(term), {}) for term in terms]

    for measure, dimension, several in (
        ("incidents", "severity", False),
        ("incidents", "year", True),
        ("incidents", "platform", True),
    ):
        shown = [view.split(measure, dimension, several=several) for view in alone]
        for value, number in year.split(measure, dimension, several=several).items():
            parts = [each.get(value, 0) for each in shown]
            assert number == (None if None in parts else sum(filter(None, parts)))
    for kind, number in year.incidents.by_kind.items():
        parts = [view.incidents.by_kind.get(kind, 0) for view in alone]
        assert number == (None if None in parts else sum(filter(None, parts)))
    totals = [view.incidents.total for view in alone]
    assert year.incidents.total == (None if None in totals else sum(filter(None, totals)))


@settings(deadline=None, max_examples=20)
@given(before=_term(), after=_term())
def test_what_was_corrected_tells_nothing_hidden(before: Figures, after: Figures) -> None:
    """Only numbers that both reports show are compared, and the difference is theirs; a line that
    one has not is a nought there, a table that one has not tells nothing.
    """
    old, new = (compose.drafted(_counted(each), {}) for each in (before, after))
    cells = [
        {
            (table.caption, str(row[0]), column.heading, said(cell, column.kind))
            for _, _, table in document.tables()
            for row in table.lines
            for column, cell in zip(table.columns, row, strict=True)
            if column.kind is not Kind.TEXT
        }
        for document in (old, new)
    ]

    section = corrections.since(old, new)

    for table in section.tables:
        for caption, line, column, was, now in table.rows:
            assert (caption, line, column, now) in cells[1] or now == "0"
            assert (caption, line, column, was) in cells[0] or was == "0"
            assert "hidden" not in (was, now)


def test_a_kind_that_is_no_more_is_told_as_a_nought() -> None:
    """Six were put right to be of another kind: the line is gone from the table, and is told."""

    def of(kind: str) -> Document:
        totals = {"incidents": Totals({"n": 6, f"type:{kind}": 6})}
        term = Figures(SchoolId("a"), "A", 9, AUTUMN.parts[0], AT, totals)
        return compose.drafted(_counted(term), {})

    [table] = corrections.since(of("hate"), of("grooming")).tables

    assert {("6", "0"), ("0", "6")} == {row[-2:] for row in table.rows}


def test_a_sentence_that_is_emptied_or_ticked_is_left_out_and_the_rest_stays() -> None:
    """What reads as the figures say it is no change, so that it follows them."""
    term = Figures(SchoolId("a"), "A", 9, AUTUMN.parts[0], AT, {"incidents": Totals({"n": 30})})
    document = compose.drafted(_counted(term), {})
    key = "summary-number-incident"
    same = {
        line.key: line.text for part in wording.parts(document, Wording()) for line in part.lines
    }

    assert Wording() == wording.changed(document, Wording(), same, {}, {})
    gone = wording.changed(document, Wording(), {**same, key: " "}, {}, {})
    assert {key: Change("", "30 incidents were recorded in the autumn term 2026/27.")} == (
        gone.changed
    )
    read = wording.worded(document, replace(gone, added={"alerts": "One.\n\nTwo."}))
    assert key not in {sentence.key for sentence in read.summary}
    alerts = next(section for section in read.sections if section.key == "alerts")
    assert ["One.", "Two."] == [each.text for each in alerts.sentences[-2:]]


def test_an_edited_sentence_outlives_a_save_while_its_number_is_hidden() -> None:
    """The figures say it no more and then again: what the school made of it is there throughout,
    flagged, until somebody leaves it out.
    """

    def of(n: int) -> Document:
        totals = {"incidents": Totals({"n": n})}
        term = Figures(SchoolId("a"), "A", 9, AUTUMN.parts[0], AT, totals)
        return compose.drafted(_counted(term), {})

    def sent(document: Document, said: Wording) -> dict[str, str]:
        return {
            line.key: line.text for part in wording.parts(document, said) for line in part.lines
        }

    key = "summary-number-incident"
    edited = wording.changed(of(30), Wording(), sent(of(30), Wording()) | {key: "Thirty."}, {}, {})
    hidden = of(3)
    hidden = replace(hidden, summary=tuple(s for s in hidden.summary if s.key not in key))

    saved = wording.changed(hidden, edited, sent(hidden, edited), {}, {})

    assert edited.changed[key] == saved.changed[key]
    [line] = [x for part in wording.parts(of(31), saved) for x in part.lines if x.key == key]
    assert ("Thirty.", True) == (line.text, line.changed_since)
    gone = wording.changed(hidden, saved, sent(hidden, saved), {key: True}, {})
    assert key not in sent(hidden, gone)
    again = wording.changed(hidden, gone, sent(hidden, gone), {}, {})
    assert key not in {each.key for each in wording.worded(of(31), again).summary}
