"""The door for senders: `POST /hooks/{token}`, in the words of alerts.md section 8."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib import config, ids
from chalicelib.alerts.service import pace, receiving
from chalicelib.alerts.service.receiving import Post, Reply
from chalicelib.observability import count, failure
from chalicelib.storage import tenants
from chalicelib.web import Access, Pages, Public, Request, Response, public

pages = Pages(__name__)
_RETRY_AFTER = 60
_ORIGIN = re.compile(r"[\w.:*\-]{1,253}", re.ASCII)
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
            address = f"{config.public_url()}/hooks/{token}"
            digest = ids.digest(token)
            yield Post(known, digest, request.headers, request.body, request.query, address)


def hook() -> Access[Post]:
    """Access by an address of which the tables keep a digest; the gate does the rest."""
    return _HookAccess()


@pages.get("/hooks/{token}", access=public())
def not_by_browser(_: Public) -> Response:
    """Undefined methods are the gateway's to answer, with 403; senders are owed a 405."""
    return Response(405, "", {"Content-Type": "application/json", "Allow": "POST, OPTIONS"})


@pages.options("/hooks/{token}", access=hook())
def shake_hands(post: Post) -> Response:
    """CloudEvents asks before it sends: yes, and how many a minute. Unknown addresses get 404."""
    reply = _answered(receiving.shake_hands, post)
    response = _response(reply)
    origin = post.headers.get("webhook-request-origin", "")
    if reply.status == 200:
        response.headers["Allow"] = "POST, OPTIONS"
        if _ORIGIN.fullmatch(origin):
            response.headers["WebHook-Allowed-Origin"] = origin
            response.headers["WebHook-Allowed-Rate"] = str(pace.A_MINUTE)
    return response


@pages.hook("/hooks/{token}", access=hook())
def receive(post: Post) -> Response:
    return _response(_answered(receiving.take, post))


def _answered(do: Callable[[Post], Reply], post: Post) -> Reply:
    """Whatever fails before a body is durable: the sender hears that trying again is right."""
    try:
        return do(post)
    except Exception as error:  # noqa: BLE001  # 503 is the one answer that senders try again on
        failure("alert not taken in", error)
        count("AlertNotTakenIn")
        return Reply(503, {"status": "unavailable"}, retry_after=_RETRY_AFTER)


def _response(reply: Reply) -> Response:
    body = reply.text or (json.dumps(reply.says) if reply.says else "")
    kind = "text/plain; charset=utf-8" if reply.text else "application/json"
    headers: dict[str, str | list[str]] = {"Content-Type": kind}
    if reply.retry_after:
        headers["Retry-After"] = str(reply.retry_after)
    return Response(reply.status, body, headers)
