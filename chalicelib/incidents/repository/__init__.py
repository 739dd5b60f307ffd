"""Where incidents stand in the table: keys, conditions, and the model to rows and back."""

from chalicelib.incidents.repository.index import cards
from chalicelib.incidents.repository.lines import LogPage, latest, lines_of, records_between
from chalicelib.incidents.repository.parts import of_record as parts_of
from chalicelib.incidents.repository.parts import put as put_part
from chalicelib.incidents.repository.people import Appearance, appearances
from chalicelib.incidents.repository.records import (
    Stored,
    add,
    every_record,
    history,
    load,
    load_some,
    load_whole,
    load_with_history,
    save,
)
from chalicelib.incidents.repository.reporters import OwnReport, own_report, own_reports

__all__ = [
    "Appearance",
    "LogPage",
    "OwnReport",
    "Stored",
    "add",
    "appearances",
    "cards",
    "every_record",
    "history",
    "latest",
    "lines_of",
    "load",
    "load_some",
    "load_whole",
    "load_with_history",
    "own_report",
    "own_reports",
    "parts_of",
    "put_part",
    "records_between",
    "save",
]
