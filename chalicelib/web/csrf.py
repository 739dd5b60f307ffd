"""No form of another site acts in a person's name (R15).

Every unsafe request must come from our own pages as the browser itself says (`Sec-Fetch-Site`,
else `Origin`), and must carry a token bound to the visitor's cookie: the session's where there is
one, else a random visit cookie that a page with a form sets.
"""

import hmac
from urllib.parse import urlsplit

from chalicelib import config, ids
from chalicelib.errors import BadRequest
from chalicelib.web.http import Request, Response

SESSION_COOKIE = "__Host-session"
VISIT_COOKIE = "__Host-visit"
FIELD = "csrf_token"


class Forged(BadRequest):
    status = 403
    message = "This form was open too long or came from elsewhere. Reload the page, then send it."


def token(request: Request) -> tuple[str, str]:
    """The token for this visitor's forms, and a visit cookie to set (empty when none is needed)."""
    visit = bound_to(request)
    fresh = "" if visit else ids.secret()
    return _token(visit or fresh), fresh


def check(request: Request) -> None:
    """Refuse a request that did not come from a form of ours. Raises Forged."""
    site = request.headers.get("sec-fetch-site", "")
    if site and site != "same-origin":
        raise Forged
    if not site and request.headers.get("origin", "") != _origin():
        raise Forged
    visit = bound_to(request)
    given = request.form.get(FIELD, "")
    if not visit or not hmac.compare_digest(given.encode(), _token(visit).encode()):
        raise Forged


def keep(response: Response, fresh: str) -> None:
    """Set the visit cookie that a page's token is bound to."""
    if fresh:
        response.set_cookie(VISIT_COOKIE, fresh)


def bound_to(request: Request) -> str:
    """The secret of this visitor's cookie: the session's, else the visit's; empty for neither."""
    return request.cookies.get(SESSION_COOKIE) or request.cookies.get(VISIT_COOKIE) or ""


def _token(visit: str) -> str:
    return ids.digest(f"csrf|{visit}")


def _origin() -> str:
    parts = urlsplit(config.public_url())
    return f"{parts.scheme}://{parts.netloc}"
