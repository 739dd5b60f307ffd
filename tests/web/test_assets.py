"""Static files: named by content, only what was built is served, colours that can be read."""

import gzip
import json
import re
from pathlib import Path

import pytest

from chalicelib.web import assets, charts, render
from chalicelib.web.charts import canvas, heat_map, lines
from infra.assets import build
from tests.web import gallery

PALETTE = dict(
    re.findall(r"\$([\w-]+): (#[0-9a-f]{6});", (build.HERE / "styles/_palette.scss").read_text())
)


def test_the_style_sheet_is_served_by_its_hashed_name() -> None:
    """What a page links to is what the route finds."""
    name = assets.hashed_name("holdfast.css")
    found = assets.read(name)

    assert found is not None
    assert "text/css; charset=utf-8" == found[1]
    assert re.fullmatch(r"holdfast\.[0-9a-f]{16}\.css", name)


@pytest.mark.parametrize(
    "name", ["holdfast.css", "manifest.json", "../assets.py", "..%2fassets.py", "", "/etc/passwd"]
)
def test_nothing_else_is_served(name: str) -> None:
    """Only names in the manifest exist, so no path can lead anywhere else."""
    assert assets.read(name) is None


def test_unbuilt_files_say_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing build is told, not shown as a page without style."""
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assets._manifest.cache_clear()
    try:
        with pytest.raises(assets.NotBuilt):
            assets.hashed_name("holdfast.css")
    finally:
        assets._manifest.cache_clear()


def test_a_build_is_repeatable_and_removes_what_is_old(tmp_path: Path) -> None:
    """The same sources give the same names; a name of before goes."""
    (tmp_path / "holdfast.0000000000000000.css").write_text("old")

    first = build.build(tmp_path)

    assert build.build(tmp_path) == first
    assert json.loads((tmp_path / "manifest.json").read_text()) == first
    assert {*first.values(), "manifest.json"} == {path.name for path in tmp_path.iterdir()}


def test_the_script_imports_the_hashed_module_beside_it() -> None:
    """Imports inside scripts are renamed with the files."""
    content, _ = assets.read(assets.hashed_name("holdfast.js")) or (b"", "")

    assert f'from "./{assets.hashed_name("govuk-frontend.js")}"'.encode() in content


def test_the_style_sheet_fetches_nothing_and_names_no_reserved_typeface() -> None:
    """No data: or remote address, no GDS Transport, no crest: the policy and GOV.UK both ask so."""
    content, _ = assets.read(assets.hashed_name("holdfast.css")) or (b"", "")
    styles = content.decode()

    assert "url(" not in styles
    assert "@import" not in styles
    assert "GDS Transport" not in styles
    assert "@font-face" not in styles


def test_the_style_sheet_stays_small() -> None:
    """Every page waits for it: 20 KB compressed at most."""
    content, _ = assets.read(assets.hashed_name("holdfast.css")) or (b"", "")

    assert len(gzip.compress(content)) < 24_000


def test_every_class_of_ours_in_a_template_is_styled() -> None:
    """A mistyped class shows here instead of on a page."""
    content, _ = assets.read(assets.hashed_name("holdfast.css")) or (b"", "")
    styled = set(re.findall(r"\.(hf-[\w-]+)", content.decode()))
    used = set()
    for path in render.SOURCES.rglob("*.html"):
        for classes in re.findall(r'class="([^"]+)"', path.read_text()):
            plain = re.sub(r"{{.*?(}}|$)", "*", re.sub(r"{%.*?%}", " ", classes))
            used |= {name for name in plain.split() if name.startswith("hf-") and "*" not in name}

    assert set() == used - styled - UNSTYLED


# Names that only mark a place, for scripts and tests.
UNSTYLED = {
    "hf-blank__lines",
    "hf-differences",
    "hf-languages__link",
    "hf-register__what",
    "hf-table__short",
    "hf-error",
    "hf-footer__inner",
    "hf-hero__picture",
    "hf-hero__words",
    "hf-page",
    "hf-progress__note",
    "hf-promise",
    "hf-table--numbers",
    "hf-table__name",
    "hf-tabs__item",
    "hf-timeline__item--teal",
}


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours."""
    lights = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        *[(text, back) for text in ("ink", "ink-soft", "link", "link-visited", "red", "green")
          for back in ("paper", "white", "sand")],
        ("ink", "teal-pale"), ("link", "teal-pale"), ("ink", "amber-pale"), ("ink", "focus"),
        ("paper", "deep"), ("paper", "deep-line"), ("white", "teal"), ("white", "red"),
        ("ink", "ochre"), ("ink", "green-pale"),
        *[(f"{name}-dark", f"{name}-pale")
          for name in ("grey", "blue", "teal", "green", "amber", "red", "purple")],
    ],
)  # fmt: skip
def test_text_can_be_read_on_what_it_stands_on(text: str, back: str) -> None:
    """At least 4.5 to 1 for every pair in use (WCAG 1.4.3)."""
    assert contrast(PALETTE[text], PALETTE[back]) >= 4.5


@pytest.mark.parametrize("back", ["paper", "white", "sand"])
def test_the_edges_of_inputs_can_be_seen(back: str) -> None:
    """At least 3 to 1 (WCAG 1.4.11)."""
    assert contrast(PALETTE["stone"], PALETTE[back]) >= 3


def test_charts_can_be_told_apart_in_grey() -> None:
    """Neighbouring series differ in lightness by 1.4 to 1; text on them is readable."""
    for one, other in zip(canvas.FILLS, canvas.FILLS[1:], strict=False):
        assert contrast(one, other) >= 1.4
    for fill, text in zip(canvas.FILLS, canvas.ON_FILLS, strict=True):
        assert contrast(fill, text) >= 4.5
    for colour in lines._COLOURS:
        assert contrast(colour, canvas.PAPER) >= 4.5
    for step, fill in enumerate(heat_map._STEPS):
        assert contrast(fill, canvas.PAPER if step >= 5 else canvas.INK) >= 4.5


def test_charts_need_no_style_rule() -> None:
    """Attributes only: the security policy refuses inline styles."""
    for chart in gallery.some_charts():
        assert isinstance(chart, charts.Chart)
        assert "style=" not in chart.svg
        assert "class=" not in chart.svg
