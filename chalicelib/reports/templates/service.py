"""Making and changing a trust's templates. A report keeps the version that it was made with."""

from dataclasses import replace

from chalicelib import audit, clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import TrustId, is_record
from chalicelib.reports.layout import WHOLE, Layout
from chalicelib.reports.templates import repository
from chalicelib.reports.templates.model import Version
from chalicelib.storage import transaction


def templates(trust: TrustId) -> list[Layout]:
    """A trust's own templates, by title."""
    return repository.all_of(trust)


def template(trust: TrustId, template_id: str) -> Layout:
    """Raises NotFound."""
    found = repository.found(trust, template_id) if is_record(template_id) else None
    if found is None:
        raise NotFound
    return found


def layout_of(trust: TrustId, template_id: str) -> Layout:
    """A template's layout as it is now; the usual one for no template or one that is no more."""
    found = repository.found(trust, template_id) if template_id else None
    return found or WHOLE


def versions(trust: TrustId, template_id: str) -> list[Version]:
    """Every version of a template, newest first."""
    return repository.versions(trust, template_id)


def keep(trust: TrustId, layout: Layout, *, by: str) -> Layout:
    """Keep a template: `layout.version` is the version that was read, 0 for a new one.

    A new one that is there already is left as it was (R16). Raises Conflict when somebody else
    changed it since.
    """
    made = replace(layout, version=layout.version + 1)
    try:
        with transaction() as tx:
            repository.keep(tx, trust, Version(made, by, clock.now()))
            action = "report_template.made" if made.version == 1 else "report_template.changed"
            audit.record(tx, trust, by=by, action=action, about=f"template/{made.template}")
    except Conflict:
        there = repository.found(trust, made.template) if made.version == 1 else None
        if there is None:
            raise
        return there
    return made


def drop(trust: TrustId, template_id: str, *, by: str) -> None:
    """Offer a template no more; schedules that use it make the usual report. Raises NotFound."""
    found = template(trust, template_id)
    with transaction() as tx:
        repository.drop(tx, trust, found)
        about = f"template/{template_id}"
        audit.record(tx, trust, by=by, action="report_template.dropped", about=about)
