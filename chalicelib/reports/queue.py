"""What the documents queue may ask for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.reports import build, copies
from chalicelib.reports.states import service as states


def take(body: Mapping[str, Any]) -> None:
    """Make the report of a message, or copy the figures that it says have changed."""
    if "figures" in body:
        on, at = date.fromisoformat(body["figures"]), clock.parse(body["at"])
        copies.copy_figures(SchoolId(body["tenant"]), on, changed_at=at)
        states.refresh(SchoolId(body["tenant"]))
    else:
        build.build(body["tenant"], body["job"])
