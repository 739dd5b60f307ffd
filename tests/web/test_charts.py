"""Charts: the picture never says more, less or other than the numbers behind it."""

import re
from xml.etree import ElementTree as ET

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web import charts
from chalicelib.web.charts import Chart, Series
from chalicelib.web.charts.canvas import wrapped
from chalicelib.web.charts.lines import slope, ticks
from tests.web.gallery import some_charts

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ET.Element:
    return ElementTree.fromstring(str(chart.svg))


def texts(chart: Chart) -> list[str]:
    return [each.text or "" for each in drawn(chart).iter(f"{SVG}text")]


def shares(chart: Chart, fill: str = "#0b4f5a") -> list[float]:
    """The widths of the bars of one colour, in per cent."""
    return [
        float(each.attrib["width"].rstrip("%"))
        for each in drawn(chart).iter(f"{SVG}rect")
        if each.attrib["fill"] == fill
    ]


@pytest.mark.parametrize("chart", some_charts(), ids=lambda chart: chart.title)
def test_every_chart_is_whole_xml_with_a_title_and_a_description(chart: Chart) -> None:
    """A screen reader gets a name and what the picture shows."""
    root = drawn(chart)
    named = {each.attrib["id"]: each.text for each in root if "id" in each.attrib}
    title, description = root.attrib["aria-labelledby"].split()

    assert "img" == root.attrib["role"]
    assert chart.title == named[title]
    assert chart.description == named[description]


@pytest.mark.parametrize("chart", some_charts(), ids=lambda chart: chart.title)
def test_references_inside_a_picture_resolve(chart: Chart) -> None:
    """Textures are found under ids of the picture's own, so two on a page do not mix."""
    ids = [each.attrib["id"] for each in drawn(chart).iter() if "id" in each.attrib]
    used = re.findall(r"url\(#([^)]+)\)", str(chart.svg))

    assert set(used) <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_charts_of_one_page_share_no_id() -> None:
    """Ids come from a chart's title and labels."""
    ids = [re.findall(r'\bid="([^"]+)"', str(chart.svg)) for chart in some_charts()]

    assert sum(map(len, ids)) == len({each for some in ids for each in some})


def test_bars_are_as_long_as_their_values() -> None:
    """Twice the value, twice the bar; nothing is nothing."""
    chart = charts.bars("T", [("a", 10), ("b", 5), ("c", 0)], unit="incidents")

    assert [82, 41] == shares(chart)
    assert ["Number of incidents", "a", "10", "b", "5", "c", "0"] == texts(chart)


def test_a_hidden_number_is_never_drawn_to_length() -> None:
    """Small numbers stay hidden: one picture for any of them (R-GOV 2)."""
    chart = charts.bars("T", [("a", 10), ("b", None)])

    assert [82] == shares(chart)
    assert 1 == str(chart.svg).count("stroke-dasharray"), "an outline says that something is there"
    assert "hidden" in texts(chart)
    assert ("b", "hidden") in chart.rows
    assert "Small numbers are hidden" in chart.description


def test_a_total_with_a_hidden_part_says_so() -> None:
    """A stacked bar never pretends that its total is the whole."""
    chart = charts.stacked("T", ["s"], [Series("A", (4,)), Series("B", (None,))])

    assert "4, others hidden" in texts(chart)


def test_the_table_holds_every_number_of_the_picture() -> None:
    """One is never shown without the other."""
    chart = charts.grouped(
        "T", ["x", "y"], [Series("A", (1, 2000)), Series("B", (3.5, None))], first="School"
    )

    assert ("School", "A", "B") == chart.columns
    assert (("x", "1", "3.5"), ("y", "2,000", "hidden")) == chart.rows


def test_a_line_never_bridges_a_hidden_value() -> None:
    """The line stops and starts again."""
    chart = charts.line("T", ["a", "b", "c", "d"], [Series("A", (1, None, 3, 4))])
    segments = [
        each for each in drawn(chart).iter(f"{SVG}line") if each.attrib["stroke"] == "#0b4f5a"
    ]

    assert 1 == len(segments)


def test_the_trend_is_the_least_squares_line() -> None:
    """Known numbers give the known answer; two points give none."""
    assert (2.0, 1.0) == slope((1, 3, 5))
    assert slope((1, None, 5)) is None
    falling = charts.line("T", ["a", "b", "c"], [Series("A", (9, 5, 1))], trend=True)
    assert "The trend is falling" in falling.description
    assert "Trend" in texts(falling)


def test_darker_means_more() -> None:
    """A heat map's steps follow its values, and none is white but nothing."""
    chart = charts.heat("T", ["r"], ["a", "b", "c", "d"], [[0, 1, 10, None]])
    fills = [each.attrib["fill"] for each in drawn(chart).iter(f"{SVG}rect")]

    assert ["#ffffff", "#e3f0ee", "#0b4f5a", "#ffffff"] == fills
    assert 1 == str(chart.svg).count("stroke-dasharray"), "hidden is not nothing"
    assert (("r", "0", "1", "10", "hidden"),) == chart.rows


def test_a_file_for_a_document_has_a_width_and_the_documents_typeface() -> None:
    """The same picture, with lengths across that a page gives and a document must be told."""
    file = charts.bars("T", [("a", 1)]).as_file(width=600, font="Noto Sans").decode()

    assert 'width="600"' in file.split(">")[0]
    assert 'font-family="Noto Sans"' in file


@pytest.mark.parametrize(
    "chart",
    [
        charts.bars("T", []),
        charts.stacked("T", [], [Series("A", ())]),
        charts.line("T", [], []),
        charts.line("T", ["a"], [Series("A", (None,))], trend=True),
        charts.heat("T", [], [], []),
        charts.bars("T", [("a", 0)]),
    ],
)
def test_a_chart_of_nothing_is_still_a_chart(chart: Chart) -> None:
    """A school in its first week gets a page, not an error."""
    assert "img" == drawn(chart).attrib["role"]


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
values = st.none() | st.integers(0, 10**6)


@given(st.lists(st.tuples(names, values), max_size=8))
def test_any_names_and_values_give_whole_xml(rows: list[tuple[str, int | None]]) -> None:
    """No name breaks the picture or becomes markup (R42)."""
    root = drawn(charts.bars("T", rows))

    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg", "title", "desc", "defs", "pattern", "path", "circle", "rect", "text",
    }  # fmt: skip


@given(st.integers(0, 10**9))
def test_ticks_are_round_and_reach_the_greatest(greatest: int) -> None:
    """From nothing to at least the greatest, about five of them."""
    made = ticks(greatest)

    assert made[0] == 0
    assert made[-1] >= greatest
    assert 3 <= len(made) <= 7


def test_long_labels_wrap_and_then_end_with_an_ellipsis() -> None:
    """A label never runs into the picture."""
    assert ["one two", "three\u2026"] == wrapped("one two three fourteen five", 66, most=2)
