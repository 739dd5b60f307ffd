"""What adults and families owe: agreements to sign, training, reviews and duties."""

from chalicelib.agreements import library, overview
from chalicelib.agreements.repository import requests
from chalicelib.agreements.standing import Standing
from chalicelib.agreements.subjects import Audience
from chalicelib.registers.service import counting, training
from chalicelib.reports.document import Cell, Section, Sentence
from chalicelib.reports.school.states.look import Look, table_of
from chalicelib.tenancy.calendar import academic_year
from chalicelib.web import words

OWED = "Agreements of this school year"
TRAINING, REVIEWS = "Training this school year", "Reviews and duties"


def agreements(look: Look) -> Section:
    """Who has signed what is asked of them this school year, and who has not (S117, S243)."""
    year = academic_year(look.today)
    rows: list[tuple[Cell, ...]] = []
    found = requests.requests(look.school, year)
    asked = {library.kind(each.request.template) for each in found}
    for audience in (Audience.PUPILS, Audience.ADULTS):
        for kind, title in library.kinds(audience).items():
            if kind not in asked:
                continue  # each kind reads everybody, and most are asked of nobody
            groups = (
                overview.of_year(look.school, year, kind)
                if audience is Audience.PUPILS
                else overview.of_adults(look.school, year, kind)
            )
            group = overview.together(groups)
            if group.asked:
                stuck = sum(group.counts[each] for each in Standing if each.needs_attention)
                rows.append(
                    (title, group.asked, group.complete, group.asked - group.complete, stuck)
                )
    waiting = sum(int(str(row[3])) for row in rows)
    text = (
        f"{words.counted(waiting, 'agreement')} of this school year "
        f"{'waits' if waiting == 1 else 'wait'} to be signed."
        if waiting
        else "Every agreement that was asked for this school year is signed."
        if rows
        else "No agreement has been asked for this school year."
    )
    return Section(
        "outstanding",
        "Agreements outstanding",
        (Sentence(text, (OWED,) if rows else (), "outstanding"),),
        tables=tuple(
            table_of(
                OWED,
                ("Agreement", "People asked", "Signed", "Waiting", "Needs the office"),
                rows,
                counts=True,
            )
        ),
    )


def trained(look: Look) -> Section:
    """Who is trained, and what is due by the term or the year (S257, S93, S235)."""
    seen = training.overview(look.school, look.today)
    rows: list[tuple[Cell, ...]] = []
    for number, (_, label) in enumerate(seen.topics):
        cells = [row.cells[number] for row in seen.rows]
        asked = [each for each in cells if each.colour != "grey" or each.done_on]
        done = sum(each.done_on is not None for each in asked)
        late = sum(each.colour == "red" for each in asked)
        rows.append((label, len(asked), done, late))
    due = [
        each
        for each in counting.due(look.school)
        if each.path.endswith(f"/registers/{each.register}")
    ]
    duties = [
        (
            each.title,
            words.london_date(each.due_on),
            "Overdue" if each.is_overdue(look.today) else "To come",
        )
        for each in due
    ]
    late = sum(each.is_overdue(look.today) for each in due)
    people = words.counted(len(seen.rows), "person", "people")
    return Section(
        "training",
        "Training and reviews",
        (
            Sentence(
                f"{seen.complete} of {people} at the school have no training overdue.",
                (TRAINING,),
                "trained",
            ),
            Sentence(
                f"{words.counted(late, 'review or duty', 'reviews or duties')} "
                f"{'is' if late == 1 else 'are'} overdue."
                if late
                else "No review or duty is overdue.",
                (REVIEWS,) if duties else (),
                "reviews",
            ),
        ),
        tables=(
            *table_of(TRAINING, ("Topic", "People", "Done", "Overdue"), rows, counts=True),
            *table_of(REVIEWS, ("What", "Due", "State"), duties),
        ),
    )
