"""Guarded routes: nothing served without an access, every error a page, nothing left behind."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.storage import guard, tenants
from chalicelib.web import Pages, Response, context, pages, public, render
from chalicelib.web.http import Request
from tests.doubles import FrozenClock
from tests.pages import Answer, Site

SCHOOL = "0123456789abcdef"
SECRET = "Zebedee Example"


def a_request(method: str = "GET", path: str = "/s/x", **more: Any) -> Request:
    event = {
        "headers": {},
        "pathParameters": {},
        "requestContext": {"resourcePath": path, "httpMethod": method},
        "body": None,
        **more,
    }
    return Request.of(event)


@dataclass(frozen=True)
class Somebody:
    """Access that lets anybody in, as a school's guard would."""

    name: str = "school:TEST"

    @contextmanager
    def enter(self, _request: Request) -> Iterator[str]:
        with tenants({SCHOOL}):
            yield "who"


def serve(view: Any, request: Request | None = None, access: Any = None) -> Response:
    return pages.serve(request or a_request(), access or Somebody(), view)


class Lines(logging.Handler):
    """What was logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        logger = logging.getLogger("holdfast")
        self.setFormatter(logger.handlers[0].formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines = Lines()
    logging.getLogger("holdfast").addHandler(lines)
    yield lines.lines
    logging.getLogger("holdfast").removeHandler(lines)


# --- access ------------------------------------------------------------------------------------


def test_a_view_is_called_with_what_its_access_gives(clock: FrozenClock) -> None:
    """And with the path's other parameters by name; those that guards read are kept from it."""
    seen: dict[str, Any] = {}

    def view(who: str, **others: str) -> Response:
        seen.update(who=who, scope=guard.current(), **others)
        return Response(200, "ok")

    request = a_request(
        path="/s/{school}/incidents/{incident}",
        pathParameters={"school": SCHOOL, "incident": "01", "trust": "t", "token": "x"},
    )
    answer = serve(view, request)

    assert (200, "ok") == (answer.status, answer.body)
    assert {"who": "who", "incident": "01", "scope": guard.Scope(frozenset({SCHOOL}))} == seen


def test_a_route_cannot_be_declared_without_an_access() -> None:
    """Forgetting it is an error at import, not a page for everybody (R6)."""
    for declare in (Pages("x").get, Pages("x").post, Pages("x").hook):
        with pytest.raises(TypeError):
            declare("/s/{school}/secrets")  # type: ignore[call-arg]


def test_a_public_page_touches_no_tenant(clock: FrozenClock) -> None:
    """Its scope is empty, not absent: a read of any school is refused."""
    scopes = []

    def view(_who: Any) -> Response:
        scopes.append(guard.current())
        return Response()

    serve(view, access=public())

    assert [guard.Scope(frozenset())] == scopes


def test_a_refusal_of_the_access_never_reaches_the_view(clock: FrozenClock) -> None:
    """The guard decides before anything of the feature runs."""

    class Closed(Somebody):
        @contextmanager
        def enter(self, _request: Request) -> Iterator[str]:
            raise errors.NotAllowed
            yield ""

    answer = serve(lambda _who: pytest.fail("reached"), access=Closed())

    assert 403 == answer.status


# --- nothing stays (R8) ------------------------------------------------------------------------

FAILURES: list[type[BaseException]] = [errors.NotFound, ZeroDivisionError, KeyboardInterrupt]


@pytest.mark.parametrize("failure", FAILURES)
def test_nothing_of_a_request_outlives_it(failure: type[BaseException], clock: FrozenClock) -> None:
    """Whatever a handler raises, the next request finds no tenant and no visit."""

    def view(_who: str) -> Response:
        assert guard.current() is not None
        assert context.current()
        raise failure

    with suppress(KeyboardInterrupt):
        serve(view)

    assert guard.current() is None
    with pytest.raises(LookupError):
        context.current()


# --- errors ------------------------------------------------------------------------------------


def _below(kind: type[errors.AppError]) -> Iterator[type[errors.AppError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _below(each)


OURS = [each for each in _below(errors.AppError) if each.__module__ == errors.__name__]


def _made(kind: type[errors.AppError]) -> errors.AppError:
    return kind({}) if kind is errors.Invalid else kind()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_of_ours_is_a_page_of_ours(
    kind: type[errors.AppError], clock: FrozenClock
) -> None:
    """With its status, one heading, what happened and what to do."""

    def view(_who: str) -> Response:
        raise _made(kind)

    sign_in, pages._sign_in[:] = list(pages._sign_in), []
    try:
        answer = serve(view)
    finally:
        pages._sign_in[:] = sign_in

    assert kind.status == answer.status
    assert isinstance(answer.body, str) and 1 == answer.body.count("<h1")
    assert "Content-Security-Policy" in answer.headers


def test_every_status_there_can_be_has_a_page(site: Site) -> None:
    """API Gateway's own, and that of every error of any feature."""
    import app

    assert app.app.routes
    gateway = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}
    for status in gateway | {each.status for each in _below(errors.AppError)}:
        assert (render.SOURCES / "errors" / f"{status}.html").exists()


def test_a_wait_is_told_to_machines_too(clock: FrozenClock) -> None:
    """429 carries Retry-After in seconds."""

    def view(_who: str) -> Response:
        raise errors.TooMany(90)

    answer = serve(view)

    assert (429, "90") == (answer.status, answer.headers["Retry-After"])


def test_whoever_needs_to_sign_in_is_shown_the_way(clock: FrozenClock) -> None:
    """What `app.py` handed in answers; the error alone is a page as well."""

    def view(_who: str) -> Response:
        raise errors.SignInNeeded("/s/x")

    before = list(pages._sign_in)
    pages.ask_sign_in_with(
        lambda _request, needed: Response(303, "", {"Location": needed.next_path})
    )
    try:
        answer = serve(view)
    finally:
        pages._sign_in[:] = before

    assert (303, "/s/x") == (answer.status, answer.headers["Location"])


def test_asking_to_sign_in_may_fail_too(clock: FrozenClock) -> None:
    """Keeping a sent form needs the tables: when they do not answer, that is what is said."""

    def view(_who: str) -> Response:
        raise errors.SignInNeeded("/s/x")

    def fails(_request: Request, _needed: errors.SignInNeeded) -> Response:
        raise errors.Unavailable

    before = list(pages._sign_in)
    pages.ask_sign_in_with(fails)
    try:
        answer = serve(view)
    finally:
        pages._sign_in[:] = before

    assert 503 == answer.status


def test_when_even_the_error_page_fails_there_are_words(
    clock: FrozenClock, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With our headers, and the exception's text in neither the page nor the log."""

    def fails(*_: object, **__: object) -> str:
        raise ValueError(SECRET)

    monkeypatch.setattr(render, "render", fails)
    answer = serve(lambda _who: pages.page("public/home"))

    assert 500 == answer.status
    assert "<h1>Something went wrong</h1>" in str(answer.body)
    assert "Content-Security-Policy" in answer.headers
    assert SECRET not in str(answer.body) + "".join(logged)


def test_what_nobody_foresaw_is_a_page_that_tells_nothing(
    clock: FrozenClock, logged: list[str]
) -> None:
    """The message of an exception may hold a child's name: neither page nor log has it (R44)."""

    def view(_who: str) -> Response:
        raise ValueError(f"no such pupil: {SECRET}")

    answer = serve(view)
    line = json.loads(logged[0])

    assert 500 == answer.status
    assert SECRET not in str(answer.body) and SECRET not in "".join(logged)
    assert ("ValueError", "/s/x") == (line["error_type"], line["route"])
    assert line["error_place"].startswith("test_pages.py:")


def test_a_log_line_is_one_line(clock: FrozenClock, logged: list[str]) -> None:
    """Whatever stands in a path: nobody writes a second entry into the log."""

    def view(_who: str) -> Response:
        raise ZeroDivisionError

    serve(view, a_request(path='/s/x\n{"level":"ERROR"}'))

    assert ["request failed", "answered"] == [json.loads(each)["message"] for each in logged]
    assert not [each for each in logged if "\n" in each]


# --- cookies of a visit ------------------------------------------------------------------------


def cookies(answer: Response) -> list[str]:
    found = answer.headers.get("Set-Cookie", [])
    assert isinstance(found, list)
    return found


def with_form(_who: str) -> Response:
    return Response(200, f"<form>{context.current().csrf_token}</form>")


def test_a_page_with_a_form_gives_its_visitor_a_cookie(clock: FrozenClock) -> None:
    """The token in the page is bound to it; it is for our host, our scripts never see it."""
    answer = serve(with_form)

    (cookie,) = cookies(answer)
    assert cookie.startswith("__Host-visit=")
    assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")


def test_a_page_without_a_form_sets_nothing(clock: FrozenClock) -> None:
    """Nor does a file."""
    assert [] == cookies(serve(lambda _who: Response(200, "plain")))
    assert [] == cookies(serve(lambda _who: Response(200, b"bytes")))


@pytest.mark.parametrize("cookie", ["__Host-visit=abc", "__Host-session=abc"])
def test_a_visitor_with_a_cookie_keeps_it(cookie: str, clock: FrozenClock) -> None:
    """The token is bound to what the browser has already."""
    answer = serve(with_form, a_request(headers={"Cookie": cookie}))

    assert [] == cookies(answer)


# --- the whole application ---------------------------------------------------------------------


def test_no_two_answers_share_a_nonce(site: Site) -> None:
    """A thousand answers, a thousand nonces of 128 bits (ten thousand in the long form)."""
    nonces = {nonce_of(site.request("GET", "/health")) for _ in range(1000)}

    assert 1000 == len(nonces)
    assert all(len(nonce) >= 22 for nonce in nonces)


@pytest.mark.long
def test_no_two_of_ten_thousand_answers_share_a_nonce(site: Site) -> None:
    """R41's own figure."""
    assert 10_000 == len({nonce_of(site.request("GET", "/health")) for _ in range(10_000)})


def nonce_of(answer: Answer) -> str:
    return answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]


def test_the_stored_list_of_routes_is_what_chalice_serves(site: Site) -> None:
    """Nothing is routed past `Pages`: every (method, path) of the app was declared with access."""
    import app

    served = {(method, path) for path, methods in app.app.routes.items() for method in methods}

    assert served == {(route.method, route.path) for route in pages.ROUTES}
    assert len(served) == len(pages.ROUTES)
