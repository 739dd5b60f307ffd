"""Snapshots in the trust's partition of the reports table: the figures each report was made of.

One item holds a few hundred figures; a year of a big trust has thousands. The first of them stand
in the snapshot's own row, the others in rows that it names; it is written last, so that a snapshot
which is there is whole. The reports of a set share the one under the set's id.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import clock, ids
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports import packing
from chalicelib.reports.model import (
    Correction,
    Earlier,
    Figures,
    Missing,
    Point,
    Snapshot,
)
from chalicelib.reports.repository import from_period, to_period
from chalicelib.reports.rows import SnapshotRow
from chalicelib.storage import every, get, transaction

_AT_ONCE = 200  # figures in a row: at most about a kilobyte each, of the 400 that an item holds


def keep(trust: TrustId, job_id: str, snapshot: Snapshot) -> Snapshot:
    """Keep what a report or a set is made of, unless it is kept already: gives what is kept."""
    writing = ids.new()
    found = [*snapshot.figures, *snapshot.figures_before]
    chunks = [found[n : n + _AT_ONCE] for n in range(0, len(found), _AT_ONCE)] or [[]]
    keys = [f"{_more(job_id)}{writing}#{n:03}" for n in range(1, len(chunks))]
    for key, chunk in zip(keys, chunks[1:], strict=True):
        row = SnapshotRow(trust, key)
        row.seal({"figures": [from_figures(each) for each in chunk]})
        with transaction() as tx:
            tx.put(row)
    row = SnapshotRow(trust, _key(job_id))
    row.seal(from_snapshot(snapshot) | {"figures": [from_figures(each) for each in chunks[0]]})
    try:
        with transaction() as tx:
            # What was kept before figures were kept part by part may be of no use: it gives way.
            tx.update(
                SnapshotRow,
                trust,
                row.sk,
                set={"sealed": row.sealed, "writing": writing},
                condition=SnapshotRow.writing.does_not_exist(),
            )
    except Conflict:
        for key in keys:
            with transaction() as tx:
                tx.delete(SnapshotRow, trust, key)
        first = snapshot_of(trust, job_id)
        if first is None:
            raise
        return first
    return snapshot


def snapshot_of(trust: TrustId, job_id: str) -> Snapshot | None:
    """What is kept of a report or a set under its id.

    None where nothing is, and for one of several parts that was kept as their sum: what may be
    shown of it cannot be told from that.
    """
    row = get(SnapshotRow, trust, _key(job_id))
    if row is None:
        return None
    kept = row.unseal()
    if "schools" in kept:  # each school's sum, as it was kept before
        if len(kept["period"]["parts"]) > 1:
            return None
        kept["figures"] = [*kept["schools"], *kept["schools_before"]]
    figures = list(map(to_figures, kept["figures"]))
    if row.writing and len(figures) == _AT_ONCE:
        for more in every(SnapshotRow, trust, f"{_more(job_id)}{row.writing}#", consistent=True):
            figures += map(to_figures, more.unseal()["figures"])
    return to_snapshot(kept, figures)


def _key(job_id: str) -> str:
    return f"snapshot#{job_id}"


def _more(job_id: str) -> str:
    return f"{_key(job_id)}#"


def from_snapshot(made: Snapshot) -> dict[str, Any]:
    """All of a snapshot but its figures."""
    return {
        "trust": made.trust,
        "period": from_period(made.period),
        "before": from_period(made.before) if made.before else None,
        "threshold": made.threshold,
        "counted_at": clock.stamp(made.counted_at),
        "chosen": list(made.chosen),
        "trend": [_from_point(each) for each in made.trend],
        "missing": [[each.name, each.why] for each in made.missing],
        "earlier": _from_earlier(made.earlier) if made.earlier else None,
    }


def to_snapshot(stored: Mapping[str, Any], figures: Sequence[Figures]) -> Snapshot:
    """A snapshot from what is stored of it and its figures."""
    period = to_period(stored["period"])
    before = to_period(stored["before"]) if stored["before"] else None
    parts_before = before.parts if before else ()
    return Snapshot(
        trust=stored["trust"],
        period=period,
        before=before,
        threshold=stored["threshold"],
        counted_at=clock.parse(stored["counted_at"]),
        figures=tuple(each for each in figures if each.part in period.parts),
        chosen=tuple(SchoolId(each) for each in stored["chosen"]),
        figures_before=tuple(each for each in figures if each.part in parts_before),
        trend=tuple(_to_point(*each) for each in stored["trend"]),
        missing=tuple(Missing(*each) for each in stored["missing"]),
        earlier=_to_earlier(stored["earlier"]) if stored.get("earlier") else None,
    )


def _from_point(point: Point) -> list[Any]:
    by_school = [dict(point.by_school)] if point.by_school else []
    return [point.label, point.incidents, point.alerts, *by_school]


def _to_point(
    label: str,
    incidents: int | None,
    alerts: int | None,
    by_school: Mapping[str, Sequence[int | None]] | None = None,
) -> Point:
    each = {SchoolId(school): (n, m) for school, (n, m) in (by_school or {}).items()}
    return Point(label, incidents, alerts, each)


def _from_earlier(earlier: Earlier) -> dict[str, Any]:
    return {
        "counted_at": clock.stamp(earlier.counted_at),
        "corrections": [
            [each.school, each.name, each.measure, each.then, each.now]
            for each in earlier.corrections
        ],
    }


def _to_earlier(stored: Mapping[str, Any]) -> Earlier:
    return Earlier(
        clock.parse(stored["counted_at"]),
        tuple(Correction(SchoolId(school), *rest) for school, *rest in stored["corrections"]),
    )


def from_figures(found: Figures) -> dict[str, Any]:
    return {
        "school": found.school,
        "name": found.name,
        "pupils": found.pupils,
        "part": found.part,
        "counted_at": clock.stamp(found.counted_at),
        "packed": base64.b64encode(packing.pack(found.totals)).decode(),
    }


def to_figures(stored: Mapping[str, Any]) -> Figures:
    return Figures(
        school=SchoolId(stored["school"]),
        name=stored["name"],
        pupils=stored["pupils"],
        part=stored["part"],
        counted_at=clock.parse(stored["counted_at"]),
        totals=packing.unpack(base64.b64decode(stored["packed"])),
    )
