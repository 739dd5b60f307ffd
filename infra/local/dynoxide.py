"""The tables' engine on this machine: Dynoxide speaks DynamoDB's API over SQLite.

It keeps every acknowledged write through kill -9 (tests/cloud/test_store.py holds it to that).
Its package is for 64-bit Linux; elsewhere the local cloud's own DynamoDB serves instead.
"""

import subprocess
from pathlib import Path

from infra.local import ports, processes
from infra.local.tables import create_tables

__all__ = ["BINARY", "Missing", "available", "create_tables", "endpoint", "start"]

BINARY = Path(__file__).parents[2] / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"


class Missing(RuntimeError):
    """The engine is not installed here."""


def available() -> bool:
    return BINARY.exists()


def endpoint(port: int) -> str:
    return f"http://{ports.LOOPBACK}:{port}"


def start(port: int, path: Path | None = None, log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start the engine on 127.0.0.1 and return once it answers.

    Without a path the tables live in memory. With one they are a file there, in a folder only its
    owner may enter.
    """
    if not available():
        message = f"{BINARY} is missing: run `make setup` (64-bit Linux only)"
        raise Missing(message)
    arguments: list[str | Path] = [BINARY, "serve", "--host", ports.LOOPBACK, "--port", str(port)]
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        arguments += ["--db-path", path]
    process = processes.start(arguments, log=log)
    ports.wait_for(port, alive=lambda: process.poll() is None)
    return process
