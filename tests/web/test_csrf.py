"""No other site acts in a person's name: every unsafe route, every way to forge (R15)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib import ids
from chalicelib.web import csrf, pages
from tests.faults import nemesis
from tests.pages import ORIGIN, TAKES_FILES, Answer, Site

FORM = "application/x-www-form-urlencoded"
MINE = "visitor-of-this-test"
SAME: dict[str, str] = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}
TOKEN = csrf._token(MINE)


def _routes() -> list[pages.Route]:
    import app

    assert app.app
    return [r for r in pages.ROUTES if r.method != "GET" and r.access != "hook"]


UNSAFE = _routes()

# Each: the headers sent, the token in the form (None: no field), the cookies.
FORGED: dict[str, tuple[Mapping[str, str], str | None, dict[str, str]]] = {
    "no token": (SAME, None, {csrf.VISIT_COOKIE: MINE}),
    "empty token": (SAME, "", {csrf.VISIT_COOKIE: MINE}),
    "token of nobody": (SAME, ids.digest("x"), {csrf.VISIT_COOKIE: MINE}),
    "another visitor's token": (SAME, csrf._token("another"), {csrf.VISIT_COOKIE: MINE}),
    "token without a cookie": (SAME, TOKEN, {}),
    "token of no cookie": (SAME, csrf._token(""), {}),
    "visit's token in a session": (
        SAME,
        TOKEN,
        {csrf.VISIT_COOKIE: MINE, csrf.SESSION_COOKIE: f"{ids.tenant()}.{ids.secret()}"},
    ),
    "token with a letter more": (SAME, TOKEN + "0", {csrf.VISIT_COOKIE: MINE}),
    "token that is no text": (SAME, "\u00e9\u0000", {csrf.VISIT_COOKIE: MINE}),
    "from another site": (
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
        TOKEN,
        {csrf.VISIT_COOKIE: MINE},
    ),
    "from a neighbour": (
        {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
        TOKEN,
        {csrf.VISIT_COOKIE: MINE},
    ),
    "from the address bar": (
        {"Sec-Fetch-Site": "none", "Origin": ORIGIN},
        TOKEN,
        {csrf.VISIT_COOKIE: MINE},
    ),
    "an unknown site word": (
        {"Sec-Fetch-Site": "Same-Origin ", "Origin": ORIGIN},
        TOKEN,
        {csrf.VISIT_COOKIE: MINE},
    ),
    "origin null": ({"Origin": "null"}, TOKEN, {csrf.VISIT_COOKIE: MINE}),
    "origin of another": ({"Origin": "https://evil.example"}, TOKEN, {csrf.VISIT_COOKIE: MINE}),
    "origin that begins alike": ({"Origin": f"{ORIGIN}.evil"}, TOKEN, {csrf.VISIT_COOKIE: MINE}),
    "only a referrer": ({"Referer": f"{ORIGIN}/s/x"}, TOKEN, {csrf.VISIT_COOKIE: MINE}),
    "no header at all": ({}, TOKEN, {csrf.VISIT_COOKIE: MINE}),
    "a host that agrees": (
        {"Host": "evil.example", "Origin": "https://evil.example"},
        TOKEN,
        {csrf.VISIT_COOKIE: MINE},
    ),
}
WRONG_TYPES = ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]


def path_of(route: pages.Route) -> str:
    """A path of this route with ids of the right shape that never existed."""
    path = route.path
    for slot in ("school", "trust"):
        path = path.replace("{" + slot + "}", ids.tenant())
    path = path.replace("{token}", f"{ids.tenant()}.{ids.secret()}")
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + ids.new() + rest.partition("}")[2]
    return path


def send(
    site: Site,
    route: pages.Route,
    headers: Mapping[str, str],
    token: str | None,
    cookies: dict[str, str],
    content_type: str = FORM,
) -> Answer:
    visitor = site.another()
    visitor.cookies = dict(cookies)
    fields = {} if token is None else {csrf.FIELD: token}
    body = urlencode(fields).encode()
    sent = {**headers, "Content-Type": content_type} if content_type else dict(headers)
    return visitor.request(route.method, path_of(route), body=body, headers=sent)


def test_there_are_unsafe_routes() -> None:
    """The list below is not empty by accident."""
    assert len(UNSAFE) > 30


@pytest.mark.parametrize("way", sorted(FORGED))
def test_no_unsafe_route_takes_a_forged_request(site: Site, way: str) -> None:
    """Refused on every route before anything is read or written."""
    headers, token, cookies = FORGED[way]
    for route in UNSAFE:
        with nemesis() as seen:
            answer = send(site, route, headers, token, cookies)

        assert 403 == answer.status, (way, route)
        assert csrf.Forged.message in answer.body
        assert [] == seen.calls


@pytest.mark.parametrize("content_type", WRONG_TYPES)
def test_no_unsafe_route_takes_another_content_type(site: Site, content_type: str) -> None:
    """What another site's form or script could send without asking is 415."""
    for route in UNSAFE:
        if route.path.endswith(TAKES_FILES) and content_type.startswith("multipart/"):
            continue
        with nemesis() as seen:
            answer = send(site, route, SAME, TOKEN, {csrf.VISIT_COOKIE: MINE}, content_type)

        assert 415 == answer.status, route
        assert [] == seen.calls


@pytest.mark.parametrize("headers", [SAME, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}])
def test_every_unsafe_route_takes_our_own_form(site: Site, headers: dict[str, str]) -> None:
    """The control: with our page's token and headers nobody is called a forger."""
    for route in UNSAFE:
        answer = send(site, route, headers, TOKEN, {csrf.VISIT_COOKIE: MINE})

        assert csrf.Forged.message not in answer.body, route


def test_a_token_in_the_address_is_no_token(site: Site) -> None:
    """Only the form's own field counts; addresses are logged and passed on."""
    site.cookies = {csrf.VISIT_COOKIE: MINE}

    answer = site.request(
        "POST",
        f"/signin?{csrf.FIELD}={TOKEN}",
        body=b"email=a%40b.example",
        headers={**SAME, "Content-Type": FORM},
    )

    assert 403 == answer.status


def test_the_token_says_nothing_of_the_cookie(site: Site) -> None:
    """It stands in pages; the cookie is the secret."""
    shown = site.get("/signin")
    cookie = site.cookies[csrf.VISIT_COOKIE]
    token = shown.root.all("input", name=csrf.FIELD)[0].attributes["value"]

    assert cookie not in shown.body
    assert 64 == len(token)
    assert token != ids.digest(cookie)


def test_the_token_of_a_page_is_the_one_that_its_visitor_may_send(site: Site) -> None:
    """On a first visit, with the cookie of that visit, and on the pages after it."""
    for _ in range(2):
        shown = site.get("/signin")
        answer = site.submit({"email": "nobody@example.sch.uk"}, page=shown, expect=None)

        assert csrf.Forged.message not in answer.body
    assert set(site.cookies) >= {csrf.VISIT_COOKIE}


def test_behind_a_base_path_the_origin_is_the_host(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PUBLIC_URL with a path: browsers send no path in Origin."""
    monkeypatch.setenv("PUBLIC_URL", "https://holdfast.example/live")

    def status(origin: str) -> int:
        return send(site, UNSAFE[0], {"Origin": origin}, TOKEN, {csrf.VISIT_COOKIE: MINE}).status

    assert 403 != status("https://holdfast.example")
    assert 403 == status(ORIGIN)


def test_a_hook_needs_no_form_of_ours(site: Site) -> None:
    """A machine has neither cookie nor token; its secret is checked instead."""
    hooks: list[Any] = [route for route in pages.ROUTES if route.access == "hook"]
    for route in hooks:
        answer = site.request("POST", path_of(route), body=b"{}", headers={})

        assert csrf.Forged.message not in answer.body
    assert hooks
