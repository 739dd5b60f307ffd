"""One logger and one metrics sink; constant messages, ids never names, no exception text (R44)."""

import json
import logging
import traceback
from datetime import UTC, datetime

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib import config


class _Lines(LambdaPowertoolsFormatter):
    """Powertools' lines; one that is written out already passes as it is."""

    def format(self, record: logging.LogRecord) -> str:
        return getattr(record, "ready", "") or super().format(record)


logger = Logger(
    service="holdfast", level="INFO", log_uncaught_exceptions=False, logger_formatter=_Lines()
)
metrics = Metrics(namespace="Holdfast", service="holdfast")


def count(name: str, value: int = 1) -> None:
    """Add to a metric without dimensions that could name a school or a person."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def answered(route: str, status: int) -> None:
    """One line an answer, as the logger would write it, whose own way costs too much (P12)."""
    now = datetime.now(UTC)
    line: dict[str, object] = {
        "level": "INFO",
        "location": "answered",
        "message": "answered",
        "timestamp": f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d}+0000",
        "service": "holdfast",
        "route": route,
        "status": status,
    }
    if trace := config.trace():
        line["xray_trace_id"] = trace.split(";")[0].removeprefix("Root=")
    record = logging.LogRecord("holdfast", logging.INFO, "", 0, "answered", None, None)
    record.ready = _encode(line)
    _channel.handle(record)


_channel = logging.getLogger("holdfast")
_encode = json.JSONEncoder(separators=(",", ":")).encode
# None of these stands in a line of ours.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def flush() -> None:
    """Write out what was counted, at the end of an invocation: Lambda freezes the process then."""
    if metrics.metric_set:
        metrics.flush_metrics()


def failure(what: str, error: BaseException, **fields: str) -> None:
    """Log an exception as its type and place only: its text may hold a child's name (R44)."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "unknown"
    known = {"error_type": type(error).__name__, "error_place": place}
    logger.error(what, extra=known | fields)
