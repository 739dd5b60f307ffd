"""Every payload of these folders becomes the alerts written beside it."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib.alerts.formats.envelope import split
from chalicelib.alerts.formats.record import Record
from chalicelib.alerts.formats.spelling import record_of
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.providers import READERS

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


def test_every_reader_has_payloads() -> None:
    """A reader without a payload is a reader nobody tried."""
    folders = {path.parent.name for path in EXPECTED}
    readers = {reader.__name__.rpartition(".")[2] for reader in READERS} - {"fallback"}

    assert readers | {"generic"} <= folders


def _records(folder: str) -> list[Record]:
    found = [_payload(path) for path in EXPECTED if path.parent.name == folder]
    return [record_of(piece) for body in found for piece in split(body)]


@pytest.mark.parametrize("reader", READERS[:-1], ids=lambda reader: reader.__name__)
def test_no_reader_takes_anothers_events(reader: ModuleType) -> None:
    """Each vendor's events are recognised by its own reader and by none but the last one."""
    own = reader.__name__.rpartition(".")[2]
    claimed = {
        other.__name__.rpartition(".")[2]
        for record in _records(own)
        for other in READERS[:-1]
        if other.recognises(record)
    }

    assert {own} == claimed


def test_our_own_events_stay_ours() -> None:
    """A provider may put any vendor's names beside ours; so may a pupil in an address."""
    names = ("log_type", "log_component", "log_subtype", "sn", "fw", "m", "LogType", "DeviceSN")
    data = dict.fromkeys((*names, "alertTypeId", "occurredAt", "class_uid", "severity_id"), "x")
    ours = json.dumps({"type": "filter.event", "data": {**data, "vendor": "zscaler"}})
    line = 'logid="0316013056" devid="FG1" user="a" hostname="x.example" url="/?sn=1 fw=2 m=3"'

    found = [read_body(body.encode(), received_at=RECEIVED_AT) for body in (ours, line)]

    assert ["signed", "fortigate"] == [reading.events[0].facts.provider for reading in found]


def test_an_address_cannot_make_a_line_another_vendors() -> None:
    """What a pupil types must not turn a blocked page into plain traffic."""
    line = (
        'filter: action=blocked user=a url="http://x.example/?1795171337.12 b flows src=1 c=d" z=1'
    )

    [event] = read_body(line.encode(), received_at=RECEIVED_AT).events

    assert ("generic", True) == (event.facts.provider, event.is_filter_event)
