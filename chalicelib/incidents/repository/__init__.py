"""Where incidents stand in the table: keys, conditions, and the model to rows and back."""

from chalicelib.incidents.repository.lines import List, LogPage, lists_of, log
from chalicelib.incidents.repository.records import (
    Stored,
    add,
    history,
    load,
    load_with_history,
    save,
)
from chalicelib.incidents.repository.reporters import OwnReport, own_report, own_reports

__all__ = [
    "List",
    "LogPage",
    "OwnReport",
    "Stored",
    "add",
    "history",
    "lists_of",
    "load",
    "load_with_history",
    "log",
    "own_report",
    "own_reports",
    "save",
]
