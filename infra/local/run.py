"""`make run`: starts the local cloud, loads the demo into an empty one, and serves it."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import FrameType

from infra.local import dynoxide, orphans, ports
from infra.local.cloud import PREFIX, LocalCloud
from infra.local.function_logs import FunctionLogs
from infra.local.schedule import Schedule
from infra.package.chalice_project import ROOT, PackagingFailed
from infra.package.publish import DeployFailed

DEMO = ROOT / "infra" / "demo" / "load.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--state", type=Path, default=Path(".local"))
    parser.add_argument("--public-url", default="", help="when it is not http://localhost:PORT")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty store empty")
    asked = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        _run(asked.port, asked.state, asked.public_url, demo=not asked.no_demo)
    except (
        orphans.AlreadyRunning,
        ports.NotUp,
        PackagingFailed,
        DeployFailed,
        _Stopped,
    ) as error:
        raise SystemExit(str(error)) from None


class _Stopped(RuntimeError):
    """The launcher cannot go on; the message says why."""


def _run(port: int, state: Path, public_url: str, *, demo: bool) -> None:
    if not 0 < port < 65536:
        message = f"{port} is no port: choose one from 1 to 65535, as in `make run PORT=8001`."
        raise _Stopped(message)
    if not ports.is_free(port):
        message = (
            f"Port {port} is in use by another program. Stop that, or choose another port:\n"
            f"    make run PORT={port + 1}"
        )
        raise _Stopped(message)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with orphans.claim(state):
        orphans.end_leftovers(state)
        stop = _stop_event()
        cloud = LocalCloud(state, port, public_url or f"http://localhost:{port}")
        if not dynoxide.available():
            print(
                "The tables' own engine is for 64-bit Linux; the local cloud's DynamoDB serves"
                " instead and keeps its records only when it is stopped cleanly."
            )
        try:
            print("Starting the local cloud ...")
            cloud.start()
            orphans.note(state, [child.pid for child in cloud.children.values()])
            if demo and not stop.is_set():
                _load_demo(cloud)
            if not stop.is_set():
                _warm(cloud)
                _welcome(cloud)
                _serve(cloud, stop)
        finally:
            print("Stopping; everything is kept in", state)
            cloud.stop()
            orphans.note(state, [])


def _stop_event() -> threading.Event:
    """Set by Ctrl-C and by SIGTERM; a second one changes nothing."""
    stop = threading.Event()

    def asked(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, asked)
    signal.signal(signal.SIGTERM, asked)
    return stop


def _serve(cloud: LocalCloud, stop: threading.Event) -> None:
    schedule = Schedule(cloud)
    said = FunctionLogs(cloud.client("logs"), cloud.state / "logs" / "functions.log", PREFIX)
    while not stop.wait(1):
        if dead := cloud.dead():
            message = f"The local cloud's {dead} ended by itself; see {cloud.state}/logs/{dead}.log"
            raise _Stopped(message)
        try:
            said.gather()
            ran = schedule.tick()
        except RuntimeError as error:  # a function failed: say so and go on, as AWS would
            print(error)
        else:
            if ran:
                print("The clock moved; ran", ", ".join(ran))


def _load_demo(cloud: LocalCloud) -> None:
    """Load the demo trust when there is nothing yet. A part-loaded one is said, never mixed."""
    tables = cloud.client("dynamodb")
    empty = not tables.scan(TableName=f"{PREFIX}directory", Limit=1)["Items"]
    if not empty:
        if not (cloud.state / "demo.json").exists():
            print(f"The demo was not loaded to its end. To begin anew: rm -r {cloud.state}")
        return
    if not DEMO.exists():
        print("There is no demo to load.")
        return
    print("Loading the demo trust, once ...")
    loaded = subprocess.run(
        [sys.executable, "-m", "infra.demo.load", "--state", str(cloud.state)],
        cwd=ROOT,
        env=os.environ | cloud.function_settings | {"POWERTOOLS_METRICS_DISABLED": "true"},
        check=False,
    )
    if loaded.returncode:
        message = f"The demo did not load. For a fresh start: rm -r {cloud.state}"
        raise _Stopped(message)


def _warm(cloud: LocalCloud) -> None:
    """Pay for the first start of the web function now, not in somebody's first page."""
    with urllib.request.urlopen(f"{cloud.public_url}/health", timeout=60) as answer:  # noqa: S310 - ours
        answer.read()


def _welcome(cloud: LocalCloud) -> None:
    print(f"\nHoldfast is ready at {cloud.public_url}/\n")
    file = cloud.state / "demo.json"
    if file.exists():
        demo = json.loads(file.read_text(encoding="utf-8"))
        print("Sign in with one of these addresses; the code comes by mail:")
        for place in (demo["trust"], *demo["schools"]):
            print(f"  {place['name']}")
            for person in place["people"]:
                print(f"    {person['email']:<48} {', '.join(person['roles'])}")
        print()
    print(f"Mail:   {_origin(cloud.public_url)}/_local/mail")
    print("Clock:  make clock ADVANCE=45m")
    print(f"Logs:   {cloud.state}/logs/functions.log")
    print("Stop:   Ctrl-C\n")


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])


if __name__ == "__main__":
    main()
