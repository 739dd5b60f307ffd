"""One launcher for one state folder, and nothing left over from one that was killed.

On Linux children die with their launcher. This is for where they do not, and for the message that
says who holds the folder.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """Another launcher holds this state folder."""


def claim(state: Path) -> IO[str]:
    """Hold the folder until the returned file is closed or the process ends.

    Raises:
        AlreadyRunning: another one does.
    """
    lock = (state / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        message = f"Holdfast already runs from {state} (process {lock.read().strip()})"
        raise AlreadyRunning(message) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def note(state: Path, pids: Iterable[int]) -> None:
    """Keep which processes are ours, each with what tells it from a later one of that number."""
    kept = {str(pid): _started(pid) for pid in pids}
    (state / "processes.json").write_text(json.dumps(kept), encoding="utf-8")


def end_leftovers(state: Path) -> None:
    """End what an earlier launcher noted and could not stop. Only with the folder claimed."""
    file = state / "processes.json"
    with contextlib.suppress(FileNotFoundError, ValueError):
        for pid, started in json.loads(file.read_text(encoding="utf-8")).items():
            if started and started == _started(int(pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
    file.unlink(missing_ok=True)


def _started(pid: int) -> str:
    """When the process began, as the system tells it; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    said = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return said.stdout.strip()
