"""The forms of the log: what to look for, and a name for a view."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from chalicelib.incidents.forms.texts import MOST_LINE, Line
from chalicelib.incidents.model.card import Place
from chalicelib.incidents.model.search import OTHER_PLATFORM, Lists, Search, Sort, of_stored
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.types import CURRENT, PLATFORMS
from chalicelib.people.model import Class
from chalicelib.web.fields import Choice, Date, Hidden
from chalicelib.web.forms import Form

_ANY = ("", "Any")
_TYPES = [_ANY, *((each.key, each.label) for each in CURRENT.types)]
_PLATFORMS = [_ANY, *PLATFORMS.items(), (OTHER_PLATFORM, "Any other app or site")]


def _offered(
    words: type[Lists] | type[Severity] | type[Place] | type[Sort],
) -> list[tuple[str, str]]:
    return [(str(each), each.label) for each in words]


class SearchForm(Form):
    who = Line(
        "Name or reference",
        hint="Part of a name is enough. Somebody named in the report, or a reference like K7M-4QXT",
        most=MOST_LINE,
    )
    first = Date("Incidents from")
    last = Date("To")
    kind = Choice("Type", options=_TYPES, select=True)
    status = Choice("Status", options=_offered(Lists), select=True)
    severity = Choice("Severity", options=[_ANY, *_offered(Severity)], select=True)
    group = Choice("Class", options=(), select=True)
    place = Choice("Place", options=[_ANY, *_offered(Place)], select=True)
    platform = Choice("App or site", options=_PLATFORMS, select=True)
    sort = Choice("Order", options=_offered(Sort), select=True)

    def __init__(self, *sent: Any, **values: Any) -> None:
        super().__init__(*sent, **values)
        for question in self:
            question.flags.required = True  # none is: saying so of each would say nothing

    def check(self) -> None:
        first, last = self.first.data, self.last.data
        if first and last and last < first:
            self.refuse("last", "To must be the same as or after the first date")

    def search(self) -> Search:
        return of_stored(
            {
                name: value.isoformat() if isinstance(value, date) else value or ""
                for name, value in ((each, self[each].data) for each in Search.__dataclass_fields__)
            }
        )


class ViewForm(Form):
    """`view` is the search as the page's address has it."""

    name = Line(
        "Save this view as",
        hint="For example: Open in 5B. Only you see it",
        most=60,
        required="Give the view a name",
    )
    view = Hidden("")


def class_options(classes: Iterable[Class]) -> list[tuple[str, str]]:
    return [_ANY, *((each.id, each.name) for each in classes)]
