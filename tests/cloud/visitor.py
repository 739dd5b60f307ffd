"""The tests' browser-like client over HTTP, and the post that arrives a moment later."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from infra.local import mailbox
from infra.local.cloud import LocalCloud
from tests import doubles, pages

PATIENCE = 20.0  # seconds a mail may take: a queue, a cold start, a sender
SCHEDULED: Mapping[str, Any] = {  # what EventBridge sends when a schedule is due
    "version": "0",
    "id": "test",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-10-06T09:00:00Z",
    "region": "eu-west-2",
    "resources": [],
    "detail": {},
}


@dataclass
class Post:
    """The local mailbox, read as tests read their double."""

    cloud: LocalCloud

    def to(self, address: str) -> list[doubles.Mail]:
        """What this address got so far, oldest first."""
        return [_as_double(m) for m in reversed(self._all()) if address in m.to]

    def wait_for(self, address: str, count: int = 1) -> list[doubles.Mail]:
        """The address's mails once there are this many."""
        end = time.monotonic() + PATIENCE
        while len(found := self.to(address)) < count:
            if time.monotonic() > end:
                message = f"{address} got {len(found)} mails, not {count}"
                raise AssertionError(message)
            time.sleep(0.1)
        return found

    def deliver(self) -> None:
        """Run the deployed sweep now, instead of within the minute."""
        self.cloud.invoke("sweep", SCHEDULED)

    def _all(self) -> list[mailbox.Mail]:
        return self.cloud.mailbox.newest_first(limit=100_000)


@dataclass
class CloudSite(pages.Site):
    """`pages.Site` whose requests go through the front door of a running local cloud."""

    cloud: LocalCloud = field(kw_only=True)

    def another(self) -> "CloudSite":
        return CloudSite(cloud=self.cloud, mailbox=self.mailbox)

    @property
    def post_box(self) -> Post:
        return cast("Post", self.mailbox)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> pages.Answer:
        parts = urlsplit(path)
        sent = {"Accept": "text/html,*/*"} | dict(headers or {})
        if sent.get("Origin") == pages.ORIGIN:
            sent["Origin"] = self.cloud.public_url
        if self.cookies:  # Python's own jars never send Secure cookies over http
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("localhost", self.cloud.port, timeout=60)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body or None, sent)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        cookies = response.headers.get_all("Set-Cookie") or []
        self._keep(cookies)
        return pages.Answer(
            status=response.status,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=raw.decode(errors="replace"),
            raw=raw,
            cookies=cookies,
            path=path,
        )


def _as_double(mail: mailbox.Mail) -> doubles.Mail:
    fields: dict[str, Any] = {"headers": dict(mail.headers), "tags": dict(mail.tags)}
    return doubles.Mail(
        to=", ".join(mail.to),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        raw=b"",
        **fields,
    )
