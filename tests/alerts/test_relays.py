"""The relays of docs/relays.md reach our endpoint with what they are configured to send (S94)."""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from chalicelib.alerts.formats.body import BODY_BYTES, EVENTS
from chalicelib.alerts.model import Listing
from chalicelib.alerts.proofs.header import SECRET_HEADER
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from infra.local import ports
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import a_school, within
from tests.pages import Site

PAGE = (Path(__file__).parents[2] / "docs/relays.md").read_text()
URL = "https://holdfast.example/hooks/TOKEN"


def _block(title: str) -> str:
    found = re.search(rf"## {title}\n.*?```\w*\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_each_configuration_meets_our_limits_and_our_header() -> None:
    """The address, the secret's header, a batch under a megabyte and a thousand lines, no end of
    tries, and a buffer on disk.
    """
    vector = tomllib.loads(_block("Vector"))["sinks"]["holdfast"]
    fluent, syslog_ng = _block("Fluent Bit"), _block("syslog-ng")

    assert URL == vector["uri"]
    assert {SECRET_HEADER, "content-type"} == {h.lower() for h in vector["request"]["headers"]}
    assert vector["batch"]["max_bytes"] < BODY_BYTES
    assert vector["batch"]["max_events"] < EVENTS
    assert ("disk", "newline_delimited") == (vector["buffer"]["type"], vector["framing"]["method"])
    assert re.search(r"URI +/hooks/TOKEN\n", fluent)
    assert re.search(r"Header +X-Holdfast-Secret SECRET\n", fluent)
    assert "filesystem" in fluent
    assert "no_limits" in fluent
    assert f'url("{URL}")' in syslog_ng
    assert '"X-Holdfast-Secret: SECRET"' in syslog_ng
    assert int(re.search(r"batch-lines\((\d+)\)", syslog_ng)[1]) < EVENTS  # type: ignore[index]


@pytest.mark.parametrize("relay", ["vector", "fluent-bit"])
def test_what_each_is_told_to_send_becomes_its_alerts(site: Site, relay: str) -> None:
    """The body as the manual says that this codec writes it: lines, or JSON with the line inside,
    gzipped.
    """
    lines = [fortigate(f"pupil{number}", after=number) for number in range(3)]
    if relay == "vector":
        body = "\n".join(lines) + "\n"
    else:
        body = "".join(json.dumps({"date": 1791277200.1, "log": line}) + "\n" for line in lines)
    school = a_school()
    sender = a_source(school, SourceKind.RELAY)
    headers = {**sender.headers(b""), "Content-Encoding": "gzip"}

    post(site, sender, gzip.compress(body.encode()), headers=headers)

    with within(school):
        found = {alert.facts.user for alert in alerts.page(school, Listing.ALL).alerts}
    assert {"pupil0", "pupil1", "pupil2"} == found


class _Door(BaseHTTPRequestHandler):
    """Answers the first post with 503, and every other as our endpoint would."""

    posts: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.posts.append((self.headers["X-Holdfast-Secret"], body))
        self.send_response(503 if len(self.posts) == 1 else 202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - theirs
        pass


@pytest.fixture
def door() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    posts: list[tuple[str, bytes]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"posts": posts}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/TOKEN", posts
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(
    not shutil.which("syslog-ng"), reason="syslog-ng is not installed (apt: syslog-ng-mod-http)"
)
def test_syslog_ng_really_sends_it(
    site: Site, door: tuple[str, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    """The documented configuration, run: a datagram becomes a post, one that got 503 comes again,
    what nobody flagged is not sent, and the body becomes its alerts.
    """
    url, posts = door
    port = ports.free()
    text = _block("syslog-ng").replace(URL, url).replace("5514", str(port))
    text = text.replace("batch-timeout(5000)", "batch-timeout(200)")
    text = text.replace("time-reopen(10)", "time-reopen(1)").replace(
        "/var/lib/syslog-ng", str(tmp_path)
    )
    (tmp_path / "x.conf").write_text(f"@version: current\n@include 'scl.conf'\n{text}")
    running = subprocess.Popen(
        [
            "syslog-ng",
            "-F",
            "--no-caps",
            "-f",
            "x.conf",
            "-p",
            "x.pid",
            "-c",
            "x.ctl",
            "-R",
            "x.state",
        ],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    lines = [fortigate("p.okafor", action="blocked"), "kernel: nothing to see"]
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            deadline = time.monotonic() + 20
            while len(posts) < 2 and time.monotonic() < deadline:
                if not posts:
                    for line in lines:
                        udp.sendto(f"<189>{line}".encode(), ("127.0.0.1", port))
                time.sleep(0.5)
    finally:
        running.terminate()
        running.wait(10)
    school = a_school()
    sender = a_source(school, SourceKind.RELAY)

    assert len(posts) >= 2
    assert {"SECRET"} == {secret for secret, _ in posts}
    assert not any(b"nothing to see" in body for _, body in posts)
    post(site, sender, posts[-1][1])
    with within(school):
        found = {alert.facts.user for alert in alerts.page(school, Listing.ALL).alerts}
    assert {"p.okafor"} == found
