"""Chalice's own answers are ours to look at: same page, same headers (R41)."""

import pytest

from tests.pages import Site, check_headers, check_page


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_a_method_a_page_does_not_have_is_our_405(site: Site, method: str) -> None:
    """It says which methods there are."""
    answer = site.request(method, "/help", headers={"Content-Type": "text/plain"})

    assert (405, "GET") == (answer.status, answer.headers["allow"])
    check_headers(answer)
    check_page(answer)


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "x", ""])
def test_a_type_a_form_does_not_have_is_our_415(site: Site, content_type: str) -> None:
    """What was sent is not said again."""
    headers = {"Content-Type": content_type} if content_type else {}
    answer = site.request("POST", "/signin", body=b"<canary>", headers=headers)

    assert 415 == answer.status
    assert "canary" not in answer.body and "text/xml" not in answer.body
    check_headers(answer)
    check_page(answer)


def test_a_picture_for_a_client_that_takes_none_is_no_failure_of_ours(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chalice answers 400 by itself; so does our page."""
    from chalicelib.web import assets

    monkeypatch.setattr(assets, "read", lambda _name: (b"\x89PNG", "image/png"))

    answer = site.request("GET", "/assets/x.png", headers={"Accept": "text/html"})

    assert 400 == answer.status
    check_headers(answer)
    check_page(answer)


def test_a_failure_outside_every_view_is_our_500(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even what fails before our own code answers."""
    from chalicelib.web import pages

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pages, "serve", fails)
    answer = site.request("GET", "/help")

    assert 500 == answer.status
    check_headers(answer)
    check_page(answer)
