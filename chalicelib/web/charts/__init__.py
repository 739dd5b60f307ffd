"""Charts drawn on the server, legible in grey, each with the table behind it.

Page and document share them: `components/charts.html` shows a `Chart`, `Chart.as_file` is for
documents. Colours differ in lightness, later series carry a texture, and every value is written.
"""

from chalicelib.web.charts.bars import bars, grouped, stacked
from chalicelib.web.charts.heat_map import heat
from chalicelib.web.charts.lines import line
from chalicelib.web.charts.model import Chart, Series, Value
from chalicelib.web.charts.spark import spark

__all__ = ["Chart", "Series", "Value", "bars", "grouped", "heat", "line", "spark", "stacked"]
