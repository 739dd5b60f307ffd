"""Chromium for the browser tests and the pictures: `python -m infra.browser` prints where it is.

The machine's own is taken; where there is none, Debian's package is installed, and where that
cannot be, Playwright's. Having none in the end is an error, never a skipped test.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# Without these, Chromium asks hosts of its own at every start.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
)


class NoBrowser(RuntimeError):
    """There is no Chromium and none could be installed; the message says what was tried."""


def arguments() -> list[str]:
    """What Chromium is started with; its sandbox needs an account other than root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def find() -> Path | None:
    """The browser of this machine, or Playwright's; HOLDFAST_CHROMIUM says which by force."""
    if chosen := os.environ.get("HOLDFAST_CHROMIUM"):
        return Path(chosen)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else _playwrights()


def ensure() -> Path:
    """The browser, installed if need be.

    Raises:
        NoBrowser: in the end there is none.
    """
    if found := find():
        return found
    tried = []
    for command in _ways():
        print("Installing Chromium:", " ".join(command), file=sys.stderr)
        done = subprocess.run(command, stdout=sys.stderr, check=False, env=_without_questions())
        if done.returncode == 0 and (found := find()):
            return found
        tried.append(" ".join(command))
    message = "\n  ".join(["There is no Chromium, and none could be installed. Tried:", *tried])
    raise NoBrowser(message)


def _ways() -> Iterator[list[str]]:
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not root or shutil.which("sudo"):
            yield [*root, "apt-get", "update", "-qq"]
            yield [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]


def _without_questions() -> dict[str, str]:
    return os.environ | {"DEBIAN_FRONTEND": "noninteractive"}


def _playwrights() -> Path | None:
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return next(iter(sorted(home.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def main() -> None:
    try:
        print(ensure())
    except NoBrowser as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
