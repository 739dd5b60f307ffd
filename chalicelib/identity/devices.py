"""Devices on which one only reports: a phone of one's own, that shows no record (S71).

The mark is a cookie of the browser. A session that begins there keeps it, whatever becomes of the
cookie; to read on that device again, one confirms who one is and takes the mark away.
"""

from chalicelib.web import Request, Response

COOKIE = "__Host-device"
_SUBMIT_ONLY = "submit-only"
_SECONDS = 400 * 24 * 3600  # as long as browsers keep one


def is_submit_only(request: Request) -> bool:
    return request.cookies.get(COOKIE) == _SUBMIT_ONLY


def mark(response: Response) -> Response:
    response.set_cookie(COOKIE, _SUBMIT_ONLY, seconds=_SECONDS)
    return response


def unmark(response: Response) -> Response:
    response.drop_cookie(COOKIE)
    return response
