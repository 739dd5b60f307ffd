"""Templates in the trust's partition: each as it is now, and every version it had."""

from chalicelib import clock
from chalicelib.ids import TrustId
from chalicelib.reports.layout import Layout
from chalicelib.reports.repository import from_layout, to_layout
from chalicelib.reports.rows import TemplateRow
from chalicelib.reports.templates.model import Version
from chalicelib.storage import Transaction, every, get

_NOW, _VERSION = "template#", "templated#"


def all_of(trust: TrustId) -> list[Layout]:
    """A trust's templates by title; one query."""
    found = [_layout(row) for row in every(TemplateRow, trust, _NOW, consistent=True)]
    return sorted(found, key=lambda each: each.title.casefold())


def found(trust: TrustId, template: str) -> Layout | None:
    row = get(TemplateRow, trust, _NOW + template)
    return _layout(row) if row else None


def versions(trust: TrustId, template: str) -> list[Version]:
    """Every version there was, newest first."""
    rows = every(TemplateRow, trust, f"{_VERSION}{template}#", newest_first=True, consistent=True)
    return [Version(_layout(row), row.by, clock.parse(row.at)) for row in rows]


def keep(tx: Transaction, trust: TrustId, made: Version) -> None:
    """A new version, the one after what was read; Conflict at commit when it is not."""
    layout = made.layout
    now = _row(trust, f"{_NOW}{layout.template}", made)
    if layout.version == 1:
        tx.create(now)
    else:
        now.version = layout.version - 1
        tx.replace(now)
    tx.create(_row(trust, f"{_VERSION}{layout.template}#{layout.version:05d}", made))


def drop(tx: Transaction, trust: TrustId, layout: Layout) -> None:
    """It is offered no more; its versions stay."""
    tx.delete(
        TemplateRow,
        trust,
        _NOW + layout.template,
        condition=TemplateRow.version == layout.version,
    )


def _row(trust: TrustId, sk: str, made: Version) -> TemplateRow:
    row = TemplateRow(trust, sk, by=made.by, at=clock.stamp(made.at), version=made.layout.version)
    row.seal({"layout": from_layout(made.layout)})
    return row


def _layout(row: TemplateRow) -> Layout:
    return to_layout(row.unseal()["layout"])
