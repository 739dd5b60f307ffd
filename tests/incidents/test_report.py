"""What a report says, in words, and how a correction shows both versions."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.incidents.model import report as reports
from chalicelib.incidents.model.report import AdultInvolved, Group, Occasion, Where, gathered
from tests.incidents.build import a_report


def test_every_answer_of_the_form_is_shown() -> None:
    """S184 to S213: nothing that was asked is left out of the record's page."""
    report = a_report(
        where=frozenset(Where),
        occasions=(Occasion(date(2026, 10, 5), time(19, 30)), Occasion(date(2026, 10, 6))),
        types=("online_bullying", "other_breach"),
        other_breach="Filming in class",
        other_type="A dare",
        other_platforms="Yik Yak",
        adult_involved=AdultInvolved.NO,
        signature="A. Okafor",
    )

    shown = {answer.field: answer.lines for answer in reports.answers(report)}
    assert shown["types"] == (
        "Online bullying or harassment (cyberbullying)",
        "Another breach of the acceptable use agreement: Filming in class",
        "A dare",
    )
    assert shown["where"] == ("Inside school", "Outside school")
    assert shown["occasions"] == (
        "5 October 2026 at 7:30pm",
        "6 October 2026, time not known",
    )
    assert shown["people_child"] == ("Alex Smith, 5B", "Robin Bell, 5B")
    assert shown["platforms"] == ("WhatsApp", "Yik Yak")
    assert shown["signature"] == ("A. Okafor",)
    assert shown["reporter_name"] == ("Ada Okafor",)
    assert shown["completed_on"] == ("6 October 2026",)
    assert {"adult_involved", "description", "evidence"} <= shown.keys()


def test_the_first_date_orders_the_report() -> None:
    """Back-dated reports fall into order (1.13); an unknown time counts as the day's start."""
    report = a_report(
        occasions=(
            Occasion(date(2026, 10, 5), time(8, 0)),
            Occasion(date(2026, 10, 5)),
            Occasion(date(2026, 10, 6)),
        )
    )

    assert Occasion(date(2026, 10, 5)) == report.first
    assert "2026-10-05T00:00" == report.first.order
    assert not report.first.time_known


@given(st.lists(st.tuples(st.dates(date(1990, 1, 1)), st.times() | st.none()), min_size=2))
def test_text_order_is_the_order_of_events(given: list[Any]) -> None:
    """The log's keys sort as the incidents happened."""
    occasions = [
        Occasion(on, at.replace(second=0, microsecond=0) if at else None) for on, at in given
    ]

    by_text = sorted(occasions, key=lambda each: each.order)
    assert by_text == sorted(occasions, key=lambda each: (each.on, each.at or time.min))


@pytest.mark.parametrize(
    ("types", "adult", "police"),
    [
        (("sexual_images",), AdultInvolved.YES, True),
        (("sexual_images",), AdultInvolved.UNSURE, True),
        (("sexual_images",), AdultInvolved.NO, False),
        (("terrorism",), AdultInvolved.YES, False),
        (("online_bullying",), None, False),
    ],
)
def test_an_adult_and_a_childs_image_mean_the_police(
    types: tuple[str, ...], adult: Any, police: bool
) -> None:
    """R-UKCIS 3: an adult sharing sexual images of a child is abuse, and goes to the police."""
    assert police == a_report(types=types, adult_involved=adult).police_now


def test_only_what_changed_is_a_difference() -> None:
    """A correction shows each changed answer before and after, and no other."""
    old = a_report()
    new = reports.corrected(old, where=frozenset(Where), evidence="")

    assert [
        ("where", "Outside school", "Inside school\nOutside school"),
        ("evidence", "Alex's mother has the messages on her phone.", ""),
    ] == [(d.field, d.before, d.after) for d in reports.differences(old, new)]
    assert () == reports.differences(old, old)


def test_a_correction_cannot_change_how_the_report_came() -> None:
    """Through which door, and under which edition, is not anybody's to put right."""
    with pytest.raises(TypeError):
        reports.corrected(a_report(), door="alert")


def test_people_keep_their_key_when_others_come_and_go() -> None:
    """A mark must stay with the person it marks, whatever is corrected around them."""
    known = gathered([(Group.CHILD, "Alex"), (Group.CHILD, "Robin"), (Group.STAFF, "Alex")])
    again = gathered(
        [(Group.CHILD, "Sam"), (Group.CHILD, "Robin"), (Group.STAFF, "Alex")],
        known=known,
        used=3,
    )

    assert ["p1", "p2", "p3"] == [person.key for person in known]
    assert [("p4", "Sam"), ("p2", "Robin"), ("p3", "Alex")] == [(p.key, p.name) for p in again]


def test_two_people_of_one_name_stay_two() -> None:
    """Twins, or a name typed twice, never fall into one."""
    people = gathered([(Group.CHILD, "J Smith"), (Group.CHILD, "J Smith")])

    assert people == gathered([(Group.CHILD, "J Smith")] * 2, known=people, used=2)
