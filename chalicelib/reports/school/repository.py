"""A school's reports in its own partition: reports, what they were made of, who received them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.errors import Conflict
from chalicelib.ids import PersonId, SchoolId
from chalicelib.reports import repository as stored
from chalicelib.reports import snapshots
from chalicelib.reports.document import Column, Kind, Section, Sentence, Table
from chalicelib.reports.school.model import Change, Counted, Receiver, Report, State, Wording
from chalicelib.reports.school.rows import CountedRow, ReceiverRow, ReportRow
from chalicelib.storage import Page, Transaction, every, get, page_of

_REPORT = "governors#"


def add(tx: Transaction, report: Report) -> None:
    """A new report. Conflict at commit when it is there."""
    tx.create(_to_row(report))


def save(tx: Transaction, report: Report) -> None:
    """A report as it is now. Conflict at commit when somebody saved since it was read."""
    row = _to_row(report)
    row.version = report.version
    tx.replace(row, error=Conflict())


def find(school: SchoolId, report: str) -> Report | None:
    row = get(ReportRow, school, _REPORT + report)
    return to_report(row) if row else None


def page(school: SchoolId, cursor: str = "") -> Page[ReportRow]:
    """A page of the reports there are, newest first."""
    return page_of(ReportRow, school, _REPORT, cursor=cursor)


def newest(school: SchoolId) -> Iterator[Report]:
    """Every report, newest first."""
    yield from map(to_report, every(ReportRow, school, _REPORT, newest_first=True))


def keep_counted(tx: Transaction, school: SchoolId, report: str, counted: Counted) -> None:
    row = CountedRow(school, f"counted#{report}")
    row.seal(
        {
            "snapshot": snapshots.from_snapshot(counted.snapshot),
            "states": [_from_section(each) for each in counted.states],
            "terms": [snapshots.from_figures(each) for each in counted.snapshot.figures],
            "terms_before": [
                snapshots.from_figures(each) for each in counted.snapshot.figures_before
            ],
            "trend": [snapshots.from_figures(each) for each in counted.trend],
        }
    )
    tx.put(row)


def counted(school: SchoolId, report: str) -> Counted | None:
    row = get(CountedRow, school, f"counted#{report}")
    if row is None:
        return None
    private = row.unseal()
    terms = [*private["terms"], *private["terms_before"]]
    return Counted(
        snapshots.to_snapshot(private["snapshot"], list(map(snapshots.to_figures, terms))),
        tuple(map(_to_section, private["states"])),
        tuple(map(snapshots.to_figures, private.get("trend", ()))),
    )


def add_receiver(tx: Transaction, school: SchoolId, report: str, receiver: Receiver) -> None:
    """Somebody is told: once, or Conflict at commit."""
    row = ReceiverRow(
        school, _receiver(report, receiver.person), told_at=clock.stamp(receiver.told_at)
    )
    row.seal({"name": receiver.name})
    tx.create(row)


def mark_read(
    tx: Transaction, school: SchoolId, report: str, person: PersonId, at: datetime
) -> None:
    """They have read it. Conflict at commit for whoever it did not go to, or who said so before."""
    tx.update(
        ReceiverRow,
        school,
        _receiver(report, person),
        set={"read_at": clock.stamp(at)},
        condition=ReceiverRow.told_at.exists() & ReceiverRow.read_at.does_not_exist(),
    )


def receiver(school: SchoolId, report: str, person: PersonId) -> Receiver | None:
    row = get(ReceiverRow, school, _receiver(report, person))
    return _to_receiver(row) if row else None


def receivers(school: SchoolId, report: str) -> list[Receiver]:
    return [_to_receiver(row) for row in every(ReceiverRow, school, f"receiver#{report}#")]


def to_report(row: ReportRow) -> Report:
    private = row.unseal()
    return Report(
        id=row.sk.removeprefix(_REPORT),
        school=SchoolId(row.tenant),
        period=stored.to_period(row.period),
        state=State(row.state),
        asked_by=row.asked_by,
        asked_at=clock.parse(row.asked_at),
        version=int(row.version or 0),
        counted_at=clock.parse(row.counted_at) if row.counted_at else None,
        wording=_to_wording(private.get("wording", {})),
        approved_by=row.approved_by or "",
        approver=private.get("approver", ""),
        approved_at=clock.parse(row.approved_at) if row.approved_at else None,
    )


def _to_row(report: Report) -> ReportRow:
    row = ReportRow(
        report.school,
        _REPORT + report.id,
        period=stored.from_period(report.period),
        state=report.state,
        asked_by=report.asked_by,
        asked_at=clock.stamp(report.asked_at),
        counted_at=clock.stamp(report.counted_at) if report.counted_at else None,
        approved_by=report.approved_by or None,
        approved_at=clock.stamp(report.approved_at) if report.approved_at else None,
        version=report.version,
    )
    row.seal(
        {
            "wording": {
                "changed": {
                    key: [each.text, each.figures] for key, each in report.wording.changed.items()
                },
                "added": dict(report.wording.added),
            },
            "approver": report.approver,
        }
    )
    return row


def _to_wording(private: Mapping[str, Any]) -> Wording:
    return Wording(
        {key: Change(*each) for key, each in private.get("changed", {}).items()},
        private.get("added", {}),
    )


def _receiver(report: str, person: PersonId) -> str:
    return f"receiver#{report}#{person}"


def _to_receiver(row: ReceiverRow) -> Receiver:
    return Receiver(
        PersonId(row.sk.rpartition("#")[2]),
        str(row.unseal().get("name", "")),
        clock.parse(row.told_at),
        clock.parse(row.read_at) if row.read_at else None,
    )


def _from_section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "heading": section.heading,
        "sentences": [[each.text, list(each.tables), each.key] for each in section.sentences],
        "tables": [
            {
                "caption": table.caption,
                "columns": [[each.heading, each.kind] for each in table.columns],
                "rows": [list(row) for row in table.rows],
                "totals": list(table.totals),
                "note": table.note,
            }
            for table in section.tables
        ],
    }


def _to_section(kept: Mapping[str, Any]) -> Section:
    return Section(
        kept["key"],
        kept["heading"],
        tuple(Sentence(text, tuple(tables), key) for text, tables, key in kept["sentences"]),
        tables=tuple(
            Table(
                each["caption"],
                tuple(Column(heading, Kind(kind)) for heading, kind in each["columns"]),
                tuple(tuple(row) for row in each["rows"]),
                tuple(each["totals"]),
                note=each["note"],
            )
            for each in kept["tables"]
        ),
    )
