"""Forms: what people type is read kindly, kept, and answered in plain words."""

from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import ids
from chalicelib.web import fields, typing_in
from chalicelib.web.forms import Form
from tests.pages import Answer
from tests.web import gallery
from tests.web.gallery import GalleryForm, Kind, Sent, blank, with_problems


def read(**typed: Any) -> GalleryForm:
    return GalleryForm.read(Sent(**typed))


def complete(**changed: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "name": "Tom Reed",
        "email": "tom@school.example",
        "on__day": "2",
        "on__month": "3",
        "on__year": "2026",
        "kinds": ["grooming", "other"],
        "place": "inside",
        "risk": "no",
        "story": "He said so.",
        "agree": "yes",
    }
    return answers | changed


def test_a_complete_form_gives_values_not_text() -> None:
    """Dates, times, choices and numbers arrive as what they are."""
    form = read(**complete(at="9.05 pm", pupils="1,2"))

    assert [] == form.problem_list
    assert date(2026, 3, 2) == form.on.data
    assert time(21, 5) == form.at.data
    assert [Kind.GROOMING, Kind.OTHER] == form.kinds.data
    assert form.agree.data is True
    assert 12 == form.pupils.data


def test_all_problems_are_told_at_once_in_the_order_of_the_page() -> None:
    """Nobody corrects a form one mistake at a time."""
    form = read(name="Tom Reed", email="tom at school")

    messages = [problem.message for problem in form.problem_list]
    assert messages == [
        "Enter an email address in the right form, like name@school.uk",
        "Enter the date of the incident",
        "Say what kind of incident it was",
        "Say where it happened",
        "Say whether a child is at risk",
        "Describe what happened",
        "Tick to say that you have read this",
    ]


def test_what_was_typed_is_shown_again() -> None:
    """A wrong date and a wrong time stay on the page as they were typed."""
    form = read(on__day="31", on__month="Feb", on__year="2026", at="soon", name="  Tom   Reed ")

    assert {"day": "31", "month": "Feb", "year": "2026"} == form.on.parts
    assert "soon" == form.at.value
    assert "Date of the incident must be a real date" == form.on.errors[0]


@pytest.mark.parametrize(
    ("day", "month", "year", "message", "anchor"),
    [
        ("", "3", "2026", "Date of the incident must include a day", "on-day"),
        ("2", "", "", "Date of the incident must include a month and year", "on-month"),
        ("2", "13", "2026", "Date of the incident must be a real date", "on-day"),
        ("2", "3", "2926", "Date of the incident must be a real date", "on-day"),
        ("2", "3", "2090", "Date of the incident must be today or in the past", "on-day"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_leads_there(
    day: str, month: str, year: str, message: str, anchor: str
) -> None:
    """The link of the error summary goes to the first input that needs correcting."""
    form = read(**complete(on__day=day, on__month=month, on__year=year))

    assert [(anchor, message)] == [(p.anchor, p.message) for p in form.problem_list]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30am", time(9, 30)),
        ("9.30", time(9, 30)),
        ("0930", time(9, 30)),
        ("13:05", time(13, 5)),
        ("1 p.m.", time(13)),
        ("12am", time(0)),
        ("12:15 PM", time(12, 15)),
        ("midday", time(12)),
        ("Noon", time(12)),
        ("25:00", None),
        ("13pm", None),
        ("9", None),
        ("after lunch", None),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, meant: time | None) -> None:
    """What is not clearly a time is asked for again, never guessed."""
    assert meant == typing_in.time_of(typed)


@pytest.mark.parametrize(
    ("day", "month", "year", "meant"),
    [
        ("2", "September", "2026", date(2026, 9, 2)),
        ("02", "sept", "26", date(2026, 9, 2)),
        ("29", "2", "2024", date(2024, 2, 29)),
        ("29", "2", "2025", None),
        ("two", "9", "2026", None),
    ],
)
def test_dates_are_read_as_people_write_them(
    day: str, month: str, year: str, meant: date | None
) -> None:
    """Month names, short years and leading zeros are all fine."""
    assert meant == typing_in.date_of({"day": day, "month": month, "year": year})


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (time(1, 5), "1:05am"),
        (time(12, 0), "midday"),
        (time(0, 0), "midnight"),
        (time(13, 0), "1pm"),
        (time(0, 20), "12:20am"),
    ],
)
def test_times_are_said_as_they_are_read_aloud(moment: time, words: str) -> None:
    """Shown times need no twenty-four hour clock."""
    assert words == typing_in.time_in_words(moment)


@given(st.text(max_size=40))
def test_no_control_character_gets_past_a_question(text: str) -> None:
    """Line breaks, direction overrides and nulls never reach a record through one line (R42)."""
    line = typing_in.one_line(text)

    assert not any(letter in line for letter in "\n\r\t\0\u202e\u2028\u200b")
    assert line == typing_in.one_line(line)


def test_several_lines_keep_their_breaks_and_nothing_hidden() -> None:
    """A description is kept as it was laid out, without what cannot be seen."""
    assert "One\n\nTwo it" == typing_in.lines("  One\r\n\r\nTwo\u202e it\0 \n")


def test_a_choice_that_was_never_offered_is_refused() -> None:
    """A forged value is a problem, not a value."""
    form = read(**complete(place="moon", kinds=["grooming", "forged"]))

    assert form.place.data is None
    assert {"kinds", "place"} == {problem.anchor for problem in form.problem_list}


def test_answers_known_only_at_run_time_are_checked_too() -> None:
    """A class list comes with the request and is held to when the form comes back."""
    options = {"group": [("17", "Year 3 Otters")]}

    form = GalleryForm.read(Sent(**complete(group="17")), options=options)
    other = GalleryForm.read(Sent(**complete(group="3")), options=options)

    assert "Year 3 Otters" == form.group.shown()
    assert ["Choose one of the answers in the list"] == list(other.group.errors)


def test_text_that_is_too_long_is_refused_and_kept() -> None:
    """Nothing is cut silently."""
    form = read(**complete(name="x" * 201))

    assert ["Your name must be 200 characters or less"] == list(form.name.errors)
    assert 201 == len(form.name.value)


@pytest.mark.parametrize("typed", ["1234 5678", "1234-5678", "12345678 "])
def test_a_code_may_be_typed_in_groups(typed: str) -> None:
    """Spaces and dashes of the email do not matter."""
    assert "12345678" == read(**complete(code=typed)).code.data


@pytest.mark.parametrize("typed", ["1234567", "1234567a", "\u0661" * 8])
def test_a_code_of_anything_else_is_refused(typed: str) -> None:
    """Eight plain digits and nothing else."""
    assert ["Enter the 8 digits of the code"] == list(read(**complete(code=typed)).code.errors)


def test_the_record_id_minted_when_shown_comes_back() -> None:
    """A second press carries the same id; a forged one is replaced (architecture section 4)."""
    shown = GalleryForm.blank().record.value

    assert ids.is_record(shown)
    assert shown == read(**complete(record=shown)).record.data
    assert ids.is_record(read(**complete(record="incident#1")).record.data)


def test_a_rule_over_several_answers_can_refuse_one() -> None:
    """`check` runs with everything parsed, and what a service refuses is shown the same way."""

    class Picky(Form):
        first = fields.Text("First")
        second = fields.Text("Second")

        def check(self) -> None:
            if self.first.data and not self.second.data:
                self.refuse("second", "Enter the second too")

    form = Picky.read(Sent(first="x"))
    form.refuse_all({"first": ["Too late"], "": ["Somebody was quicker"]})

    assert [
        ("main-content", "Somebody was quicker"),
        ("first", "Too late"),
        ("second", "Enter the second too"),
    ] == [(problem.anchor, problem.message) for problem in form.problem_list]


def test_a_check_page_sends_back_exactly_what_was_typed() -> None:
    """The hidden inputs of a check page read as the first form did."""
    first = read(**complete(at="9.30", kinds=["bullying", "other"]))

    again = GalleryForm.read(SimpleNamespace(form=_Pairs(first.carried)))

    assert not again.problems
    assert first.data == again.data
    assert [answer.text for answer in first.answers] == [a.text for a in again.answers]


class _Pairs(dict[str, list[str]]):
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


def page(html: str) -> Answer:
    return Answer(200, {}, html, html.encode(), [], "/gallery")


def test_every_input_has_a_label_and_points_at_its_hint_and_problem() -> None:
    """What helps the eye is there for the ear: ids are unique and every reference resolves."""
    root = page(with_problems()).root
    elements = [each for tag in ("input", "textarea", "select") for each in root.all(tag)]
    everything = _everything(root)
    all_ids = [each.attributes["id"] for each in everything if "id" in each.attributes]

    assert len(set(all_ids)) == len(all_ids)
    for each in elements:
        if each.attributes.get("type") == "hidden":
            continue
        assert root.all("label", **{"for": each.attributes["id"]}), each.attributes
        for reference in each.attributes.get("aria-describedby", "").split():
            assert reference in all_ids
    for link in root.all("div", class_="govuk-error-summary")[0].all("a"):
        assert link.attributes["href"].removeprefix("#") in all_ids


def test_a_page_with_problems_says_so_in_its_title() -> None:
    """Screen readers read the title first."""
    assert "<title>Error: Gallery" in with_problems()
    assert "<title>Gallery" in blank()


def test_optional_questions_are_marked() -> None:
    """Nobody guesses which answers are needed (features 10.3)."""
    labels = [label.text for label in page(blank()).root.all("label")]

    assert "Time of the incident (optional)" in labels
    assert "Your name" in labels


def test_markup_in_an_answer_is_text() -> None:
    """A stored attack is shown as it was typed (R42)."""
    attack = '"><script>alert(1)</script>'
    html = gallery.page(read(**complete(name=attack, story=attack, other=attack, place="other")))

    assert "<script>alert" not in html
    assert 4 <= html.count("&lt;script&gt;alert(1)&lt;/script&gt;")


def _everything(element: Any) -> list[Any]:
    found = []
    for child in element.children:
        if not isinstance(child, str):
            found += [child, *_everything(child)]
    return found
