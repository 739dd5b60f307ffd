"""What every page behind an emailed link shares: its language, its way back, and its words."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from chalicelib.agreements.languages import Language, Translate, chosen, translator
from chalicelib.agreements.visits import Visit
from chalicelib.web import Request, Response, page
from chalicelib.web.context import current
from chalicelib.web.fields import Offered, Question
from chalicelib.web.forms import Form
from chalicelib.web.navigation import Chrome, Look


class Place:
    """Where a signer is: which link, for which of their children, in which language."""

    def __init__(self, request: Request, people: tuple[str, ...] = ()) -> None:
        start = "c" if request.path.startswith("/c/") else "a"
        self.path = f"/{start}/{request.params['token']}"
        self.asked = request.query.get("lang", "")
        self.language = chosen(self.asked, request.headers.get("accept-language", ""))
        self.number = _number(request.query.get("who", ""), len(people))
        self.people = people
        self.look: Look | None = None
        self.visit: Visit | None = None  # whose school's look is read if a page is shown

    @property
    def who(self) -> str:
        """The id of whom the page is about, of those the link is for."""
        return self.people[self.number - 1] if self.people else ""

    def at(self, step: str = "", number: int = 0, language: str = "", told: str = "") -> str:
        """Another page of the same link, for the same person in the same language unless told."""
        query = {}
        if (wanted := number or self.number) > 1 and (step or told):
            query["who"] = str(wanted)
        if told:
            query["told"] = told
        if said := language or self.asked:
            query["lang"] = said
        return f"{self.path}{step}" + (f"?{urlencode(query)}" if query else "")

    def here(self, language: str) -> str:
        """This page in another language: a query only, so that no page repeats its own address."""
        who = {"who": str(self.number)} if self.number > 1 else {}
        return f"?{urlencode({**who, 'lang': language})}"


def show(name: str, place: Place, *, status: int = 200, **context: Any) -> Response:
    """A signer's page in the signer's language."""
    say = translator(place.language)
    if isinstance(form := context.get("form"), Form):
        translate(form, say)
    current().chrome = Chrome(look=place.visit.profile.look if place.visit else place.look)
    return page(
        f"agreements/signer/{name}",
        status=status,
        _=say,
        place=place,
        language=place.language,
        languages=tuple(Language),
        **context,
    )


def translate(form: Form, say: Translate) -> None:
    """A form's labels, hints, answers and problems in the signer's language."""
    form.title_of_problems = say(type(form).title_of_problems)  # type: ignore[misc]
    for question in form:
        question.label.text = say(question.label.text)
        if isinstance(question, Question) and question.hint:
            question.hint = say(question.hint)
        question.errors = [say(str(error)) for error in question.errors]
        if isinstance(question, Offered):
            question.options = tuple(
                replace(option, label=say(option.label)) for option in question.options
            )


def _number(text: str, most: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1
    return number if 1 <= number <= max(most, 1) else 1
