"""The way in for mail on this machine: what SES does with an alert mail, done with the local cloud.

`curl --data-binary @mail.eml 'http://localhost:8000/_local/mail/in?to=ADDRESS'` puts the mail into
the bucket and its notice into the queue, and `receive_mail` does the rest. What SES would have
found out of the sender is said by `spf`, `dkim`, `dmarc` and `virus` (PASS unless given).
"""

import email
import email.policy
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from email.utils import getaddresses
from typing import Any

DOMAIN = "alerts.holdfast.example"
CHECKS = ("spf", "dkim", "dmarc", "spam", "virus")


class MailIn:
    """Takes mails in. `prefix` is what the stack's names begin with."""

    def __init__(self, client: Callable[[str], Any], prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def take(self, raw: bytes, to: Sequence[str], checks: Mapping[str, str]) -> list[str]:
        """Give a mail to the function that receives mails; the addresses it is for."""
        recipients = list(to) or _recipients(raw)
        key = f"in/{uuid.uuid4().hex}"
        self._client("s3").put_object(Bucket=self._bucket(), Key=key, Body=raw)
        sqs = self._client("sqs")
        queue = sqs.get_queue_url(QueueName=f"{self._prefix}mail-in")["QueueUrl"]
        notice = json.dumps(_notice(key, recipients, checks))
        sqs.send_message(QueueUrl=queue, MessageBody=notice)
        return recipients

    def _bucket(self) -> str:
        buckets = self._client("s3").list_buckets()["Buckets"]
        names: list[str] = [each["Name"] for each in buckets]
        return next(name for name in names if name.startswith(f"{self._prefix}mail-"))


def _recipients(raw: bytes) -> list[str]:
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    headers = [str(value) for name in ("to", "cc") for value in message.get_all(name, [])]
    return [address for _, address in getaddresses(headers) if address]


def _notice(key: str, recipients: Sequence[str], checks: Mapping[str, str]) -> dict[str, Any]:
    verdicts = {f"{name}Verdict": {"status": checks.get(name, "PASS")} for name in CHECKS}
    return {
        "notificationType": "Received",
        "mail": {"messageId": key.rpartition("/")[2], "destination": list(recipients)},
        "receipt": {
            "recipients": list(recipients),
            **verdicts,
            "action": {"type": "S3", "objectKey": key},
        },
    }
