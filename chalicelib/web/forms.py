"""Forms: all of a page's questions read at once, and every problem told at once.

Questions are in `fields`. A view reads, looks at `problems`, and either shows the page again
(status 422, everything typed still there) or hands the data to a service:

    form = AcknowledgeForm.read(request)
    if form.problems:
        return page("incidents/acknowledge", form=form, status=422)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

import wtforms

from chalicelib.web.fields import Offered, Options, Question


class Typed(Protocol):
    """What a request's form offers: the values sent under a name."""

    def getlist(self, name: str) -> list[str]: ...

    def __iter__(self) -> Iterator[str]: ...


class Carrier(Protocol):
    """Whatever holds a sent form: the request."""

    @property
    def form(self) -> Typed: ...


@dataclass(frozen=True)
class Problem:
    """A line of the error summary: where its link leads and what it says."""

    anchor: str
    message: str


@dataclass(frozen=True)
class Answer:
    """A line of a check-your-answers page."""

    label: str
    text: str
    anchor: str


class Form(wtforms.Form):
    """The base of every form; `title_of_problems` heads its error summary."""

    title_of_problems: ClassVar[str] = "There is a problem"

    class Meta:
        csrf = False  # the guarded routes check it for every POST (R15)
        locales = False

    def __init__(
        self,
        formdata: Any = None,
        *,
        options: Mapping[str, Options] | None = None,
        **values: Any,
    ) -> None:
        self._options = options or {}
        self._page_problems: list[str] = []
        super().__init__(formdata, **values)

    def process(self, formdata: Any = None, *rest: Any, **values: Any) -> None:
        for name, options in self._options.items():
            question = self[name]
            if isinstance(question, Offered):
                question.offer(options)
        super().process(formdata, *rest, **values)

    @classmethod
    def blank(cls, *, options: Mapping[str, Options] | None = None, **values: Any) -> Self:
        """The form as first shown, its questions answered with `values` where given."""
        return cls(options=options, **values)

    @classmethod
    def read(
        cls, request: Carrier, *, options: Mapping[str, Options] | None = None, **values: Any
    ) -> Self:
        """The form as sent, validated: look at `problems` before using the data."""
        form = cls(_Sent(request.form), options=options, **values)
        form.validate()
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        self.check()
        return not self.problems

    def check(self) -> None:
        """For rules that concern several answers: call `refuse` for what is wrong."""

    def refuse(self, name: str, message: str) -> None:
        """Add a problem to a question, or to the whole page when `name` is empty."""
        if name not in self:
            self._page_problems.append(message)
            return
        question = self[name]
        if message not in question.errors:
            question.errors = [*question.errors, message]

    def refuse_all(self, problems: Mapping[str, list[str]]) -> None:
        """Add the problems of an `errors.Invalid` that a service raised."""
        for name, messages in problems.items():
            for message in messages:
                self.refuse(name, message)

    @property
    def problems(self) -> bool:
        return bool(self._page_problems) or any(question.errors for question in self)

    @property
    def problem_list(self) -> list[Problem]:
        """The error summary: a line a question, in the order of the page."""
        page = [Problem("main-content", message) for message in self._page_problems]
        return page + [
            Problem(getattr(question, "anchor", question.id), str(question.errors[0]))
            for question in self
            if question.errors
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """All that was typed as hidden inputs, so that a next page can send it again."""
        return [
            pair
            for question in self
            if isinstance(question, Question)
            for pair in question.carried()
        ]

    @property
    def answers(self) -> list[Answer]:
        """What was answered, in words, for a check-your-answers page."""
        return [
            Answer(question.label.text, question.shown(), question.anchor)
            for question in self
            if isinstance(question, Question) and question.kind != "hidden"
        ]


class _Sent:
    """The request's values as WTForms wants them: an empty form is still one that was sent."""

    def __init__(self, values: Typed) -> None:
        self._values = values

    def getlist(self, name: str) -> list[str]:
        return list(self._values.getlist(name))

    def __contains__(self, name: str) -> bool:
        return bool(self.getlist(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __bool__(self) -> bool:
        return True
