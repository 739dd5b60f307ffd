"""What the tables of a school's report say: sentences that each name the table they are read from
(S91, S226). One is left out where its number is hidden.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.figures import Measure
from chalicelib.reports import wording
from chalicelib.reports.document import Sentence, Table
from chalicelib.reports.protect import Protected
from chalicelib.reports.school import words as said
from chalicelib.reports.school.view import SchoolView
from chalicelib.reports.view import inside
from chalicelib.web import words

_VAGUE = {said.NOT_SAID, "Another", said.YEAR["unknown"], said.YEAR["none"]}


def risen(
    found: Protected,
    before: Protected | None,
    labels: Mapping[str, str],
    table: str,
    earlier: str,
) -> Iterator[Sentence]:
    """What rose and what fell the most, where both numbers may be shown."""
    if before is None or not earlier:
        return
    then = before.by_kind
    moved = [
        (n - was, kind)
        for kind, n in found.by_kind.items()
        if n is not None and (was := then.get(kind, 0)) is not None
    ]
    most, least = max(moved, default=(0, "")), min(moved, default=(0, ""))
    told = []
    if most[0] > 0:
        told.append(f"{wording.of(labels, most[1])} rose the most (by {words.number(most[0])})")
    if least[0] < 0:
        told.append(f"{wording.of(labels, least[1])} fell the most (by {words.number(-least[0])})")
    if told:
        text = f"{words.listed(told)} against {inside(earlier)}."
        yield Sentence(text[0].upper() + text[1:], (table,), "moved")


def where(found: Sequence[Table]) -> Iterator[Sentence]:
    """The app and the year group met most often, where it is known."""
    for caption, says, key in (
        ("Incidents by app or site", "The app or site named most often was", "platform"),
        ("Incidents by year group", "The year group met most often was", "year"),
    ):
        table = next((each for each in found if each.caption == caption), None)
        known = [
            (row[1], str(row[0]))
            for row in (table.rows if table else ())
            if isinstance(row[1], int) and row[1] and row[0] not in _VAGUE
        ]
        if known:
            n, name = max(known, key=lambda each: (each[0], each[1]))
            yield Sentence(f"{says} {name} ({words.number(n)}).", (caption,), key)


def still_open(found: Sequence[Table]) -> Iterator[Sentence]:
    """How many incidents are not over."""
    for table in found:
        left = next((row[1] for row in table.rows if row[0] == said.OPEN), None)
        if table.caption == "How incidents ended" and isinstance(left, int):
            text = (
                f"{words.counted(left, 'incident')} {'is' if left == 1 else 'are'} still open."
                if left
                else "Every incident has been closed."
            )
            yield Sentence(text, (table.caption,), "open")


def mean(view: SchoolView, found: Protected, measure: Measure, table: str) -> Iterator[Sentence]:
    """The mean time to acknowledge: where neither the whole nor those that wait are hidden."""
    done = view.totals(measure)
    if found.total is None or not found.waits or found.waits[-1] is None or not done.n:
        return
    if done.n >= view.threshold:
        thing = "incident" if measure is Measure.INCIDENTS_ACKNOWLEDGED else "alert"
        wait = words.duration(done.amount("minutes") // done.n)
        text = f"On average {thing}s were acknowledged after {wait}."
        yield Sentence(text, (table,), f"mean-{thing}")
