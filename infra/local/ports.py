"""Ports on 127.0.0.1: which are free, and when something answers there."""

import socket
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"


class NotUp(RuntimeError):
    """A process did not start to listen in time, or ended before it did."""


def free() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_for(port: int, *, alive: Callable[[], bool], seconds: float = 30) -> None:
    """Return once `port` accepts connections.

    Raises:
        NotUp: the process behind it ended (`alive` says no), or time ran out.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answers(port):
            return
        if not alive():
            break
        time.sleep(0.02)
    message = f"nothing answers on port {port}"
    raise NotUp(message)
