"""Alerta beside us: the same alerts, as durable, on this machine (P6, P7, P8).

`benchmarks/alerts.py --alerta` runs it. Alerta comes from PyPI into an environment of its own under
`build/alerta`; PostgreSQL is this machine's. Each side's CPU is that of all its processes, engine
included and load generator not, read from /proc. Ours is the gate, the parser, grouping, routing,
the mails' rows and the audit; Alerta's is one alert upserted, without tenants, proof or telling.
"""

import contextlib
import http.client
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.local import ports

HOME = Path(__file__).parents[1] / "build" / "alerta"
ALERTS, AT_ONCE, KEYS, SAME = 200, 8, 50, 8
_TICK = os.sysconf("SC_CLK_TCK")


class NotHere(Exception):
    """Alerta or PostgreSQL cannot be run on this machine; the message says why."""


def cpu_of(*roots: int) -> float:
    """Seconds of CPU that these processes and all under them have taken."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        with contextlib.suppress(OSError):
            parts = (folder / "stat").read_text().rpartition(")")[2].split()
            pid = int(folder.name)
            parents[pid] = int(parts[1])
            used[pid] = sum(int(part) for part in parts[11:15]) / _TICK  # its ended children too
    ours = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(used.get(pid, 0.0) for pid in ours)


@contextlib.contextmanager
def running() -> Iterator[tuple[int, tuple[int, ...]]]:
    """Alerta with its database: its port, and the processes to count."""
    with _postgres() as (database, engine), tempfile.TemporaryDirectory() as folder:
        python = _installed()
        settings = Path(folder) / "alertad.conf"
        settings.write_text(
            f"DATABASE_URL='postgresql://postgres@127.0.0.1:{database}/monitoring'\n"
            "SECRET_KEY='of-no-use-to-anybody'\nAUTH_REQUIRED=False\nPLUGINS=[]\n"
        )
        (Path(folder) / "wsgi.py").write_text("from alerta import create_app\napp = create_app()\n")
        port = ports.free()
        server = subprocess.Popen(
            [
                python,
                "-m",
                "gunicorn",
                "-w",
                "2",
                "--preload",
                "-b",
                f"127.0.0.1:{port}",
                "wsgi:app",
            ],
            cwd=folder,
            env={**os.environ, "ALERTA_SVR_CONF_FILE": str(settings)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            ports.wait_for(port, alive=lambda: server.poll() is None)
            yield port, (server.pid, engine)
        finally:
            server.terminate()
            server.wait(20)


def _installed() -> Path:
    python = HOME / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        wanted = ["alerta-server[postgres]", "gunicorn", "setuptools<81"]
        done = subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=False)
        if done.returncode:
            shutil.rmtree(HOME)
            raise NotHere("Alerta cannot be installed from PyPI here.")
    return python


@contextlib.contextmanager
def _postgres() -> Iterator[tuple[int, int]]:
    """PostgreSQL in a folder of its own, as `postgres` where we are root: its port and process."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise NotHere("PostgreSQL is not installed: apt-get install postgresql")
    commands, folder, port = found[-1], tempfile.mkdtemp(prefix="alerta-pg-"), ports.free()
    account = None
    if os.geteuid() == 0:
        account = "postgres"
        known = pwd.getpwnam(account)
        os.chown(folder, known.pw_uid, known.pw_gid)

    def run(*arguments: str | Path) -> None:
        subprocess.run(
            [commands / arguments[0], *arguments[1:]],
            check=True, user=account, cwd=folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    run("initdb", "-D", folder, "-A", "trust", "-U", "postgres")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run("pg_ctl", "-D", folder, "-w", "-o", options, "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "monitoring")
        yield port, int((Path(folder) / "postmaster.pid").read_text().split()[0])
    finally:
        run("pg_ctl", "-D", folder, "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _post(port: int, resource: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    alert = {
        "resource": resource,
        "event": "blocked",
        "environment": "Production",
        "service": ["filter"],
        "severity": "major",
        "text": "a page was blocked",
    }
    line.request("POST", "/alert", json.dumps(alert), {"Content-Type": "application/json"})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def load(port: int, roots: tuple[int, ...]) -> float:
    """Milliseconds of CPU of one new alert, eight posted at a time."""
    _post(port, "warm")
    return cpu_each(roots, lambda n: _post(port, f"new-{n}"), ALERTS)


def cpu_each(roots: tuple[int, ...], post: Callable[[int], object], times: int) -> float:
    """Milliseconds of CPU of each, eight at a time, of these processes and all under them."""
    before = cpu_of(*roots)
    with ThreadPoolExecutor(AT_ONCE) as hands:
        list(hands.map(post, range(times)))
    time.sleep(0.5)
    return (cpu_of(*roots) - before) / times * 1000


def races(post: Callable[[str], int]) -> tuple[int, int]:
    """The same new alert eight times at once, fifty times: (taken, refused or failed)."""
    taken = failed = 0
    with ThreadPoolExecutor(SAME) as hands:
        for key in range(KEYS):
            for status in hands.map(post, [f"race-{key}"] * SAME):
                good = 200 <= status < 300
                taken, failed = taken + good, failed + (not good)
    return taken, failed


def measure() -> tuple[float, tuple[int, int]]:
    """Alerta's milliseconds of CPU an alert, and what became of its races."""
    with running() as (port, roots):
        return load(port, roots), races(lambda key: _post(port, key))
