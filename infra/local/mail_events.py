"""Carries the events of mail and of phones to where the template's rule sends them.

The bus takes events with an `aws.` source only from AWS itself, here too. So the rule's own pattern
is asked whether it wants the event, and its own target gets what the bus would have given it.
"""

import json
import logging
import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.ministack import REGION

MAIL, PHONES = "aws.ses", "aws.sms-voice"


class MailEvents:
    """Sends events one after another, behind the back of whoever made them."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client
        self._waiting: queue.SimpleQueue[tuple[str, str, Mapping[str, Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._work, daemon=True, name="mail-events")
        self._thread.start()

    def publish(self, source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Put one event on the bus as AWS's mail or its phones would."""
        self._waiting.put((source, detail_type, detail))

    def close(self) -> None:
        """Stop once what waits is sent."""
        self._waiting.put(None)
        self._thread.join(5)

    def _work(self) -> None:
        while (event := self._waiting.get()) is not None:
            try:
                self._send(*event)
            except Exception:
                logging.getLogger(__name__).exception("an event was not delivered")

    def _send(self, source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": "000000000000",
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [],
            "detail": detail,
        }
        body = json.dumps(event)
        events, sqs = self._client("events"), self._client("sqs")
        for rule in events.list_rules()["Rules"]:
            pattern = rule.get("EventPattern", "")
            if pattern and events.test_event_pattern(EventPattern=pattern, Event=body)["Result"]:
                for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
                    name = target["Arn"].rsplit(":", 1)[1]
                    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
                    sqs.send_message(QueueUrl=url, MessageBody=body)
