"""Lines of comma-separated columns without names: Umbrella's, Palo Alto's and Skyhigh's.

Which column is which is the vendor's own order; the reader of that vendor names them.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.alerts.formats.record import Record, Shape


def columns(record: Record) -> list[str]:
    """The columns of a line, without a syslog header; none for what is no such line."""
    if record.shape not in {Shape.TEXT, Shape.KEY_VALUE} or "," not in record.raw:
        return []
    text = record.raw.strip()
    if text.startswith("<"):
        text = text.partition(">")[2]
    header, quote, rest = text.partition('"')
    if quote and header.endswith(" ") and "," not in header:
        text = quote + rest
    try:
        return next(csv.reader(io.StringIO(text, newline=""), skipinitialspace=True), [])
    except csv.Error:
        return []


def named(record: Record, names: Sequence[str], cells: Sequence[str]) -> Record:
    """The record under its columns' names; older editions have fewer columns."""
    return replace(record, fields=dict(zip(names, cells, strict=False)))
