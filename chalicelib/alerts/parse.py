"""From a body to understood events; also the tester: `python -m chalicelib.alerts.parse FILE`.

Pure: no store, no network, no clock but the receipt time that is passed in. Nothing that a sender
writes raises anything here but TooLarge.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from chalicelib import clock
from chalicelib.alerts import themes, times
from chalicelib.alerts.facts import TEXT_SHOWN, URL_SHOWN, Facts, FilterEvent, Kind, Severity
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.formats.envelope import split
from chalicelib.alerts.formats.pieces import Piece
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.formats.spelling import record_of
from chalicelib.alerts.providers import fallback, mail, pings, reader_of

NOTHING_FOUND = "We found no person, device, address, site or category in it."
OUR_FAULT = "Our reader failed on it. The fault is ours, and it has been reported."


@dataclass(frozen=True, slots=True)
class Reading:
    """A body's events in order; `is_ping` when it only asks whether we are there."""

    events: tuple[FilterEvent, ...]
    is_ping: bool = False

    @property
    def unreadable(self) -> tuple[FilterEvent, ...]:
        return tuple(event for event in self.events if event.unreadable)


def read_body(
    body: bytes, *, received_at: datetime, zone: str = times.DEFAULT_ZONE, content_type: str = ""
) -> Reading:
    """Every event of a body. Raises TooLarge past a limit, and nothing else."""
    pieces = split(body, content_type)
    if all(pings.is_ping(piece) for piece in pieces):
        return Reading((), is_ping=True)
    events = (_read_safely(piece, received_at=received_at, zone=zone) for piece in pieces)
    return Reading(tuple(events))


def _read_safely(piece: Piece, *, received_at: datetime, zone: str) -> FilterEvent:
    """A reader with a fault must not lose what an authenticated sender told us."""
    try:
        return read_piece(piece, received_at=received_at, zone=zone)
    except Exception as error:  # noqa: BLE001  # the tests find these; a school must not pay
        from chalicelib.observability import failure  # the tester needs no logger

        failure("alert reader failed", error)
        return FilterEvent(
            facts=Facts(provider=fallback.PROVIDER),
            occurred_at=received_at,
            time_basis=times.TimeBasis.RECEIVED,
            time_marks=(),
            theme=themes.UNCLASSIFIED,
            bypass=False,
            severity=Severity.LOW,
            raw=piece.raw,
            unreadable=OUR_FAULT,
        )


def read_piece(piece: Piece, *, received_at: datetime, zone: str) -> FilterEvent:
    """One event, understood as far as it can be."""
    record = record_of(piece)
    facts = _within_bounds(reader_of(record).read(record))
    when = times.decide(facts.clocks, zone=zone, received_at=received_at)
    judgement = themes.judge(facts)
    return FilterEvent(
        facts=facts,
        occurred_at=when.at,
        time_basis=when.basis,
        time_marks=when.marks,
        theme=judgement.theme.id,
        bypass=judgement.bypass,
        severity=_at_least(facts, judgement.theme.id, judgement.severity),
        raw=piece.raw,
        unreadable="" if _is_readable(facts, record) else NOTHING_FOUND,
        notes=record.notes,
    )


def facts_of(piece: Piece) -> Facts:
    """What an event says, however it came; nothing at all where our reader fails on it."""
    try:
        record = record_of(piece)
        return _within_bounds(reader_of(record).read(record))
    except Exception:  # noqa: BLE001  # it is told of when the event itself is read
        return Facts(provider=fallback.PROVIDER)


def _at_least(facts: Facts, theme: str, severity: Severity) -> Severity:
    """A mail of unknown theme is never merely low: somebody sent it so that it would be read."""
    if facts.provider != mail.PROVIDER or theme != themes.UNCLASSIFIED:
        return severity
    return max(severity, mail.least_severity(facts), key=lambda each: each.rank)


def _is_readable(facts: Facts, record: Record) -> bool:
    if facts.provider == fallback.PROVIDER and record.shape is Shape.TEXT:
        return any((facts.user, facts.client_ip, facts.url, facts.categories, facts.host))
    if facts.found_something or facts.kind is Kind.NOT_A_FILTER_EVENT:
        return True
    return facts.provider != fallback.PROVIDER and bool(facts.message)


_LONG = ("user", "user_domain", "group", "device", "host", "search", "vendor_action")


def _within_bounds(facts: Facts) -> Facts:
    """Texts cut for display (alerts.md section 10); the raw record stays whole."""
    cut = {
        name: getattr(facts, name)[:256]
        for name in (*_LONG, "vendor_severity", "rule", "sensor", "network")
        if getattr(facts, name) is not None
    }
    return replace(
        facts,
        **cut,
        url=facts.url[:URL_SHOWN] if facts.url else None,
        message=facts.message[:TEXT_SHOWN] if facts.message else None,
        event_id=facts.event_id[:256],
        categories=tuple(name[:128] for name in facts.categories[:20]),
        category_ids=tuple(number[:32] for number in facts.category_ids[:20]),
        themes=facts.themes[:20],
    )


# --- the tester ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object for each event of a file, as the technician's page shows them."""
    parser = argparse.ArgumentParser(
        prog="python -m chalicelib.alerts.parse",
        description="Show what Holdfast makes of an alert. Prints one JSON object for each event.",
    )
    parser.add_argument("file", type=Path, help="the body as it would be posted; - for stdin")
    parser.add_argument("--content-type", default="", help="the Content-Type it is sent with")
    parser.add_argument("--zone", default=times.DEFAULT_ZONE, help="the clock of the sender")
    chosen = parser.parse_args(arguments)
    body = sys.stdin.buffer.read() if str(chosen.file) == "-" else chosen.file.read_bytes()
    try:
        reading = read_body(
            body, received_at=clock.now(), zone=chosen.zone, content_type=chosen.content_type
        )
    except TooLarge as error:
        sys.stderr.write(f"Too large to take in: {error}\n")
        return 1
    for event in reading.events:
        sys.stdout.write(json.dumps(event.as_json(), ensure_ascii=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
