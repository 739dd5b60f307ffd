"""Every payload of these folders becomes the alerts written beside it."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.alerts.parse import read_body

HERE = Path(__file__).parent
RECEIVED_AT = datetime(2026, 11, 22, 1, 5, 55, tzinfo=UTC)
EXPECTED = sorted(HERE.glob("*/*.expected.json"))


def _payload(expected: Path) -> bytes:
    name = expected.name.removesuffix(".expected.json")
    [found] = [path for path in expected.parent.glob(f"{name}.*") if path != expected]
    return found.read_bytes()


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_payload_becomes_its_alerts(expected: Path, packed: bool) -> None:
    """The facts come out whatever the content type says, gzipped or not."""
    body = _payload(expected)
    wanted = json.loads(expected.read_text())["events"]

    reading = read_body(
        gzip.compress(body) if packed else body,
        received_at=RECEIVED_AT,
        content_type="application/x-www-form-urlencoded" if packed else "",
    )
    found = [event.as_json() for event in reading.events]

    assert len(wanted) == len(found)
    for facts, event in zip(wanted, found, strict=True):
        assert facts == {name: event[name] for name in facts}


def test_every_provider_has_payloads() -> None:
    """A reader without a payload is a reader nobody tried."""
    folders = {path.parent.name for path in EXPECTED}

    assert {"fortigate", "signed", "generic"} <= folders
