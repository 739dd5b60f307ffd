"""The line of an answer is written straight, and reads as the logger's own lines do (P12, R44)."""

import json
import logging
import re

import pytest

from chalicelib.observability import answered, logger


class Kept(logging.Handler):
    """Lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.getLogger("holdfast").handlers[0].formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def test_an_answers_line_reads_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same names in the same order and the same clock; the trace where there is one."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0")
    kept = Kept()
    channel = logging.getLogger("holdfast")
    channel.addHandler(kept)
    try:
        logger.info("answered", extra={"route": "/x", "status": 200})
        answered("/x", 200)
    finally:
        channel.removeHandler(kept)

    [theirs, ours] = [json.loads(line) for line in kept.lines]
    stamp = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\+0000")
    assert set(theirs) == set(ours)
    assert all(stamp.fullmatch(line["timestamp"]) for line in (theirs, ours))
    changing = {"timestamp", "location"}
    assert {k: v for k, v in theirs.items() if k not in changing} == {
        k: v for k, v in ours.items() if k not in changing
    }
