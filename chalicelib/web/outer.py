"""The answers Chalice gives by itself (wrong method, wrong type), made ours (R41).

Its middleware sees every response but no exception, which `pages.serve` has dealt with by then.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Response as ChaliceResponse

from chalicelib.errors import AppError, BadRequest
from chalicelib.web import headers
from chalicelib.web.context import Visit, visiting
from chalicelib.web.http import Request
from chalicelib.web.pages import refusal


class _WrongMethod(AppError):
    status = 405
    message = "That page cannot be used in that way. Go back and try again."


class _WrongType(AppError):
    status = 415
    message = "We could not read what was sent. Go back, reload the page and try again."


_BY_STATUS: Mapping[int, type[AppError]] = {400: BadRequest, 405: _WrongMethod, 415: _WrongType}


def own_errors(
    event: Any,
    get_response: Callable[[Any], ChaliceResponse],
) -> ChaliceResponse:
    """Middleware: an answer without our headers was Chalice's, and gets our page instead."""
    response = get_response(event)
    if "Content-Security-Policy" in response.headers:
        return response
    error = _BY_STATUS.get(response.status_code, AppError)()
    with visiting(Visit(Request.of(event.to_original_event()), "")) as visit:
        made = headers.finish(refusal(error), visit.nonce)
    if allow := response.headers.get("Allow"):
        made.headers["Allow"] = allow
    return ChaliceResponse(body=made.body, headers=made.headers, status_code=made.status)
