"""Real events of vendors, where somebody has a folder of them: `ALERT_SAMPLES=<folder>` names it.

They carry other people's licences, so none is in the repository. The folder's `index.json` says
what must come out of each. Without one, the events of our own in `test_envelopes.py` and its
neighbours stand for them.
"""

import ipaddress
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.alerts.parse import main
from tests.alerts.senders import fortigate

_TEXTS = ("user", "device", "url", "host", "action", "kind", "theme")
# One of our own, in the form the folder has: what compares is tried wherever the tests are run.
OURS = {
    "id": "ours",
    "file": "ours.log",
    "content_type": "text/plain",
    "expected": {
        "occurred_at": "2026-10-06T09:00:00Z",
        "user": "p.okafor",
        "client_ip": "10.20.4.117",
        "host": "adult.example",
        "vendor_category": ["Pornography"],
        "action": "allowed",
        "action_accept": ["monitored"],
    },
}


def test_every_real_sample_gives_its_facts(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    """Through the tester that integrators have, as its page says; nothing expected is missing."""
    (tmp_path / "ours.log").write_text(fortigate())
    (tmp_path / "index.json").write_text(json.dumps({"events": [OURS]}))
    named = os.environ.get("ALERT_SAMPLES")
    folders = [tmp_path, *([Path(named)] if named else [])]
    tried, wrong = 0, []
    for folder in folders:
        for sample in json.loads((folder / "index.json").read_text())["events"]:
            main(["--content-type", sample["content_type"], str(folder / sample["file"])])
            found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            wrong += [f"{sample['id']}: {each}" for each in _differs(found, sample["expected"])]
            tried += 1

    record_property("figure", f"samples of alerts: {tried} tried, {len(wrong)} facts otherwise")
    assert [] == wrong


def _differs(found: list[dict[str, Any]], wanted: dict[str, Any]) -> list[str]:
    if wanted.get("events", 1) != len(found):
        return [f"{len(found)} events"]
    wrong = [name for name in _TEXTS if not _text(found[0], wanted, name)]
    checks = {"client_ip": _address, "occurred_at": _moment, "vendor_category": _categories}
    wrong += [name for name, check in checks.items() if not check(found[0], wanted)]
    return [f"{name} is {found[0].get(name)!r}" for name in wrong]


def _text(found: dict[str, Any], wanted: dict[str, Any], name: str) -> bool:
    if name not in wanted:
        return True
    good = {_folded(wanted[name]), *map(_folded, wanted.get(f"{name}_accept") or ())}
    return _folded(found.get(name)) in good


def _folded(value: Any) -> str:
    return str(value or "").casefold()


def _address(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if wanted.get("client_ip") is None:
        return True
    good = [wanted["client_ip"], *(wanted.get("client_ip_accept") or ())]
    value = found.get("client_ip")
    return bool(value) and ipaddress.ip_address(value) in map(ipaddress.ip_address, good)


def _moment(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if "occurred_at" not in wanted:
        return True
    if wanted["occurred_at"] is None:
        return str(found["time_basis"]) == "received"
    good = [wanted["occurred_at"], *(wanted.get("occurred_at_accept") or ())]
    at = datetime.fromisoformat(found["occurred_at"]).astimezone(UTC)
    return any(abs(at - datetime.fromisoformat(each)) <= timedelta(seconds=1) for each in good)


def _categories(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if "vendor_category" not in wanted:
        return True
    good = [wanted["vendor_category"], *(wanted.get("vendor_category_accept") or ())]
    return sorted(found.get("vendor_category") or ()) in [sorted(each or ()) for each in good]
