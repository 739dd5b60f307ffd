"""Everything of AWS but the tables, on this machine: Lambda, API Gateway, SQS, S3, schedules."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local import ports, processes

REGION = "eu-west-2"
# All that the functions may see of the shell the local cloud is started in.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL")
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}


def endpoint(port: int) -> str:
    return f"http://{ports.LOOPBACK}:{port}"


def start(
    port: int, state: Path, functions: Mapping[str, str], log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start it on 127.0.0.1 and return once it answers.

    `functions` is added to every function's environment: what only a laptop has, and what the
    template therefore cannot name.
    """
    env = {name: os.environ[name] for name in KEPT if name in os.environ} | CREDENTIALS
    env |= {
        "BIND_HOST": ports.LOOPBACK,  # it would listen on every interface
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "STATE_DIR": str(state / "state"),
        "TMPDIR": str(_folder(state / "tmp")),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_WARM_TTL_SECONDS": "3600",
        "LOG_LEVEL": "WARNING",
        "TZ": "UTC",
    }
    process = processes.start(
        [sys.executable, "-m", "ministack"], log=log, env=env | dict(functions), cwd=state
    )
    ports.wait_for(port, alive=lambda: process.poll() is None)
    return process


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
