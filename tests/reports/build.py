"""Things counted at schools, by the one way there is to count."""

from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib import figures
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import tenants, transaction
from tests import builders

AUTUMN_DAY = date(2026, 9, 17)
SUMMER_DAY = date(2026, 5, 12)


def counted(
    school: SchoolId,
    measure: str,
    number: int,
    on: date = AUTUMN_DAY,
    *,
    minutes: int = 0,
    **dimensions: str | Iterable[str],
) -> None:
    """So many of the same, at once."""
    amounts: Mapping[str, int] | None = {"minutes": minutes} if minutes else None
    with tenants({school}), transaction() as tx:
        figures.count(tx, school, measure, dimensions, on, number, amounts=amounts)


def a_trust_with_figures() -> tuple[TrustId, list[SchoolId]]:
    """Three schools: a busy one, a usual one, and one with too few to be shown."""
    trust = builders.a_trust("Tidewater Learning Trust")
    schools = [
        builders.a_school(name, trust=trust, pupil_number=pupils)
        for name, pupils in (("Alder School", 900), ("Birch School", 300), ("Cedar School", 60))
    ]
    for school, times in zip(schools, (3, 1, 0), strict=True):
        counted(school, "incidents", 7 * times, type=["online_bullying"], place=["inside"])
        counted(school, "incidents", 6 * times, type=["hate", "online_bullying"], place=["outside"])
        counted(school, "incidents_acknowledged", 12 * times, within="hour", minutes=20)
        counted(school, "incidents", 5 * times, SUMMER_DAY, type=["hate"], place=["inside"])
        counted(school, "alerts", 11 * times, theme="self_harm", severity="high")
        counted(school, "agreements_sent", 10 * times, kind="pupil")
        counted(school, "agreements_signed", 8 * times, kind="pupil")
    counted(schools[2], "incidents", 2, type=["grooming"], place=["outside"])
    return trust, schools
