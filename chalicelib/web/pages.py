"""Guarded routes: each declares who may use it, and nothing is served without that (R6).

A route is a path and one method. Its access guard turns the request into what the view gets (a
school's member of staff, a link's holder), or refuses. Errors become pages here and nowhere else.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from chalice.app import Blueprint
from chalice.app import Response as ChaliceResponse

from chalicelib.errors import AppError, SignInNeeded, TooMany
from chalicelib.observability import answered, count, failure, flush
from chalicelib.storage import tenants
from chalicelib.web import csrf, fairness, headers, render
from chalicelib.web.context import Visit, current, visiting
from chalicelib.web.http import Request, Response

T_co = TypeVar("T_co", covariant=True)
View = Callable[..., Response]
FORM = "application/x-www-form-urlencoded"
_PLAIN_WORDS = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Something went wrong - Holdfast</title></head>
<body><main><h1>Something went wrong</h1><p>Go back and try again in a minute.
If a child is in immediate danger, call 999.</p></main></body></html>
"""
GUARDED = ("school", "trust", "token")  # path parameters that guards read and views do not


class Access(Protocol[T_co]):
    """Who may use a route. `name` is how the role matrix calls it."""

    @property
    def name(self) -> str: ...

    def enter(self, request: Request) -> AbstractContextManager[T_co]:
        """Let the request in with the tenants it may touch; raises the error that refuses it."""
        ...


@dataclass(frozen=True)
class Public:
    """Anybody at all. Touches no tenant."""

    request: Request


@dataclass(frozen=True)
class _PublicAccess:
    name: str = "public"

    @contextmanager
    def enter(self, request: Request) -> Iterator[Public]:
        with tenants(()):
            yield Public(request)


def public() -> Access[Public]:
    """Access for pages that show nothing of any school."""
    return _PublicAccess()


@dataclass(frozen=True)
class Route:
    """A declared route, for the tests that walk them all."""

    method: str
    path: str
    access: str
    view: str


ROUTES: list[Route] = []
_planned: list[Route] = []
SignIn = Callable[[Request, SignInNeeded], Response]
_sign_in: list[SignIn] = []


def ask_sign_in_with(answer: SignIn) -> SignIn:
    """Say who answers when nobody is signed in; `app.py` names identity's own page."""
    _sign_in[:] = [answer]
    return answer


def plan(routes: Iterable[Route]) -> None:
    """Make routes known whose features are not imported yet (see `doors`)."""
    _planned[:] = routes


def known() -> Sequence[Route]:
    """Every route there is, whether its feature is imported or not."""
    return _planned or ROUTES


class Pages(Blueprint):
    """A feature's routes."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.paths: list[str] = []

    def get(self, path: str, *, access: Access[Any]) -> Callable[[View], View]:
        """A page. Must change nothing but its own audit line (R15, R21)."""
        return self._declare("GET", path, access, forged=False, content_types=["*/*"])

    def post(self, path: str, *, access: Access[Any]) -> Callable[[View], View]:
        """A form of ours being sent."""
        return self._declare("POST", path, access, forged=True, content_types=[FORM])

    def upload(self, path: str, *, access: Access[Any]) -> Callable[[View], View]:
        """A form of ours that brings a file (see `uploads`)."""
        types = [FORM, "multipart/form-data"]
        return self._declare("POST", path, access, forged=True, content_types=types)

    def hook(self, path: str, *, access: Access[Any]) -> Callable[[View], View]:
        """A machine posting: any content type; no cookie, so no CSRF token; raw bytes in `body`."""
        return self._declare("POST", path, access, forged=False, content_types=["*/*"])

    def options(self, path: str, *, access: Access[Any]) -> Callable[[View], View]:
        """A machine asking what it may send before it sends it. Must change nothing."""
        return self._declare("OPTIONS", path, access, forged=False, content_types=["*/*"])

    def _declare(
        self, method: str, path: str, access: Access[Any], *, forged: bool, content_types: list[str]
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            ROUTES.append(Route(method, path, access.name, f"{view.__module__}.{view.__name__}"))
            self.paths.append(path)

            def endpoint(**_: str) -> ChaliceResponse:
                request = Request.of(self.current_request.to_original_event())
                return _to_chalice(serve(request, access, view, check_forgery=forged))

            endpoint.__name__ = f"{method.lower()}_{view.__name__}"
            self.route(path, methods=[method], content_types=content_types)(endpoint)
            return view

        return register


def serve(
    request: Request, access: Access[Any], view: View, *, check_forgery: bool = False
) -> Response:
    """Answer one request: guard, view, error pages, headers. Never raises."""
    token, fresh = csrf.token(request)
    with visiting(Visit(request, token)) as visit:
        try:
            response = _guarded(request, access, view, check_forgery=check_forgery)
        except AppError as e:
            response = refusal(e)
        except Exception as e:  # noqa: BLE001  # the last wall: a page, and a log line without text
            failure("request failed", e, route=request.route)
            count("RequestFailed")
            response = refusal(AppError())
        if isinstance(response.body, str) and token in response.body:
            csrf.keep(response, fresh)
        answered(request.route, response.status)
        flush()
        return headers.finish(response, visit.nonce)


def _guarded(request: Request, access: Access[Any], view: View, *, check_forgery: bool) -> Response:
    others = {name: value for name, value in request.params.items() if name not in GUARDED}
    try:
        if check_forgery:
            csrf.check(request)
        with access.enter(request) as who:
            fairness.check(request)  # after the guard: a stranger cannot use up a school's share
            return view(who, **others)
    except SignInNeeded as e:
        if not _sign_in:
            raise
        return _sign_in[0](request, e)


def page(name: str, status: int = 200, **context: Any) -> Response:
    """The page `templates/pages/<name>.html`, within the chrome of the current request."""
    return _rendered(f"pages/{name}.html", status, context)


def error_page(error: AppError) -> Response:
    """The page of an error: says what happened and what to do, and nothing about whose it is."""
    status = error.status
    response = _rendered(f"errors/{status}.html", status, {"message": error.message})
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def refusal(error: AppError) -> Response:
    """The page of an error, or plain words when even that page cannot be made."""
    try:
        return error_page(error)
    except Exception as e:  # noqa: BLE001  # nothing else stands behind this
        failure("error page failed", e)
        return Response(error.status, _PLAIN_WORDS)


def _rendered(template: str, status: int, context: dict[str, Any]) -> Response:
    visit = current()
    body = render.render(
        template,
        chrome=visit.chrome,
        nonce=visit.nonce,
        csrf_token=visit.csrf_token,
        request_path=visit.request.path,
        **context,
    )
    return Response(status, body)


def _to_chalice(response: Response) -> ChaliceResponse:
    return ChaliceResponse(
        body=response.body, headers=response.headers, status_code=response.status
    )
