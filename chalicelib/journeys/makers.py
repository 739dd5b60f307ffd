"""Who writes the files that somebody asked for, by their kind."""

from chalicelib import work
from chalicelib.documents import build
from chalicelib.documents.model import Maker
from chalicelib.reports import queue as reports

DOCUMENTS: dict[str, Maker] = {}


def make(body: work.Body) -> None:
    """Do what a message of the documents queue asks for."""
    if "document" in body:
        build.build(body["tenant"], body["document"], DOCUMENTS)
    else:
        reports.take(body)
