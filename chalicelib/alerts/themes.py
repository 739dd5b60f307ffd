"""What a vendor's category means to a school, and how serious that is (alerts.md section 5).

The lists are data in `themes.toml`. A category is matched by vendor and number, then by its exact
text, then without case and punctuation; never by a part of its name. Unknown stays unclassified.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.alerts.facts import Action, Facts, Kind, Severity

UNCLASSIFIED = "unclassified"
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme: restricted ones never show an address or a site outside the signed-in record."""

    id: str
    label: str
    rank: int
    blocked: Severity
    let_through: Severity
    restricted: bool
    lists: tuple[str, ...]
    four_cs: tuple[str, ...]
    incident_types: tuple[int, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    theme: Theme
    bypass: bool
    severity: Severity


@dataclass(frozen=True, slots=True)
class Themes:
    """The lists, ready to be asked."""

    version: int
    by_id: Mapping[str, Theme]
    numbers: Mapping[tuple[str, str], str]
    exact: Mapping[tuple[str, str], str]
    normal: Mapping[tuple[str, str], str]
    bypass_numbers: frozenset[tuple[str, str]]
    bypass_names: frozenset[str]
    bypass_blocked: Severity
    bypass_let_through: Severity
    bypass_incident_types: tuple[int, ...]
    type_names: Mapping[int, str]
    noise: frozenset[str]


def plain(name: str) -> str:
    """A category's name without case, spaces and punctuation; `&` is `and`."""
    return re.sub(r"[^\w]|_", "", name.lower().replace("&", "and"))


@cache
def lists() -> Themes:
    """The lists that ship with the product, read once."""
    text = (Path(__file__).parent / "themes.toml").read_text(encoding="utf-8")
    return _read(tomllib.loads(text))


def _read(data: Mapping[str, Any]) -> Themes:
    themes = [_theme(rank, entry) for rank, entry in enumerate(data["theme"])]
    names = list(_names(data["names"]))
    bypass = data["bypass"]
    return Themes(
        version=data["version"],
        by_id={theme.id: theme for theme in themes},
        numbers={
            (vendor, str(number)): theme
            for vendor, table in data["numbers"].items()
            for theme, numbers in table.items()
            for number in numbers
        },
        exact={(vendor, name): theme for vendor, name, theme in names},
        normal={(vendor, plain(name)): theme for vendor, name, theme in names},
        bypass_numbers=frozenset(("fortinet", str(n)) for n in bypass["fortinet_numbers"]),
        bypass_names=frozenset(plain(name) for name in bypass["names"]),
        bypass_blocked=Severity(bypass["severity_blocked"]),
        bypass_let_through=Severity(bypass["severity_let_through"]),
        bypass_incident_types=tuple(bypass["incident_types"]),
        noise=frozenset(data["noise"]["hosts"]),
        type_names={int(number): name for number, name in data["incident_type_names"].items()},
    )


def _theme(rank: int, entry: Mapping[str, Any]) -> Theme:
    return Theme(
        id=entry["id"],
        label=entry["label"],
        rank=rank,
        blocked=Severity(entry["blocked"]),
        let_through=Severity(entry["let_through"]),
        restricted=bool(entry.get("restricted")),
        lists=tuple(entry["lists"]),
        four_cs=tuple(entry["four_cs"]),
        incident_types=tuple(entry["incident_types"]),
        steps=tuple(entry.get("steps", ())),
    )


def _names(tables: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for vendor, table in tables.items():
        for theme, names in table.items():
            for name in names:
                yield vendor, name, theme


def named(theme: str) -> Theme:
    """The theme with this id; one that a later version dropped reads as not classified."""
    known = lists().by_id
    return known.get(theme) or known[UNCLASSIFIED]


# --- judging -------------------------------------------------------------------------------------


def judge(facts: Facts) -> Judgement:
    """The most serious theme of an event, whether it tried to get round the filter, how serious."""
    theme = min(_candidates(facts), key=lambda found: found.rank)
    bypass = _is_bypass(facts)
    if bypass and theme.id in {UNCLASSIFIED, GENERAL}:
        theme = named("malware_hacking")
    return Judgement(theme, bypass, severity(facts, theme, bypass=bypass))


def _candidates(facts: Facts) -> list[Theme]:
    found = [lists().by_id[theme] for theme in facts.themes if theme in lists().by_id]
    found += [named(theme) for theme in _by_number(facts.vendor, facts.category_ids)]
    numbered = bool(found) and any(theme.id != UNCLASSIFIED for theme in found)
    if not numbered:
        found += [named(theme) for theme in _by_name(facts.vendor, facts.categories)]
    if not found and facts.kind in {Kind.MALWARE, Kind.IPS}:
        found.append(named("malware_hacking"))
    # A known general category beside an unknown one: the unknown one is what we cannot vouch for.
    return found or [named(UNCLASSIFIED)]


def _by_number(vendor: str, numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        theme = lists().numbers.get((vendor, number.lstrip("0") or "0"))
        if theme:
            yield theme


def _by_name(vendor: str, names: Iterable[str]) -> Iterator[str]:
    known = lists()
    for name in names:
        for tables, spelling in ((known.exact, name), (known.normal, plain(name))):
            theme = tables.get((vendor, spelling)) or tables.get(("any", spelling))
            if theme:
                yield theme
                break
        else:
            if plain(name) not in known.bypass_names:
                yield UNCLASSIFIED


def knows(vendor: str, name: str) -> bool:
    """Whether the lists say anything of a category, and be it that it means nothing."""
    known = lists()
    return plain(name) in known.bypass_names or any(
        key in table
        for table, spelling in ((known.exact, name), (known.normal, plain(name)))
        for key in ((vendor, spelling), ("any", spelling))
    )


def is_noise(host: str, ours: Iterable[str]) -> bool:
    """Whether a site is one that pages load by themselves: it or a parent of it is listed."""
    parts = host.casefold().rstrip(".").split(".")
    parents = {".".join(parts[place:]) for place in range(len(parts))}
    return not parents.isdisjoint(lists().noise) or not parents.isdisjoint(ours)


def _is_bypass(facts: Facts) -> bool:
    known = lists()
    if any((facts.vendor, number) in known.bypass_numbers for number in facts.category_ids):
        return True
    return any(plain(name) in known.bypass_names for name in facts.categories)


def severity(facts: Facts, theme: Theme, *, bypass: bool) -> Severity:
    """The table of section 5; what the filter let through counts by its second column."""
    if facts.kind is Kind.NOT_A_FILTER_EVENT:
        return Severity.INFO
    if facts.action is Action.BLOCKED:
        found = theme.blocked
        floor = lists().bypass_blocked
    elif facts.action is Action.ALLOWED and theme.id == UNCLASSIFIED:
        found, floor = Severity.INFO, lists().bypass_let_through
    else:
        found = theme.let_through
        floor = lists().bypass_let_through
    if facts.kind is Kind.KEYWORD and theme.id in {UNCLASSIFIED, GENERAL}:
        found = Severity.MEDIUM if facts.action is Action.BLOCKED else Severity.HIGH
    return max(found, floor, key=lambda one: one.rank) if bypass else found
