"""One version of a template."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.reports.layout import Layout


@dataclass(frozen=True)
class Version:
    """What it was, who made it so and when (UTC)."""

    layout: Layout
    by: str
    at: datetime
