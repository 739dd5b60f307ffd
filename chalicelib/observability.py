"""One logger and one metrics sink; constant messages, ids never names, no exception text (R44)."""

import traceback

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="holdfast", level="INFO", log_uncaught_exceptions=False)
metrics = Metrics(namespace="Holdfast", service="holdfast")


def count(name: str, value: int = 1) -> None:
    """Add to a metric without dimensions that could name a school or a person."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


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
