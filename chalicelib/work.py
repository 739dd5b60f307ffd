"""What every queue-fed function does with its batch: one bad message never fails the good ones."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.observability import count, failure, flush, logger

Body = Mapping[str, Any]
Failures = dict[str, list[dict[str, str]]]


def each(event: Mapping[str, Any], do: Callable[[Body], object]) -> Failures:
    """Call `do` with every message's JSON; gives the partial-batch answer SQS retries by (R33).

    A message that fails goes back to its queue, and to the dead-letter queue in the end.
    """
    failed = []
    for record in event.get("Records", []):
        try:
            do(json.loads(record["body"]))
        except Exception as e:  # noqa: BLE001  # the queue is what tries again
            failure("message failed", e, queue_message=str(record.get("messageId", "")))
            count("MessageFailed")
            failed.append({"itemIdentifier": str(record.get("messageId", ""))})
    logger.info("batch done", extra={"failed": len(failed)})
    flush()
    return {"batchItemFailures": failed}
