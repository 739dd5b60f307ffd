"""A half-filled report: which pages it has, which of them are done, and the report they make.

What was typed is kept page by page exactly as it was sent, so that coming back, an expired
session or a step backwards loses nothing (1.11, R14).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Self, cast

from chalicelib import clock
from chalicelib.incidents import types
from chalicelib.incidents.forms.behalf import BehalfForm
from chalicelib.incidents.forms.reporting import (
    AccountForm,
    BeforeForm,
    CheckForm,
    PoliceForm,
    WhatForm,
    WhenForm,
    WhomForm,
    WhoStepForm,
    check_form,
)
from chalicelib.incidents.model.concerns import AboutStaff, Post
from chalicelib.incidents.model.report import AdultInvolved, Door, Report, gathered
from chalicelib.incidents.types import Guard
from chalicelib.web.forms import Carrier, Form

Fields = Mapping[str, Sequence[str]]


class Step(StrEnum):
    """The pages of the form, in order. The guard pages are there when a type calls for them, the
    first where nobody is signed in.
    """

    YOU = "you"
    BEHALF = "behalf"
    WHAT = "what"
    BEFORE = "before-you-go-on"
    POLICE = "police"
    WHEN = "when"
    WHO = "who"
    WHOM = "about-whom"
    ACCOUNT = "account"
    CHECK = "check"


FORMS: Mapping[Step, type[Form]] = {
    Step.BEHALF: BehalfForm,
    Step.WHAT: WhatForm,
    Step.BEFORE: BeforeForm,
    Step.POLICE: PoliceForm,
    Step.WHEN: WhenForm,
    Step.WHO: WhoStepForm,
    Step.WHOM: WhomForm,
    Step.ACCOUNT: AccountForm,
    Step.CHECK: CheckForm,
}

_FOR_ANOTHER = "for-another"
_SESSION = "session"


@dataclass(frozen=True)
class _Kept:
    """One page's fields as a form reads them."""

    fields: Fields

    @property
    def form(self) -> "_Kept":
        return self

    def getlist(self, name: str) -> list[str]:
        return list(self.fields.get(name, ()))

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Draft:
    """Everything typed so far, under `page:field`."""

    fields: Fields
    forms: ClassVar[Mapping[Step, type[Form]]] = FORMS

    def saved(self, step: Step, form: Form) -> Self:
        """The draft with one page as it was just sent; its other pages stay as they are."""
        others = {k: v for k, v in self.fields.items() if not k.startswith(f"{step}:")}
        page: dict[str, list[str]] = {f"{step}:": ["sent"]}
        for name, text in form.carried:
            page.setdefault(f"{step}:{name}", []).append(text)
        return replace(self, fields=others | page)

    def sent(self, step: Step) -> bool:
        return f"{step}:" in self.fields

    def page(self, step: Step) -> Form:
        """A page with what was typed on it, read again by today's rules."""
        return self.forms[step].read(self._kept(step))

    def shown(self, step: Step, **offered: Any) -> Form:
        """A page to fill in: what was typed on it without judging it yet, or a fresh one."""
        form = self.forms[step]
        return form(self._kept(step)) if self.sent(step) else form.blank(**offered)

    def _kept(self, step: Step) -> _Kept:
        start = f"{step}:"
        return _Kept(
            {k.removeprefix(start): v for k, v in self.fields.items() if k.startswith(start)}
        )

    @cached_property
    def what(self) -> WhatForm:
        return cast(WhatForm, self.page(Step.WHAT))

    @cached_property
    def guards(self) -> tuple[Guard, ...]:
        return types.CURRENT.guards(self.what.types.data or ())

    @cached_property
    def adult_involved(self) -> AdultInvolved | None:
        if not (self.guards and self.sent(Step.BEFORE)):
            return None
        found: AdultInvolved | None = cast(BeforeForm, self.page(Step.BEFORE)).adult_involved.data
        return found

    @cached_property
    def about_staff(self) -> AboutStaff | None:
        if not self.sent(Step.WHO):
            return None
        found = cast(WhoStepForm, self.page(Step.WHO)).about_staff.data
        return AboutStaff(found) if found else None

    @property
    def about_posts(self) -> tuple[Post, ...]:
        if Step.WHOM not in self.steps:
            return ()
        return tuple(cast(WhomForm, self.page(Step.WHOM)).about_posts.data or ())

    @property
    def for_another(self) -> bool:
        """Whether staff write this down for somebody else; decided by where they began."""
        return _FOR_ANOTHER in self.fields

    def begun_for_another(self) -> Self:
        return replace(self, fields={**self.fields, _FOR_ANOTHER: ["yes"]})

    @property
    def begun_in(self) -> str:
        """The id of the session that began it; empty for one that began in none of the form's."""
        return next(iter(self.fields.get(_SESSION, ())), "")

    def beginning_in(self, session: str) -> Self:
        return replace(self, fields={**self.fields, _SESSION: [session]})

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The pages this report has, in order."""
        police = Guard.IMAGES in self.guards and self.adult_involved in {
            AdultInvolved.YES,
            AdultInvolved.UNSURE,
        }
        wanted = {
            Step.BEHALF: self.for_another,
            Step.BEFORE: bool(self.guards),
            Step.POLICE: police,
            Step.WHOM: self.about_staff not in {None, AboutStaff.NO},
        }
        left_out = {step for step, needed in wanted.items() if not needed}
        return tuple(step for step in Step if step in self.forms and step not in left_out)

    def done(self, step: Step) -> bool:
        return self.sent(step) and not self.page(step).problems

    @cached_property
    def next(self) -> Step:
        """The first page that is still to be filled in; the last page when none is."""
        return next((s for s in self.steps[:-1] if not self.done(s)), Step.CHECK)

    def after(self, step: Step) -> Step:
        """The page that `Continue` leads to; an earlier one that is missing comes first."""
        following = self.steps[self.steps.index(step) + 1]
        return min(following, self.next, key=self.steps.index)

    def before(self, step: Step) -> Step | None:
        """The page that `Back` leads to."""
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    @property
    def first_day(self) -> date | None:
        """The first date of the incident, once it is known."""
        occasions = cast(WhenForm, self.page(Step.WHEN)).occasions.data
        return min(each.on for each in occasions) if occasions else None

    def form_of(self, step: Step) -> type[Form]:
        return check_form(self.first_day) if step is Step.CHECK else self.forms[step]

    def read(self, step: Step, request: Carrier) -> Form:
        """A page as it was just sent."""
        return self.form_of(step).read(request)

    def report(self, checked: CheckForm) -> Report:
        """The report that a complete draft and its last page make."""
        name, on = checked.reporter_name.data, checked.completed_on.data
        return self._made(name=name, completed_on=on, door=self._door)

    def preview(self) -> Report:
        """The report as it would be, while its last page is shown: who would be told of it?"""
        return self._made(name="", completed_on=clock.today(), door=self._door)

    @property
    def _door(self) -> Door:
        return Door.BEHALF if self.for_another else Door.STAFF

    def _made(self, *, name: str, completed_on: date, door: Door) -> Report:
        what = self.what
        when = cast(WhenForm, self.page(Step.WHEN))
        who = cast(WhoStepForm, self.page(Step.WHO))
        account = cast(AccountForm, self.page(Step.ACCOUNT))
        return Report(
            edition=types.CURRENT.edition,
            door=door,
            reporter_name=name,
            completed_on=completed_on,
            where=frozenset(when.where.data),
            occasions=when.occasions.data,
            people=gathered(who.lines()),
            adult_involved=self.adult_involved,
            about_staff=self.about_staff,
            about_posts=self.about_posts,
            behalf=cast(BehalfForm, self.page(Step.BEHALF)).behalf() if self.for_another else None,
            **what_facts(what),
            **account_facts(account),
        )


def what_facts(form: WhatForm) -> dict[str, Any]:
    """The fields of a report that the first page gives."""
    chosen = tuple(each.key for each in types.CURRENT.chosen(form.types.data or ()))
    breach = form.other_breach.data if types.OTHER_BREACH in chosen else ""
    return {
        "types": chosen,
        "other_breach": breach or "",
        "other_type": form.other_type.data or "",
    }


def account_facts(form: AccountForm) -> dict[str, Any]:
    """The fields of a report that the reporter's account gives."""
    return {
        "description": form.description.data,
        "platforms": tuple(form.platforms.data or ()),
        "other_platforms": form.other_platforms.data or "",
        "evidence": form.evidence.data or "",
    }
