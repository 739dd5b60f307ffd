"""The week, for senior leaders: what waits, how long, what is overdue; no child named (S242).

Its counts are not hidden, so it is not for governors. Records behind a wall count only for those
who may open them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from chalicelib import clock
from chalicelib.alerts.model import Status as AlertStatus
from chalicelib.alerts.service import inbox
from chalicelib.alerts.service.sight import Hand
from chalicelib.identity.permissions import Role
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.repository import cards
from chalicelib.incidents.service import owed, wall
from chalicelib.reports.document import Document, Section, Sentence, Tile
from chalicelib.reports.school.papers.desk import Desk, listed
from chalicelib.reports.school.states import SECTIONS
from chalicelib.reports.school.weekly import weekly
from chalicelib.tasks import service as tasks
from chalicelib.web import words

_WEEK = timedelta(days=7)
_ABOUT = {"incident": "Incidents", "alert": "Alerts", "register": "Registers"}
WAITING, LATE = "What waits", "What is overdue"


def write(desk: Desk) -> Document:
    """What is waiting, since when, and what should have been done by now."""
    found = list(wall.visible(cards(desk.school), desk.reader))
    monday = desk.today - timedelta(days=desk.today.weekday())
    rows = waiting(desk, found)
    late = overdue(desk)
    new = sum(each.reported_on > desk.today - _WEEK for each in found)
    before = sum(desk.today - 2 * _WEEK < each.reported_on <= desk.today - _WEEK for each in found)
    numbers = {row[0]: row[1] for row in rows}
    return desk.plain(
        "The week in online safety",
        f"Week of {words.london_date(monday)}",
        [
            Section(
                "waiting",
                "What waits",
                (Sentence(_oldest(rows), (WAITING,), "oldest"),),
                charts=tuple([weekly(found, monday)] if found else []),
                tables=listed(
                    WAITING,
                    ("What", "Number", "Oldest since"),
                    rows,
                    numbers=("Number",),
                ),
            ),
            Section(
                "late",
                "What is overdue",
                (
                    Sentence(
                        f"{words.counted(sum(n for _, n, _ in late), 'thing')} should have been "
                        "done by now."
                        if late
                        else "Nothing is overdue.",
                        (LATE,) if late else (),
                        "late",
                    ),
                ),
                tables=listed(LATE, ("About", "Number", "Since"), late, numbers=("Number",)),
            ),
            SECTIONS["feeds"](desk.look),
            SECTIONS["outstanding"](desk.look),
        ],
        says=_said(new, before),
        readers="For senior leaders.",
        tiles=(
            Tile(
                words.number(new),
                "incidents reported in seven days",
                f"{before} in the seven before",
            ),
            Tile(str(numbers.get(_NEW, 0)), "incidents nobody has acknowledged"),
            Tile(str(numbers.get(_ALERTS, 0)), "alerts that wait"),
            Tile(words.number(sum(n for _, n, _ in late)), "things overdue"),
        ),
        notes=("No child is named here. Counts are not hidden: this page is not for governors.",),
    )


_NEW, _OPEN, _STILL, _ALERTS = (
    "Incidents nobody has acknowledged",
    "Incidents in hand",
    "of them without a step for two weeks",
    "Alerts that wait",
)


def waiting(desk: Desk, found: Sequence[Card]) -> list[tuple[str, int, str]]:
    """Each kind of thing that waits, how many, and since when."""
    new = [each.reported_on for each in found if each.status is Status.SUBMITTED]
    in_hand = [each for each in found if each.is_open and each.status is not Status.SUBMITTED]
    still = [each.moved_on for each in in_hand if each.moved_on <= desk.today - 2 * _WEEK]
    hand = Hand(desk.reader.person, "", frozenset(Role(each) for each in desk.reader.roles))
    alerts = [
        clock.london(each.raised_at).date()
        for each in inbox.waiting(desk.school, by=hand, most=200)
        if each.status is not AlertStatus.CLOSED
    ]
    return [
        (_NEW, len(new), _since(new)),
        (_OPEN, len(in_hand), _since([each.reported_on for each in in_hand])),
        (_STILL, len(still), _since(still)),
        (_ALERTS, len(alerts), _since(alerts)),
    ]


def overdue(desk: Desk) -> list[tuple[str, int, str]]:
    """Open tasks past their day, by what they are about: of records, those the reader may open."""
    found: dict[str, list[date]] = {}
    late = [each for each in tasks.open_in(desk.school) if each.is_overdue(desk.today)]
    for each in owed.told_to(desk.school, late, desk.reader) if late else ():
        label = _ABOUT.get(each.kind.partition(".")[0], "Other")
        found.setdefault(label, []).append(each.due_on)
    return [(label, len(days), _since(days)) for label, days in sorted(found.items())]


def _since(days: Sequence[date]) -> str:
    return words.london_date(min(days)) if days else ""


def _oldest(rows: Sequence[tuple[str, int, str]]) -> str:
    new = next(row for row in rows if row[0] == _NEW)
    if not new[1]:
        return "Every incident has been acknowledged."
    return f"The oldest incident nobody has acknowledged was reported on {new[2]}."


def _said(new: int, before: int) -> str:
    if new == before:
        return (
            f"{words.counted(new, 'incident')} came in seven days, as many as in the seven before."
        )
    more = "more" if new > before else "fewer"
    return (
        f"{words.counted(new, 'incident')} came in seven days, {abs(new - before)} {more} than in "
        "the seven before."
    )
