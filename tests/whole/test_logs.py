"""Nothing that anybody typed is ever logged, whatever fails in whatever handler (R44)."""

import json
import logging
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from chalicelib.identity.permissions import Role
from chalicelib.web import pages
from tests.pages import Answer, Site, check_headers
from tests.whole import world as worlds
from tests.whole.asking import Principal, ask, person_at, routes, token_slot
from tests.whole.test_routes import reviewed
from tests.whole.world import Place, World

SECRET = "Zebedee-of-5B-told-me"
TYPED = "Florence-wrote-this"
MOST_CALLS = 40


class Lines(logging.Handler):
    """What every logger would write, tracebacks included."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.getLogger("holdfast").handlers[0].formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        if record.exc_info:
            self.lines.append(logging.Formatter().formatException(record.exc_info))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines = Lines()
    root = logging.getLogger()
    root.addHandler(lines)
    yield lines.lines
    root.removeHandler(lines)


@pytest.fixture(scope="module")
def own_world(engine: str) -> World:
    assert engine
    return worlds.make()


def somebody_for(world: World, route: pages.Route) -> tuple[Principal, Place]:
    """A person who may use the route, at their place."""
    trust = "{trust}" in route.path
    place = world.trusts["TA"] if trust else world.schools["A1"]
    who = reviewed()[route.method, route.path].who.split()
    role = next((Role(each) for each in who if each in set(Role)), next(iter(place.people)))
    return person_at(world, place, role), place


class _Failing:
    """Lets so many calls through, then raises what may hold a child's name, at every call."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.calls = 0

    def send(self, real: Callable[..., Any], session: Any, request: Any) -> Any:
        self.calls += 1
        if self.calls > self.after:
            raise ValueError(f"no such pupil: {SECRET}")
        return real(session, request)


def _ask(
    site: Site, world: World, route: pages.Route, failing: _Failing, patch: pytest.MonkeyPatch
) -> Answer:
    who, place = somebody_for(world, route)
    slots = world.slots(place, who.person) | token_slot(route, world.schools["A1"])
    real = URLLib3Session.send
    with patch.context() as during:
        during.setattr(
            URLLib3Session,
            "send",
            lambda session, request: failing.send(real, session, request),
        )
        return ask(site, who, route, slots, fields={"note": TYPED, "reason": TYPED})


def test_a_failure_at_any_call_of_any_handler_tells_nothing(
    own_world: World,
    site: Site,
    logged: list[str],
    monkeypatch: pytest.MonkeyPatch,
    figure: Callable[[str], None],
) -> None:
    """At every call to AWS of every route: our page, no word of the exception anywhere. The first
    call, which is of whoever guards the route, fails in one route of ten.
    """
    monkeypatch.setattr("chalicelib.documents.files._s3", lambda: own_world.bucket)
    tried = failed = 0
    for route in sorted(routes(), key=lambda r: (r.path.startswith("/sign"), r.method, r.path)):
        guarded = zlib.crc32(f"{route.method} {route.path}".encode()) % 10 > 0
        for after in range(int(guarded), MOST_CALLS):
            failing = _Failing(after)
            answer = _ask(site, own_world, route, failing, monkeypatch)
            tried += 1
            assert SECRET not in answer.body, route
            check_headers(answer)
            if failing.calls <= after:
                break
            failed += 1
            assert answer.status >= 400 or answer.status in {200, 303}, route

    figure(f"logs: {failed} failures forced in {len(routes())} handlers, {len(logged)} lines")
    assert failed > 300
    assert not [line for line in logged if SECRET in line or TYPED in line]
    assert not [line for line in logged if "\n" in line]


def test_a_failure_before_any_call_tells_nothing(
    world: World, site: Site, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendering, which every handler does: plain words, and our headers."""

    def fails(*_: object, **__: object) -> str:
        raise ValueError(SECRET)

    monkeypatch.setattr("chalicelib.web.render.render", fails)
    for route in routes():
        who, place = somebody_for(world, route)
        if route.method == "GET":
            slots = world.slots(place, who.person) | token_slot(route, world.schools["A1"])
            answer = ask(site, who, route, slots)
            check_headers(answer)
            assert SECRET not in answer.body

    assert not [line for line in logged if SECRET in line]
    assert [line for line in logged if "ValueError" in line]


def test_ordinary_work_logs_no_name(world: World, site: Site, logged: list[str]) -> None:
    """Every page of a school, opened by who may: not one canary, token or cookie in any line."""
    secrets = set()
    for route in routes():
        who, place = somebody_for(world, route)
        if route.method == "GET":
            slots = world.slots(place, who.person) | token_slot(route, world.schools["A1"])
            ask(site, who, route, slots)
            secrets |= {cookie.partition(".")[2] for cookie in who.cookies.values()}
    secrets |= {token.partition(".")[2] for token in world.schools["A1"].links.values()}
    text = "\n".join(logged)

    assert len(logged) > 50
    assert not [each for each in world.foreign_canaries(None) if each.lower() in text.lower()]
    assert not [each for each in secrets if each in text]


def test_a_message_that_fails_in_a_queue_tells_nothing(
    world: World, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body may be anything; what is logged is the type, the place and the message's id."""
    import app

    def fails(*_: object, **__: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("chalicelib.notifications.sending.get", fails)
    monkeypatch.setattr("chalicelib.notifications.feedback.get", fails)
    tenant = world.schools["A1"].id
    bodies = [
        json.dumps({"tenant": tenant, "message": SECRET}),
        json.dumps({"tenant": tenant, "delivery": SECRET, "job": SECRET}),
        json.dumps(
            {
                "detail": {
                    "eventType": "Bounce",
                    "mail": {"tags": {"tenant": [tenant], "message": [SECRET]}},
                }
            }
        ),
        SECRET,
        "[]",
        "{}",
    ]
    event = {"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]}
    functions = [app.send_messages, app.mail_feedback, app.store_alerts, app.build_document]
    for function in functions:
        answer = function(event, None)
        assert answer["batchItemFailures"]

    assert not [line for line in logged if SECRET in line]
