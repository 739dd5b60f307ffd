"""The door for senders: `POST /hooks/{token}`, in the words of alerts.md section 8."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib import ids
from chalicelib.alerts.service import receiving
from chalicelib.alerts.service.receiving import Post, Reply
from chalicelib.observability import count, failure
from chalicelib.storage import tenants
from chalicelib.web import Access, Pages, Public, Request, Response, public

pages = Pages(__name__)
_RETRY_AFTER = "60"
_NO_TENANT = "0" * ids.TENANT_LENGTH


class _HookAccess:
    """Anybody may knock. The address says which school's table is looked into, and proves nothing.

    An address of no possible shape is looked up like any other, so that it takes as long.
    """

    name = "hook"

    @contextmanager
    def enter(self, request: Request) -> Iterator[Post]:
        token = request.params.get("token", "")
        tenant, _, secret = token.partition(".")
        known = tenant if ids.is_tenant(tenant) and secret else _NO_TENANT
        with tenants({known}):
            yield Post(known, ids.digest(token), request.headers, request.body)


def hook() -> Access[Post]:
    """Access by an address of which the tables keep a digest; the gate does the rest."""
    return _HookAccess()


@pages.get("/hooks/{token}", access=public())
def not_by_browser(_: Public) -> Response:
    """Undefined methods are the gateway's to answer, with 403; senders are owed a 405."""
    return Response(405, "", {"Content-Type": "application/json", "Allow": "POST"})


@pages.hook("/hooks/{token}", access=hook())
def receive(post: Post) -> Response:
    return _response(_taken(post))


def _taken(post: Post) -> Reply:
    """Whatever fails before a body is durable: the sender hears that trying again is right."""
    try:
        return receiving.take(post)
    except Exception as error:  # noqa: BLE001  # 503 is the one answer that senders try again on
        failure("alert not taken in", error)
        count("AlertNotTakenIn")
        return Reply(503, {"status": "unavailable"})


def _response(reply: Reply) -> Response:
    body = json.dumps(reply.says) if reply.says else ""
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json"}
    if reply.status == 503:
        headers["Retry-After"] = _RETRY_AFTER
    return Response(reply.status, body, headers)
