"""The one movable clock: `make clock ADVANCE=45m` moves what the local functions take for now."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def offset(file: Path) -> timedelta:
    try:
        return timedelta(seconds=float(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return timedelta()


def now(file: Path) -> datetime:
    return datetime.now(UTC) + offset(file)


def advance(file: Path, by: timedelta) -> datetime:
    """Move the clock and return the new time. The file is replaced whole, never half written."""
    moved = offset(file) + by
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{moved.total_seconds()}\n", encoding="utf-8")
    fresh.replace(file)
    return now(file)


def parse(text: str) -> timedelta:
    """`45m`, `36h`, `1d12h`; a minus sign goes back. Raises ValueError for anything else."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text)
    if not re.fullmatch(r"(\d+[smhdw])+", rest):
        message = f"cannot read {text!r}: write 45m, 36h or 1d12h"
        raise ValueError(message)
    parts = {UNITS[unit]: float(number) for number, unit in re.findall(r"(\d+)([smhdw])", rest)}
    return sign * timedelta(**parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=Path(".local"))
    parser.add_argument("advance", nargs="?", default="0s", help="such as 45m, 36h or 1d12h")
    asked = parser.parse_args()
    try:
        by = parse(asked.advance)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    asked.state.mkdir(mode=0o700, exist_ok=True)
    print(f"Holdfast's clock: {advance(asked.state / 'clock', by):%d %B %Y, %H:%M:%S} UTC")


if __name__ == "__main__":
    main()
