"""`make run` from outside: what it prints, how it stops, what outlives it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import clock, ports, tables
from infra.local.cloud import PREFIX, LocalCloud
from tests.cloud.conftest import a_cloud

ROOT = Path(__file__).parents[2]
READY = "Holdfast is ready at http://localhost:{port}/"
PATIENCE = 120  # seconds: two cores may have much else to do


class Launched:
    """A launcher as a script starts it: no terminal, its words in a file."""

    def __init__(self, state: Path, port: int = 0) -> None:
        self.port = port or ports.free()
        self.state = state
        self.said = state.with_suffix(".txt")
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "infra.local.run", "--no-demo"),
                    *("--port", str(self.port), "--state", str(state)),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def ready(self) -> float:
        """Seconds until it said that it is ready, and was."""
        started = time.monotonic()
        while READY.format(port=self.port) not in self.words():
            assert self.process.poll() is None, self.words()
            assert time.monotonic() - started < PATIENCE, self.words()
            time.sleep(0.05)
        with urllib.request.urlopen(f"http://localhost:{self.port}/health") as answer:
            assert 200 == answer.status
        return time.monotonic() - started

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)

    def children(self) -> list[int]:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(pid) for pid in listed.stdout.split()]


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    started = Launched(tmp_path / "state")
    yield started
    with contextlib.suppress(ProcessLookupError):
        started.process.kill()
    started.process.wait()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_script_can_start_wait_and_stop(launched: Launched, how: int) -> None:
    """The line that says it is ready, then a clean end with nothing left behind."""
    launched.ready()
    children = launched.children()

    assert 0 == launched.stop(how)
    assert len(children) >= 2
    assert [] == [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert ports.is_free(launched.port)


def test_a_later_start_takes_less_than_twenty_seconds(launched: Launched) -> None:
    """What a person waits for every morning."""
    launched.ready()
    launched.stop()
    again = Launched(launched.state, launched.port)

    assert again.ready() < 20
    assert 0 == again.stop()


def test_a_busy_port_is_said_plainly(tmp_path: Path) -> None:
    """The message names the port and the way out."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = Launched(tmp_path / "state", port)

        assert 1 == refused.process.wait(30)
    assert f"Port {port} is in use" in refused.words()
    assert f"make run PORT={port + 1}" in refused.words()


def test_two_launchers_never_share_one_folder(launched: Launched) -> None:
    """Two engines over one file would each think the other's records lost."""
    launched.ready()
    second = Launched(launched.state)

    assert 1 == second.process.wait(30)
    assert "already runs" in second.words()


def test_a_record_outlives_kill_9_of_everything(tmp_path: Path) -> None:
    """What was acknowledged is there after a power cut, mail too, and the next start goes on."""
    first = a_cloud(tmp_path / "state")
    first.start()
    key = {"tenant": {"S": "t" * 16}, "sk": {"S": "incident#1"}}
    store = tables.client(first.tables_endpoint)
    store.put_item(TableName=f"{PREFIX}incidents", Item=key)
    sent = _mail(first)
    bucket = _documents(first)
    report = {"Bucket": bucket, "Key": "reports/t/j.pdf"}
    first.client("s3").put_object(**report, Body=b"%PDF", Metadata={"tenant": "t"})
    first.kill()

    second = a_cloud(tmp_path / "state")
    second.start()
    try:
        store = tables.client(second.tables_endpoint)
        found = store.get_item(TableName=f"{PREFIX}incidents", Key=key, ConsistentRead=True)

        assert key == found["Item"]
        assert [sent] == [mail.id for mail in second.mailbox.newest_first()]
        kept = second.client("s3").get_object(**report)
        assert (b"%PDF", {"tenant": "t"}) == (kept["Body"].read(), kept["Metadata"])
    finally:
        second.stop()


def test_a_launcher_that_is_killed_takes_its_cloud_along(launched: Launched) -> None:
    """Nothing goes on serving records that nobody watches over, and the next start is clean."""
    launched.ready()
    children = launched.children()
    launched.process.send_signal(signal.SIGKILL)
    launched.process.wait(10)

    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < end:
        time.sleep(0.05)

    assert [] == [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_moving_the_clock_runs_what_was_passed_over(launched: Launched) -> None:
    """A day later the day's plan and the sweep have run, as they would have."""
    launched.ready()

    moved = subprocess.run(
        ["make", "--silent", "clock", "ADVANCE=1d2h", f"STATE={launched.state}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"MAKEFLAGS": ""},
    )

    assert "Holdfast's clock:" in moved.stdout
    assert 26 * 3600 == clock.offset(launched.state / "clock").total_seconds()
    end = time.monotonic() + PATIENCE
    while "ran plan_day, sweep" not in launched.words():
        assert time.monotonic() < end, launched.words()
        time.sleep(0.1)


@pytest.mark.parametrize("text", ["", "soon", "45", "1 d", "-", "1x", "1.5h"])
def test_an_advance_that_cannot_be_read_is_refused(text: str) -> None:
    """A mistyped time moves nothing."""
    with pytest.raises(ValueError, match="cannot read"):
        clock.parse(text)


def _documents(cloud: LocalCloud) -> str:
    return cloud.function_settings["BUCKET_DOCUMENTS"]


def _mail(cloud: LocalCloud) -> str:
    simple = {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}
    return cloud.mailbox.send(
        {
            "FromEmailAddress": "a@school.example",
            "Destination": {"ToAddresses": ["b@school.example"]},
            "Content": {"Simple": simple},
        }
    )
