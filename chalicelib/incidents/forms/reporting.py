"""The report form, page by page: every field of forms H and I (S184 to S213).

Both forms share these questions. Form H adds a signature; nothing here, on any page, takes a file.
"""

from datetime import date

from chalicelib import clock
from chalicelib.incidents.forms.occasions import Occasions
from chalicelib.incidents.forms.texts import (
    MOST_DESCRIPTION,
    MOST_LINE,
    MOST_NOTE,
    Line,
    Words,
)
from chalicelib.incidents.model.concerns import AboutStaff, Post
from chalicelib.incidents.model.report import AdultInvolved, Group, Where, named
from chalicelib.incidents.types import CURRENT, OTHER_BREACH, PLATFORMS
from chalicelib.web.fields import Choice, Choices, Date, Hidden, Option
from chalicelib.web.forms import Form, Problem

MOST_PEOPLE = 40


def _type_options() -> tuple[Option, ...]:
    """The types in the order the page groups them."""
    return tuple(
        Option(key, CURRENT.by_key[key].label, CURRENT.by_key[key].hint)
        for section in CURRENT.sections
        for key in section.keys
    )


class WhatForm(Form):
    """What kind of incident (S191 to S210)."""

    types = Choices(
        "What kind of incident was it?",
        hint="Choose every one that fits",
        options=_type_options(),
    )
    other_breach = Line("Which rule of the acceptable use agreement?", most=MOST_LINE)
    other_type = Line(
        "Other, please specify",
        hint="If none of these fits, or there is more to it",
        most=MOST_LINE,
    )

    def check(self) -> None:
        if self.types.errors:
            return
        if not (self.types.data or self.other_type.data):
            self.refuse("types", "Choose at least one kind, or say what it was under “Other”")
        if OTHER_BREACH in (self.types.data or ()) and not self.other_breach.data:
            self.refuse("other_breach", "Say which rule of the agreement was broken")


class BeforeForm(Form):
    """What is asked once the guard has been read (R-UKCIS 3)."""

    adult_involved = Choice(
        "Is an adult involved?",
        hint="For example an adult who sent, asked for or has the material",
        options=AdultInvolved,
        required="Say whether an adult is involved, or that it is not known yet",
    )


class PoliceForm(Form):
    """Nothing to fill in: that the page was read is kept with the draft."""

    seen = Hidden("", default="yes")


class WhenForm(Form):
    """Where and when (S187 to S189)."""

    where = Choices(
        "Where did it happen?",
        hint="Choose both if it happened in both. Things that happen outside school count too",
        options=Where,
        required="Choose inside school, outside school or both",
    )
    occasions = Occasions(
        "When did it happen?",
        hint="Leave the time empty if it is not known",
        required="Enter the date of the incident",
    )

    @property
    def problem_list(self) -> list[Problem]:
        rows = self.occasions.problems_by_row()
        if not rows:
            return super().problem_list
        return [p for p in super().problem_list if p.anchor != self.occasions.anchor] + rows


class WhoForm(Form):
    """Who was involved, in the four groups of the form (S190)."""

    child = Words(
        "Children and young people", hint="For example: Alex Smith, 5B", most=MOST_NOTE, rows=3
    )
    staff = Words("Members of staff", most=MOST_NOTE, rows=2)
    parent = Words(
        "Parents and carers",
        hint="With how to reach them, if you know it",
        most=MOST_NOTE,
        rows=2,
    )
    other = Words(
        "Other people, please specify",
        hint="Say who they are, for example: a coach from the holiday club",
        most=MOST_NOTE,
        rows=2,
    )

    def lines(self) -> list[tuple[Group, str]]:
        """Everybody named, group by group in the form's order."""
        return [(group, name) for group in Group for name in named(self[group].data or "")]

    def check(self) -> None:
        for group in Group:
            if any(len(name) > MOST_LINE for name in named(self[group].data or "")):
                self.refuse(group, f"Each person must be {MOST_LINE} characters or less")
        if len(self.lines()) > MOST_PEOPLE:
            self.refuse("child", f"Name up to {MOST_PEOPLE} people, and describe any others")


class WhoStepForm(WhoForm):
    """The same at the staff's door, with the question that changes the route (1.17, R-KCSIE 8)."""

    about_staff = Choice(
        "Is this report about something that a member of staff did?",
        hint="Or a volunteer, a governor, a coach: anybody who works or helps here",
        options=AboutStaff,
        required="Say whether it is about a member of staff, or that you are not sure",
    )


class WhomForm(Form):
    """Asked of a report about staff only: nobody it is about is told of it, or reads it."""

    about_posts = Choices(
        "Is it about any of these?",
        hint="Choose every one. Whoever you choose is not told, and can never read this report",
        options=Post,
        required="Choose whom it is about, or “Somebody else who works or helps at the school”",
    )


class AccountForm(Form):
    """What happened, in the reporter's words (S211 to S213)."""

    description = Words(
        "Describe what happened",
        hint="What, when, where and how. Keep to what you saw and were told, "
        "in people's own words where you can",
        most=MOST_DESCRIPTION,
        rows=10,
        required="Describe what happened",
    )
    platforms = Choices(
        "Which social media, apps or sites were used?",
        hint="Choose every one involved",
        options=[Option(key, label) for key, label in PLATFORMS.items()],
    )
    other_platforms = Line("Any others", hint="Name them", most=MOST_LINE)
    evidence = Words(
        "What evidence is there?",
        hint="Describe it and say where it is kept. Do not attach, forward or copy it",
        most=MOST_NOTE,
        rows=4,
    )


class CheckForm(Form):
    """Who reports, and on which date the form was completed (S184, S186)."""

    reporter_name = Line(
        "Your name",
        most=MOST_LINE,
        required="Enter your name",
        autocomplete="name",
    )
    completed_on = Date(
        "Date of this report",
        past=True,
        required="Enter the date of this report",
        default=clock.today,
    )

    first: date | None = None

    def check(self) -> None:
        on = self.completed_on.data
        if self.first and on and on < self.first:
            self.refuse("completed_on", "The report cannot be dated before the incident")


def check_form(first: date | None) -> type[CheckForm]:
    """The last page for an incident that began on this day."""
    return type("CheckFormOfReport", (CheckForm,), {"first": first})
