"""The pages of form H for whoever has no account (S183): who they are comes first, a signature
last (S185), and a pupil is asked in a pupil's words (10.5).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, cast

from chalicelib import clock
from chalicelib.incidents.forms.draft import FORMS, Draft, Step
from chalicelib.incidents.forms.reporting import CheckForm, WhoForm
from chalicelib.incidents.forms.texts import MOST_LINE, Line
from chalicelib.incidents.model.concerns import AboutStaff, Post
from chalicelib.incidents.model.report import Door, Report
from chalicelib.incidents.model.reporter import ReporterKind
from chalicelib.web.fields import Choice, Choices, Date, Option
from chalicelib.web.forms import Carrier, Form

NAMED, NAMELESS = "named", "nameless"


class YouForm(Form):
    """Who makes the report, and whether they want to say so (S183, S184)."""

    reporter = Choice(
        "Who are you?", options=ReporterKind, required="Say who you are: a pupil, a parent or other"
    )
    naming = Choice(
        "Do you want to give your name?",
        hint="It helps the school to help you. Only the people who deal with reports see it",
        options=(
            Option(NAMED, "Yes, I will give my name"),
            Option(NAMELESS, "No, I do not want to give my name"),
        ),
        required="Choose whether you want to give your name",
    )


class NamedYouForm(Form):
    """Where the school takes no report without a name (features 1.8)."""

    reporter = Choice(
        "Who are you?",
        hint="You will be asked for your name at the end",
        options=ReporterKind,
        required="Say who you are: a pupil, a parent or other",
    )


class CommunityWhoForm(WhoForm):
    """Whether it is grave or not is for the school to say, and not asked here."""

    about_staff = Choice(
        "Is this about something that somebody who works at the school did?",
        hint="A volunteer, a governor or a coach counts too. "
        "If it is, nobody whom it is about is told of it",
        options=tuple(
            Option(str(each), label)
            for each, label in (
                (AboutStaff.NO, "No"),
                (AboutStaff.YES, "Yes"),
                (AboutStaff.UNSURE, "I am not sure"),
            )
        ),
        required="Choose yes, no or not sure",
    )


class SignedForm(CheckForm):
    """The last page of somebody who gives their name."""

    reporter_name = Line(
        "Your name",
        hint="If you would like an answer, add how the school can reach you",
        most=MOST_LINE,
        required="Enter your name",
        autocomplete="name",
    )
    signature = Line(
        "Your signature",
        hint="Type your full name again. It counts as signing this report",
        most=MOST_LINE,
        required="Type your full name to sign the report",
    )


class UnsignedForm(Form):
    """The last page of somebody who does not: the date alone."""

    completed_on = Date(
        "Date of this report",
        past=True,
        required="Enter the date of this report",
        default=clock.today,
    )

    first: date | None = None
    check = CheckForm.check


class ReturnForm(Form):
    """The way back with a receipt code (1.9)."""

    code = Line(
        "Your receipt code",
        hint="16 letters and numbers. Spaces, dashes and small letters do not matter",
        most=40,
        required="Enter the code from your receipt",
        width="20",
        autocomplete="off",
    )


class CommunityDraft(Draft):
    """A half-filled report of somebody without an account."""

    forms: ClassVar[Mapping[Step, type[Form]]] = {
        **FORMS,
        Step.YOU: YouForm,
        Step.WHO: CommunityWhoForm,
        Step.CHECK: SignedForm,
    }

    @cached_property
    def you(self) -> YouForm:
        return cast(YouForm, self.page(Step.YOU))

    @property
    def reporter(self) -> ReporterKind | None:
        found: ReporterKind | None = self.you.reporter.data
        return found

    @property
    def nameless(self) -> bool:
        return "naming" in self.you and bool(self.you.naming.data == NAMELESS)

    def form_of(self, step: Step) -> type[Form]:
        if step is not Step.CHECK:
            return super().form_of(step)
        last = UnsignedForm if self.nameless else SignedForm
        return type("LastPage", (last,), {"first": self.first_day})

    def read(self, step: Step, request: Carrier) -> Form:
        return _worded(super().read(step, request), self._words(step))

    def page(self, step: Step) -> Form:
        return _worded(super().page(step), self._words(step))

    def shown(self, step: Step, **offered: Any) -> Form:
        form = super().shown(step, **offered)
        if step is Step.CHECK and self.nameless:
            form = UnsignedForm.blank()
        return _worded(form, self._words(step))

    def _words(self, step: Step) -> Mapping[str, tuple[str, str]]:
        return PUPIL_WORDS if step is not Step.YOU and self._is_pupil else {}

    @property
    def _is_pupil(self) -> bool:
        return self.reporter is ReporterKind.PUPIL

    def community_report(self, checked: Form) -> Report:
        """The report that a complete draft and its last page make."""
        made = self._made(
            name="" if self.nameless else cast(SignedForm, checked).reporter_name.data,
            completed_on=cast(SignedForm, checked).completed_on.data,
            door=Door.COMMUNITY,
        )
        signature = "" if self.nameless else cast(SignedForm, checked).signature.data
        return replace(made, signature=signature, reporter=self.reporter)


class NamedDraft(CommunityDraft):
    """The same where a name is asked of everybody."""

    forms: ClassVar[Mapping[Step, type[Form]]] = {**CommunityDraft.forms, Step.YOU: NamedYouForm}


# A pupil's words for the questions of the form: label and hint by field (10.5, S245).
PUPIL_WORDS: Mapping[str, tuple[str, str]] = {
    "types": ("Choose everything that fits", "It does not need to be exact"),
    "other_breach": ("Which rule was it?", ""),
    "other_type": ("Something else", "Say what it was, if nothing here fits"),
    "adult_involved": (
        "Is an adult part of this?",
        "For example, an adult who sent or asked for something",
    ),
    "where": ("Where did it happen?", "Choose both if it happened in both"),
    "occasions": ("When did it happen?", "If you are not sure, put the day you think it was"),
    "child": ("Children", "For example: Alex Smith, 5B. If it happened to you, you can say so"),
    "staff": ("Teachers or other adults at school", ""),
    "parent": ("Parents or carers", ""),
    "other": ("Anybody else", "For example somebody you only know online"),
    "about_staff": (
        "Is this about something that a grown-up at school did?",
        "A teacher, a helper, a coach: anybody who works here. They will not be told",
    ),
    "about_posts": (
        "Who is it about?",
        "Choose everybody it is about. They will not be told, and cannot read this",
    ),
    "description": (
        "What happened?",
        "Use your own words. Spelling does not matter. You can write a little or a lot",
    ),
    "platforms": ("Which apps, games or sites was it on?", "Choose every one"),
    "other_platforms": ("Any others", "What are they called?"),
    "evidence": (
        "Is there anything that shows it?",
        "For example messages on a phone. Say where it is. Do not send it to anybody",
    ),
    "reporter_name": ("Your name", "Put your class as well, if you like"),
    "signature": ("Your name again", "This is how you sign it"),
}


# The posts of the school as a pupil knows the people in them.
_PUPIL_POSTS = (
    (Post.HEAD, "The headteacher", ""),
    (Post.DSL, "The safeguarding lead", "The teacher who looks after keeping everybody safe"),
    (Post.DEPUTY, "Somebody who helps the safeguarding lead", ""),
    (Post.LEAD, "The online safety lead", "The teacher who looks after computers and being safe"),
    (Post.CHAIR, "The chair of governors", ""),
    (Post.TRUST, "Somebody from the trust", "The group that our school belongs to"),
    (Post.OTHER, "Another teacher or grown-up at school", ""),
)


def _worded(form: Form, words: Mapping[str, tuple[str, str]]) -> Form:
    for name, (label, hint) in words.items():
        if name in form:
            question = cast(Any, form[name])
            question.label.text, question.hint = label, hint
    if words and "about_posts" in form:
        posts = cast(Choices, form["about_posts"])
        posts.options = tuple(Option(str(post), said, hint) for post, said, hint in _PUPIL_POSTS)
    return form
