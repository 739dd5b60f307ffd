"""The report form: every field, every limit, and nothing typed is ever lost."""

from datetime import date, time
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.incidents.forms.draft import FORMS, Draft, Step
from chalicelib.incidents.forms.handling import ActionsForm, CloseForm, actions_values, people_form
from chalicelib.incidents.forms.reporting import (
    AccountForm,
    CheckForm,
    WhatForm,
    WhenForm,
    WhoForm,
    WhoStepForm,
)
from chalicelib.incidents.model.actions import Action, Decision, Taken
from chalicelib.incidents.model.concerns import AboutStaff
from chalicelib.incidents.model.pictures import GONE
from chalicelib.incidents.model.record import Mark
from chalicelib.incidents.model.report import AdultInvolved, Group, Occasion, Where
from chalicelib.web.http import Request
from tests.doubles import FrozenClock
from tests.incidents.build import a_report, an_incident

WORST = [
    "x" * 10_000,
    "👩🏽‍🏫" * 1_000,
    "محادثة سيئة \u2067\u05e9\u05dc\u05d5\u05dd\u2069",
    "<script>alert('1')</script>\n<b onmouseover=x>bold</b>",
    "=1+1\n+1\n-1\n@SUM(A1)",
    'He said: "no"; then\n\n\nleft & came back, 100% {{ 7*7 }} ${x} %(y)s',
]


def read(form: Any, **fields: Any) -> Any:
    sent = {name.replace("__", "-"): value for name, value in fields.items()}
    return form.read(
        Request("POST", "/", "/", {}, None, {}, urlencode(sent, doseq=True).encode(), "")
    )


def problems(form: Any) -> Any:
    return [(p.anchor, p.message) for p in form.problem_list]


def when(**fields: Any) -> Any:
    return read(WhenForm, where="inside", **{f"occasions__{k}": v for k, v in fields.items()})


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> None:
    """Tuesday 6 October 2026, 10:00 in London."""


def test_no_page_of_the_form_takes_a_file() -> None:
    """S213: evidence is described, never attached."""
    for form in FORMS.values():
        assert all(getattr(question, "input_type", "") != "file" for question in form())


@pytest.mark.parametrize("worst", WORST)
def test_the_worst_of_texts_are_kept_as_typed(worst: str) -> None:
    """Ten thousand characters, emoji, right to left, markup and formulas are all just text."""
    form = read(AccountForm, description=worst)

    assert not form.problems
    assert worst.replace("\u2067", "").replace("\u2069", "") == form.description.data


def test_too_long_a_text_is_refused_and_kept() -> None:
    """The limit is stated, and what was typed is still in the box."""
    form = read(AccountForm, description="y" * 20_001)

    assert ["Describe what happened must be 20,000 characters or less"] == [
        message for _, message in problems(form)
    ]
    assert "y" * 20_001 == form.description.value


def test_a_pasted_picture_is_refused_with_the_reason_and_gone_from_the_page() -> None:
    """The words stay; the picture is neither stored nor shown again."""
    form = read(AccountForm, description="Look: data:image/png;base64,iVBORw0KGgo= end")

    assert "We removed a picture" in problems(form)[0][1]
    assert f"Look: {GONE} end" == form.description.value
    saved = Draft({}).saved(Step.ACCOUNT, form)
    assert "iVBOR" not in str(saved.fields)


def test_every_problem_is_told_at_once() -> None:
    """All field errors together, each leading to its own question."""
    assert [("where", "Choose inside school, outside school or both")] == problems(
        read(
            WhenForm,
            occasions__1__day="5",
            occasions__1__month="10",
            occasions__1__year="2026",
        )
    )
    assert 2 == len(problems(read(WhenForm)))
    assert ["reporter_name", "completed_on-day"] == [
        anchor for anchor, _ in problems(read(CheckForm, reporter_name=""))
    ]


def test_a_type_or_other_words_are_needed() -> None:
    """S191, S210: at least one tick, or what it was instead."""
    assert ["types"] == [anchor for anchor, _ in problems(read(WhatForm))]
    assert not read(WhatForm, other_type="A dare").problems
    assert not read(WhatForm, types=["grooming", "hate"]).problems
    assert ["types"] == [anchor for anchor, _ in problems(read(WhatForm, types=["made_up"]))]


def test_another_breach_asks_which_rule() -> None:
    """S210: please specify."""
    assert ["other_breach"] == [a for a, _ in problems(read(WhatForm, types=["other_breach"]))]
    assert not read(WhatForm, types=["other_breach"], other_breach="Filming").problems


def test_several_dates_each_with_or_without_a_time() -> None:
    """S188, S189: dates are plural, and a time may be unknown."""
    form = when(
        **{"1__day": "5", "1__month": "oct", "1__year": "26", "1__time": "7.30pm"},
        **{"3__day": "6", "3__month": "10", "3__year": "2026"},
    )

    assert (Occasion(date(2026, 10, 5), time(19, 30)), Occasion(date(2026, 10, 6))) == (
        form.occasions.data
    )


def test_ten_dates_are_the_most() -> None:
    """There is always a limit, and the page knows it."""
    fields = {}
    for n in range(1, 11):
        fields |= {f"{n}__day": str(n % 6 + 1), f"{n}__month": "9", f"{n}__year": "2026"}
    form = when(**fields)
    form.occasions.add_row()

    assert form.occasions.full
    assert 10 == len(form.occasions.rows)


@pytest.mark.parametrize(
    ("typed", "anchor", "says"),
    [
        ({"day": "7", "month": "10", "year": "2026"}, "day", "today or in the past"),
        ({"day": "31", "month": "2", "year": "2026"}, "day", "a real date"),
        ({"day": "1", "month": "1", "year": "1989"}, "year", "1990 or later"),
        ({"day": "5", "month": "", "year": "2026"}, "month", "must include a month"),
        ({"day": "6", "month": "10", "year": "2026", "time": "10:01"}, "time", "later than now"),
        ({"day": "5", "month": "10", "year": "2026", "time": "lunch"}, "time", "like 9:30am"),
        ({"time": "9am"}, "day", "Enter the date as well as the time"),
    ],
)
def test_a_date_that_cannot_be_is_refused(typed: Any, anchor: str, says: str) -> None:
    """Not in the future, not before there was anything online, and a real one; the typing stays."""
    form = when(**{f"1__{part}": text for part, text in typed.items()})

    assert [f"occasions-1-{anchor}"] == [a for a, _ in problems(form)]
    assert says in problems(form)[0][1]
    assert {**form.occasions.rows[0].parts} == {
        "day": "",
        "month": "",
        "year": "",
        "time": "",
        **typed,
    }


def test_each_wrong_date_is_told() -> None:
    """Two wrong dates are two problems, and the second says which it is."""
    form = when(
        **{"1__day": "40", "1__month": "1", "1__year": "2026"},
        **{"2__day": "1", "2__month": "1", "2__year": "2030"},
    )

    assert ["occasions-1-day", "occasions-2-day"] == [a for a, _ in problems(form)]
    assert problems(form)[1][1].endswith("(date 2)")


def test_people_are_one_a_line_in_four_groups() -> None:
    """S190: children, staff, parents, others; blank lines are nobody."""
    form = read(WhoForm, child="Alex Smith, 5B\n\n  Robin Bell, 5B  ", other="Bus driver")

    assert not form.problems
    assert [
        (Group.CHILD, "Alex Smith, 5B"),
        (Group.CHILD, "Robin Bell, 5B"),
        (Group.OTHER, "Bus driver"),
    ] == form.lines()


def test_too_many_people_or_too_long_a_name_are_refused() -> None:
    """Limits stand beside the question they belong to."""
    assert ["child"] == [a for a, _ in problems(read(WhoForm, child="\n".join(["A"] * 41)))]
    assert ["staff"] == [a for a, _ in problems(read(WhoForm, staff="A" * 201))]


def test_a_report_is_not_dated_before_its_incident() -> None:
    """S186: somebody typed one of the two wrong."""
    form = type("F", (CheckForm,), {"first": date(2026, 10, 6)})

    assert ["completed_on-day"] == [
        a
        for a, _ in problems(
            read(
                form,
                reporter_name="A",
                completed_on__day="5",
                completed_on__month="10",
                completed_on__year="2026",
            )
        )
    ]


def filled(*keys: list[str], adult: Any = None) -> Any:
    draft = Draft({}).saved(Step.WHAT, read(WhatForm, types=list(keys)))
    if adult:
        draft = draft.saved(Step.BEFORE, read(FORMS[Step.BEFORE], adult_involved=adult))
    return draft


def test_the_guard_page_stands_before_everything_that_is_typed() -> None:
    """S172, S267 to S270, S338: what to do and not do comes before the description."""
    draft = filled("sexual_images")

    assert Step.BEFORE is draft.next
    assert draft.steps.index(Step.BEFORE) < draft.steps.index(Step.ACCOUNT)
    assert Step.BEFORE not in filled("gambling").steps
    assert Step.BEFORE is filled("terrorism").next


@pytest.mark.parametrize(("adult", "police"), [("yes", True), ("unsure", True), ("no", False)])
def test_an_adult_changes_the_route(adult: Any, police: bool) -> None:
    """R-UKCIS 3."""
    assert police == (Step.POLICE in filled("sexual_images", adult=adult).steps)


def test_unticking_the_type_takes_its_guard_and_its_answer_away() -> None:
    """What was answered about an adult belongs to the type that asked it."""
    draft = filled("sexual_images", adult="yes").saved(
        Step.WHAT, read(WhatForm, types=["gambling"])
    )

    assert draft.adult_involved is None
    assert Step.WHEN is draft.next


def test_unticking_everything_is_kept_as_unticked() -> None:
    """A box that is not sent is a box that is empty, not one that keeps its old tick."""
    draft = filled("gambling", "hate").saved(Step.WHAT, read(WhatForm))

    assert [] == draft.what.types.data


def test_a_complete_draft_makes_the_report() -> None:
    """S184 to S213, from what was typed to what is kept."""
    draft = filled("sexual_images", "online_bullying", adult="no")
    draft = draft.saved(Step.WHEN, when(**{"1__day": "5", "1__month": "10", "1__year": "2026"}))
    draft = draft.saved(Step.WHO, read(WhoStepForm, child="Alex Smith, 5B", about_staff="no"))
    draft = draft.saved(
        Step.ACCOUNT,
        read(AccountForm, description="Told me", platforms=["snapchat"], evidence="On a phone"),
    )

    assert Step.CHECK is draft.next
    checked = read(
        CheckForm,
        reporter_name="Ada Okafor",
        completed_on__day="6",
        completed_on__month="10",
        completed_on__year="2026",
    )
    assert a_report(
        where=frozenset({Where.INSIDE}),
        occasions=(Occasion(date(2026, 10, 5)),),
        people=draft.report(checked).people,
        types=("online_bullying", "sexual_images"),
        description="Told me",
        platforms=("snapchat",),
        evidence="On a phone",
        adult_involved=AdultInvolved.NO,
        about_staff=AboutStaff.NO,
    ) == draft.report(checked)


def test_done_actions_say_when_by_whom_and_what() -> None:
    """S216 and S220 say "please specify"; not needed says why."""
    form = read(
        ActionsForm,
        parents_decision="done",
        police_decision="not_needed",
        network_decision="done",
        network_on__day="6",
        network_on__month="10",
        network_on__year="2026",
        network_by="Jo",
    )

    assert ["police_why_not", "parents_on-day", "parents_by", "parents_detail"] == [
        a for a, _ in problems(form)
    ]
    assert Taken(Decision.DONE, date(2026, 10, 6), None, "Jo", "") == form.taken()[Action.NETWORK]


def test_saving_the_actions_page_untouched_changes_nothing() -> None:
    """The page offers today and one's own name; that is not a decision."""
    form = ActionsForm.blank(**actions_values(an_incident(), "Jo Marsh"))

    assert {Taken()} == set(form.taken().values())


def test_closing_asks_for_outcome_reasons_and_summary() -> None:
    """R-KCSIE 7."""
    assert ["outcome", "reasons", "summary"] == [a for a, _ in problems(read(CloseForm))]


def test_marks_are_read_for_the_people_of_the_record() -> None:
    """S227, S262."""
    people = an_incident().report.people
    form = read(people_form(people), p1=["target", "witness"])

    assert {"p1": {Mark.TARGET, Mark.WITNESS}, "p2": set()} == form.marks(people)
