"""API Gateway's own error pages, made from ours.

An unknown path, a body too large or a function out of time never reaches the application. The
gateway then answers with these: our error pages without their scripts, and our headers (R41).
"""

import re
from collections.abc import Mapping
from typing import Any

# Where PUBLIC_URL will stand: the real one is a parameter of the template.
MARK = "/0public0url0"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
NOT_FOUND = "We could not find that page."
# The gateway's name for what happened: the status we give it, whose page, and what it says.
PAGES: Mapping[str, tuple[int | None, int, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": (404, 404, NOT_FOUND),  # the gateway's word for no such route
    "RESOURCE_NOT_FOUND": (404, 404, NOT_FOUND),
    "REQUEST_TOO_LARGE": (413, 413, "That is too much to send at once."),
    "UNSUPPORTED_MEDIA_TYPE": (415, 415, "We could not read what was sent."),
    "THROTTLED": (429, 429, "Too many requests. Wait a minute and try again."),
    "QUOTA_EXCEEDED": (429, 429, "Too many requests. Wait a minute and try again."),
    "INTEGRATION_TIMEOUT": (
        504,
        500,
        "That took too long. Check whether it was saved before you send it again.",
    ),
    "DEFAULT_4XX": (None, 400, "We could not read what was sent."),
    "DEFAULT_5XX": (None, 500, "Something went wrong on our side."),
}


def responses() -> dict[str, Any]:
    """The GatewayResponses of the template. Wants PUBLIC_URL to end in MARK."""
    from chalicelib.web import headers

    given = headers.ALWAYS | {
        "Cache-Control": headers.NO_STORE,
        "Content-Security-Policy": POLICY,
        "Content-Type": "text/html; charset=utf-8",
    }
    quoted = {name: f"'{value}'" for name, value in sorted(given.items())}
    made: dict[str, Any] = {}
    for kind, (status, page, message) in PAGES.items():
        body = {"Fn::Sub": _page(page, message)}
        made[kind] = {
            "ResponseParameters": {"Headers": quoted},
            # The gateway chooses by Accept; whatever was asked for, this is the answer.
            "ResponseTemplates": {"application/json": body, "text/html": body},
        } | ({"StatusCode": status} if status else {})
    return made


def _page(status: int, message: str) -> str:
    from chalicelib.web import render
    from chalicelib.web.navigation import Chrome

    page = render.render(
        f"errors/{status}.html",
        chrome=Chrome(),
        nonce="",
        csrf_token="",
        request_path="/",
        message=message,
    )
    without_scripts = re.sub(r"<script\b.*?</script>\s*", "", page, flags=re.DOTALL)
    return without_scripts.replace("${", "${!").replace(MARK, "${PublicUrl}")
