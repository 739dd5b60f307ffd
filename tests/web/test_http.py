"""Requests as they really come: odd, broken or hostile, and never a failure of ours."""

import base64
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import BadRequest
from chalicelib.web.http import Request, Response, Values, redirect
from tests.web.test_pages import a_request


def sent(body: bytes, *, encoded: bool = True) -> Request:
    text = base64.b64encode(body).decode() if encoded else body.decode()
    return a_request("POST", body=text, isBase64Encoded=encoded)


def test_a_form_is_read_with_all_its_values() -> None:
    """Several of a name, empty ones, spaces and accents; plain access gives the last."""
    form = sent(b"a=1&a=2&empty=&name=Asha+%C3%A9+%26&crlf=one%0D%0Atwo").form

    assert (["1", "2"], "2") == (form.getlist("a"), form["a"])
    assert ("", "Asha é &", "one\ntwo") == (form["empty"], form["name"], form["crlf"])
    assert form.get("none") is None and [] == form.getlist("none")
    assert {"a", "empty", "name", "crlf"} == set(form) and 4 == len(form)
    assert ["1", "2"] == form.lists()["a"]


@pytest.mark.parametrize(
    "body", [b"\xff\xfe=1", b"a=%ff", b"a=%C3%28", b"&".join([b"a=1"] * 2001), b"\x80"]
)
def test_a_form_that_cannot_be_read_is_a_bad_request(body: bytes) -> None:
    """Not text, or two thousand fields: 400, not a failure."""
    with pytest.raises(BadRequest):
        _ = sent(body).form


@pytest.mark.parametrize("body", [b"", b"&&&", b"=", b"a", b"a=b=c", b";", b"%", b"a=1;b=2"])
def test_an_odd_form_is_read_as_it_is(body: bytes) -> None:
    """Whatever can be read is."""
    assert isinstance(sent(body).form, Values)


def test_a_body_keeps_its_bytes() -> None:
    """Hooks verify signatures over what was sent."""
    raw = bytes(range(256))

    assert raw == sent(raw).body
    assert b"plain" == sent(b"plain", encoded=False).body
    assert b"" == a_request("POST", body=None).body


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("__Host-session=x.y-z_0", {"__Host-session": "x.y-z_0"}),
        ('a="quoted"; b=x=y; c', {"a": "quoted", "b": "x=y", "c": ""}),
        ("a=1; a=2", {"a": "2"}),
    ],
)
def test_cookies_are_read(header: str, cookies: dict[str, str]) -> None:
    """As browsers send them."""
    assert cookies == dict(a_request(headers={"Cookie": header}).cookies)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_cookie_header_is_a_failure(header: str) -> None:
    """Anything at all: cookies are found or they are not."""
    assert isinstance(a_request(headers={"cookie": header}).cookies, dict)


@pytest.mark.parametrize(
    "header", ["tracking[x]=1; __Host-session=keep", "a b=1; __Host-session=keep"]
)
def test_an_odd_neighbour_does_not_hide_our_cookie(header: str) -> None:
    """Something else on the host set a cookie that parsers give up on; ours still counts."""
    assert "keep" == a_request(headers={"Cookie": header}).cookies.get("__Host-session")


events = st.fixed_dictionaries(
    {
        "requestContext": st.fixed_dictionaries(
            {
                "resourcePath": st.sampled_from(["/", "/s/{school}", "/s/{school}/x/{id}"]),
                "httpMethod": st.sampled_from(["GET", "POST", "HEAD"]),
            },
            optional={"identity": st.just({}) | st.just({"sourceIp": "192.0.2.1"})},
        ),
    },
    optional={
        "headers": st.none() | st.dictionaries(st.text(max_size=10), st.text(max_size=30)),
        "pathParameters": st.none()
        | st.dictionaries(st.sampled_from(["school", "id"]), st.text(max_size=20)),
        "multiValueQueryStringParameters": st.none()
        | st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3)),
        "body": st.none() | st.binary(max_size=40).map(lambda b: base64.b64encode(b).decode()),
        "isBase64Encoded": st.just(True),
    },
)


@given(events)
@settings(max_examples=300, deadline=None)
def test_any_event_of_the_gateway_becomes_a_request(event: dict[str, Any]) -> None:
    """Its form is read or refused; nothing else is raised."""
    request = Request.of(event)
    with suppress(BadRequest):
        _ = request.form

    assert request.route.startswith("/")
    assert isinstance(request.cookies, dict) and isinstance(request.query, Values)


def test_a_path_is_the_routes_with_its_parameters() -> None:
    """For `next` and the navigation: the path as asked, under no stage's name."""
    request = a_request(
        path="/s/{school}/x/{id}", pathParameters={"school": "{id}", "id": "{school}"}
    )

    assert "/s/{id}/x/{school}" == request.path


def test_a_redirect_stays_on_our_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the base path, with See Other."""
    monkeypatch.setenv("PUBLIC_URL", "https://holdfast.example/live")

    answer = redirect("/s/x")

    assert (303, "/live/s/x") == (answer.status, answer.headers["Location"])


def test_a_dropped_cookie_ends_at_once() -> None:
    """With the same scope it was set with."""
    answer = Response()
    answer.set_cookie("__Host-a", "1", seconds=60)
    answer.drop_cookie("__Host-b")

    assert [
        "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60",
        "__Host-b=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
    ] == answer.headers["Set-Cookie"]
