"""A trust's figures for tests and for looking at: made up, the same every time."""

import random
from datetime import UTC, date, datetime

from chalicelib.figures import Measure, Totals, Within
from chalicelib.ids import SchoolId
from chalicelib.reports.model import Figures, Missing, Period, PeriodKind, Point, Snapshot

AT = datetime(2026, 12, 19, 5, 0, tzinfo=UTC)
AUTUMN = Period(
    PeriodKind.TERM,
    "Autumn term 2026/27",
    ("2026-27-autumn",),
    date(2026, 9, 1),
    date(2027, 1, 3),
)
SUMMER = Period(
    PeriodKind.TERM,
    "Summer term 2025/26",
    ("2025-26-summer",),
    date(2026, 4, 13),
    date(2026, 8, 31),
)
TYPES = {
    "online_bullying": 34, "age_inappropriate": 30, "hate": 8, "sexual_images": 6,
    "bypassing_security": 11, "chain_or_threats": 6, "images_without_permission": 9,
    "pornography": 9, "violence": 6, "gambling": 2, "grooming": 2, "other_breach": 8,
    "impersonation": 4, "account_access": 3,
}  # fmt: skip
THEMES = {
    "self_harm": 12, "violence": 18, "bullying": 9, "pornography": 30, "gambling": 14,
    "extremism": 2, "drugs": 8, "unclassified": 5,
}  # fmt: skip
SCHOOLS = (
    ("Alder Grange Infant School", 176),
    ("Millbrook Primary School", 412),
    ("Rowan Park School", 94),
    ("Tidewater Academy", 1130),
)


def figures(
    name: str, pupils: int, *, part: str = AUTUMN.parts[0], seed: int = 0, quiet: float = 1.0
) -> Figures:
    """A school's term; more pupils, more of everything."""
    chance = random.Random(f"{name}{part}{seed}")
    size = quiet * pupils / 500
    incidents = _counted(chance, TYPES, size, extra=0.85)
    alerts = _counted(chance, THEMES, size * 1.6, extra=1)
    split = _split(chance, alerts["n"], [2, 14, 40, 44])
    sent = int(pupils * 0.6)
    return Figures(
        school=SchoolId(name.lower().replace(" ", "-")),
        name=name,
        pupils=pupils,
        part=part,
        counted_at=AT,
        totals={
            Measure.INCIDENTS: Totals(
                _named(incidents, "type")
                | {"place:inside": round(incidents["n"] * 0.7)}
                | {"place:outside": round(incidents["n"] * 0.4)}
                | _spread(chance, incidents["n"], "platform", ("whatsapp", "tiktok", "other"))
                | _spread(chance, incidents["n"], "year", ("year_4", "year_5", "unknown"))
                | _spread(chance, incidents["n"], "risk", ("contact", "conduct", "content"))
                | _spread(chance, incidents["n"], "severity", ("high", "medium", "low"))
            ),
            Measure.INCIDENTS_ACKNOWLEDGED: _waited(chance, incidents["n"], [50, 26, 14, 6, 3, 1]),
            Measure.INCIDENTS_CLOSED: Totals(
                _spread(chance, incidents["n"] // 2, "outcome", ("dealt_with", "referred"))
            ),
            Measure.FEEDS: Totals({"n": pupils, "sum:unreadable": 1}),
            Measure.REGISTER_ENTRIES: Totals(
                _spread(chance, pupils // 9, "register", ("unfilter_requests", "data_breaches"))
            ),
            Measure.ALERTS: Totals(
                _named(alerts, "theme")
                | {
                    f"severity:{name}": n
                    for name, n in zip(("critical", "high", "medium", "low"), split, strict=True)
                }
            ),
            Measure.ALERTS_ACKNOWLEDGED: _waited(chance, alerts["n"], [70, 15, 8, 4, 2, 1]),
            Measure.AGREEMENTS_SENT: Totals({"n": sent, "kind:pupil": sent}),
            Measure.AGREEMENTS_SIGNED: Totals({"n": int(sent * chance.uniform(0.7, 1))}),
        },
    )


def snapshot(schools: int = 4, *, threshold: int = 5) -> Snapshot:
    """A term of a trust with a term before it and a trend over six."""
    named = [SCHOOLS[n % 4] if n < 4 else (f"School {n + 1}", 90 + n * 7) for n in range(schools)]
    now = tuple(figures(name, pupils) for name, pupils in named)
    then = tuple(figures(name, pupils, part=SUMMER.parts[0], quiet=0.9) for name, pupils in named)
    older = tuple(
        Point(f"{season} {year}", incidents, incidents + 70)
        for season, year, incidents in (
            ("Spring", "2025", 212),
            ("Summer", "2025", 240),
            ("Autumn", "2025", 301),
            ("Spring", "2026", 344),
        )
    )
    return Snapshot(
        trust="Tidewater Learning Trust",
        period=AUTUMN,
        before=SUMMER,
        threshold=threshold,
        counted_at=AT,
        figures=now,
        figures_before=then,
        trend=(*older, Point("Summer 2026", 319, 421), Point("Autumn 2026", 436, 504)),
        missing=(Missing("Harbour View School", "its figures could not be read"),),
    )


def _counted(
    chance: random.Random, weights: dict[str, int], size: float, *, extra: float
) -> dict[str, int]:
    found = {
        kind: int(weight * size * chance.uniform(0.3, 1.5)) for kind, weight in weights.items()
    }
    return {"n": max(round(sum(found.values()) * extra), *found.values())} | found


def _named(counts: dict[str, int], dimension: str) -> dict[str, int]:
    return {name if name == "n" else f"{dimension}:{name}": n for name, n in counts.items()}


def _split(chance: random.Random, n: int, weights: list[int]) -> list[int]:
    found = [0] * len(weights)
    for _ in range(n):
        found[chance.choices(range(len(weights)), weights)[0]] += 1
    return found


def _spread(
    chance: random.Random, n: int, dimension: str, values: tuple[str, ...]
) -> dict[str, int]:
    """So many over some values, each once."""
    split = _split(chance, n, [3, 2, 1][: len(values)])
    found = {f"{dimension}:{value}": m for value, m in zip(values, split, strict=True)}
    return found if dimension in ("platform", "year", "risk", "severity") else {"n": n} | found


def _waited(chance: random.Random, n: int, weights: list[int]) -> Totals:
    *done, _ = _split(chance, n, weights)
    bands = {f"within:{band}": count for band, count in zip(Within, done, strict=True)}
    return Totals({"n": sum(done), "sum:minutes": sum(done) * 190} | bands)
