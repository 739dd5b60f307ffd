"""A school's own say in what a category means and how serious a theme is, version by version.

What the school changed counts before the lists that ship; what neither knows is unclassified, is
shown as such, and is counted, because a rising count means that the lists are out of date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib import audit, clock, ids
from chalicelib.alerts import themes
from chalicelib.alerts.facts import Facts, FilterEvent, Severity
from chalicelib.alerts.rows import MapRow, UnknownRow
from chalicelib.errors import Conflict, Invalid
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get, transaction

CURRENT = "map#current"
_UNKNOWN = "unknown#"
MOST = 300

Column = tuple[Severity, Severity]  # blocked, let through


@dataclass(frozen=True, slots=True)
class Changes:
    """One version of a school's changes. Categories are (vendor, plain name); vendor may be any."""

    severities: Mapping[str, Column] = field(default_factory=dict)
    categories: Mapping[tuple[str, str], str] = field(default_factory=dict)
    version: int = 0
    by: str = ""
    at: datetime | None = None

    def of(self, vendor: str, name: str) -> str | None:
        plain = themes.plain(name)
        return self.categories.get((vendor, plain)) or self.categories.get(("any", plain))

    def columns(self, theme: themes.Theme) -> Column:
        return self.severities.get(theme.id, (theme.blocked, theme.let_through))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A category that nobody has given a theme yet."""

    id: str
    vendor: str
    name: str
    events: int
    last_at: datetime


def judged(event: FilterEvent, changes: Changes) -> FilterEvent:
    """The event as this school judges it; what it has not changed stays as it was."""
    if not changes.version or event.unreadable or not event.is_filter_event:
        return event
    facts = event.facts
    ours = {name: changes.of(facts.vendor, name) for name in facts.categories}
    theme_id, bypass = event.theme, event.bypass
    if chosen := [theme for theme in ours.values() if theme]:
        rest = tuple(name for name, theme in ours.items() if not theme)
        numbers = facts.category_ids if rest else ()
        seen = replace(
            facts, categories=rest, category_ids=numbers, themes=(*facts.themes, *chosen)
        )
        found = themes.judge(seen)
        theme_id, bypass = found.theme.id, found.bypass or bypass
    theme = themes.named(theme_id)
    if theme_id == event.theme and theme_id not in changes.severities:
        return event
    blocked, let_through = changes.columns(theme)
    own = replace(theme, blocked=blocked, let_through=let_through)
    severity = themes.severity(facts, own, bypass=bypass)
    return replace(event, theme=theme_id, bypass=bypass, severity=severity)


# --- kept -----------------------------------------------------------------------------------------


def current(school: SchoolId) -> Changes:
    row = get(MapRow, school, CURRENT)
    return to_changes(row) if row else Changes()


def versions(school: SchoolId) -> list[Changes]:
    """Every version, newest first."""
    rows = every(MapRow, school, "map#0", newest_first=True)
    return [to_changes(row) for row in rows]


def save(school: SchoolId, changes: Changes, *, version: int, by: str) -> Changes:
    """Replace a school's changes. Raises Invalid, and Conflict when somebody else saved first."""
    if problems := _problems(changes):
        raise Invalid(problems)
    new = replace(changes, version=version + 1, by=by, at=clock.now())
    row = get(MapRow, school, CURRENT)
    if (int(row.data["number"]) if row else 0) != version:
        raise Conflict
    row = row or MapRow(school, CURRENT, version=None)
    is_first = row.attribute_values.get("version") is None
    _fill(row, new)
    kept = _fill(MapRow(school, f"map#{new.version:06d}"), new)
    with transaction() as tx:
        if is_first:
            row.version = 1
            tx.create(row)
        else:
            tx.replace(row)
        tx.create(kept)
        audit.record(tx, school, by=by, action="themes.changed", about=f"themes/{new.version}")
    return new


def set_category(school: SchoolId, *, vendor: str, name: str, theme: str, by: str) -> None:
    """Give one category a theme, or (with an empty one) take the school's choice back."""
    before = current(school)
    categories = dict(before.categories)
    key = (vendor or "any", themes.plain(name))
    if theme:
        categories[key] = theme
    else:
        categories.pop(key, None)
    save(school, replace(before, categories=categories), version=before.version, by=by)


def _problems(changes: Changes) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    known = themes.lists().by_id
    for theme, (blocked, let_through) in changes.severities.items():
        if theme not in known or known[theme].restricted:
            problems[theme] = ["This theme cannot be changed: it is always critical"]
        elif let_through.rank < blocked.rank:
            problems[theme] = ["What is let through cannot matter less than what is blocked"]
    if set(changes.categories.values()) - set(known):
        problems["theme"] = ["Choose a theme from the list"]
    if len(changes.categories) > MOST:
        problems["theme"] = [f"A school can map {MOST} categories of its own"]
    return problems


# --- what no list knows ---------------------------------------------------------------------------


def unknown_in(school: SchoolId, facts: Facts, changes: Changes) -> dict[str, tuple[str, str]]:
    """The categories of an event that nobody knows, by the key they are counted under."""
    return {
        f"{_UNKNOWN}{ids.digest(f'{school}|{facts.vendor}|{themes.plain(name)}')[:32]}": (
            facts.vendor,
            name,
        )
        for name in facts.categories
        if not changes.of(facts.vendor, name) and not themes.knows(facts.vendor, name)
    }


def count_unknown(
    tx: Transaction, school: SchoolId, found: Mapping[str, tuple[str, str]], now: datetime
) -> None:
    for sk, (vendor, name) in found.items():
        row = UnknownRow(school, sk)
        row.seal({"vendor": vendor, "name": name})
        values = {"sealed": row.sealed, "last_at": clock.stamp(now)}
        tx.update(UnknownRow, school, sk, set=values, add={"events": 1})


def unknown(school: SchoolId) -> list[Unknown]:
    """What no list knew, most frequent first, without what the school has mapped since."""
    ours = current(school)
    found = [_unknown(row) for row in every(UnknownRow, school, _UNKNOWN)]
    left = [each for each in found if not ours.of(each.vendor, each.name)]
    return sorted(left, key=lambda each: (-each.events, each.name))


def _unknown(row: UnknownRow) -> Unknown:
    private = row.unseal()
    return Unknown(
        row.sk.removeprefix(_UNKNOWN),
        private["vendor"],
        private["name"],
        int(row.events or 0),
        clock.parse(row.last_at or ""),
    )


# --- rows -----------------------------------------------------------------------------------------


def _fill(row: MapRow, changes: Changes) -> MapRow:
    row.data = {
        "number": changes.version,
        "severities": {theme: list(column) for theme, column in changes.severities.items()},
        "by": changes.by,
        "at": clock.stamp(changes.at) if changes.at else "",
    }
    row.seal({"categories": [[*key, theme] for key, theme in changes.categories.items()]})
    return row


def to_changes(row: MapRow) -> Changes:
    data: Mapping[str, Any] = row.data
    return Changes(
        severities={
            theme: (Severity(blocked), Severity(through))
            for theme, (blocked, through) in data["severities"].items()
        },
        categories={(vendor, name): theme for vendor, name, theme in row.unseal()["categories"]},
        version=int(data["number"]),
        by=data["by"],
        at=clock.parse(data["at"]) if data["at"] else None,
    )
