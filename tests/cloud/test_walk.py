"""The deployed template answers as a whole: pages, errors, the gateway's too, mail's end."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from infra import smoke
from infra.local.cloud import LocalCloud
from tests import pages
from tests.cloud.visitor import CloudSite


def test_the_health_page_answers_with_every_header(visitor: CloudSite) -> None:
    """What a monitor asks is served by the deployed function, headers and all."""
    answer = visitor.get("/health")

    assert "ok\n" == answer.body


def test_an_unknown_path_gives_our_page(visitor: CloudSite) -> None:
    """API Gateway answers this one; it looks and protects like ours."""
    answer = visitor.get("/no/such/page", expect=404)

    assert "Page not found" == answer.heading


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS"])
def test_a_method_nobody_serves_gives_our_page(visitor: CloudSite, method: str) -> None:
    """The gateway has no such route and says so as we would."""
    answer = visitor.request(method, "/health")

    assert 404 == answer.status
    pages.check_headers(answer)


def test_an_asset_is_kept_for_ever_and_is_what_was_built(visitor: CloudSite) -> None:
    """The style sheet that a page names is there, whole, under a name that never changes."""
    page = visitor.get("/no/such/page", expect=404)
    (sheet,) = page.root.all("link", rel="stylesheet")

    answer = visitor.get(urlsplit(sheet.attributes["href"]).path)

    assert "immutable" in answer.headers["cache-control"]
    assert ".govuk-" in answer.body


def test_another_host_name_is_sent_to_the_public_address(cloud: LocalCloud) -> None:
    """Browsers keep our cookies on localhost alone, so there is one address."""
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port)
    connection.request("GET", "/health?a=1")
    response = connection.getresponse()
    response.read()
    connection.close()

    assert 307 == response.status
    assert f"{cloud.public_url}/health?a=1" == response.headers["Location"]


def test_the_mailbox_is_a_page_and_a_list(visitor: CloudSite) -> None:
    """A person reads it, a script reads it."""
    assert "newest first" in visitor.request("GET", "/_local/mail").body
    assert isinstance(json.loads(visitor.request("GET", "/_local/mail.json").body), list)


def test_the_smoke_test_after_a_deployment_finds_nothing(cloud: LocalCloud) -> None:
    """What an operator runs against AWS passes here, so its failures there mean something."""
    assert [] == list(smoke.problems(smoke.over_http(cloud.public_url)))


def test_everything_listens_on_this_machine_only(cloud: LocalCloud) -> None:
    """Nobody on the network reaches a laptop's records."""
    ours = {cloud.port, *cloud.inner_ports}
    with open("/proc/net/tcp", encoding="ascii") as file:  # noqa: PTH123 - not a real file
        lines = [line.split()[1:4] for line in file.readlines()[1:]]
    listening = {
        int(local.split(":")[1], 16): local.split(":")[0]
        for local, _, state in lines
        if state == "0A"
    }

    assert ours <= set(listening)
    assert {"0100007F"} == {listening[port] for port in ours}
