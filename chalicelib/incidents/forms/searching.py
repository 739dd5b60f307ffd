"""The forms of the log: what to look for, and a name for a view."""

from collections.abc import Iterable

from chalicelib.incidents.forms.texts import MOST_LINE, Line
from chalicelib.incidents.model.card import Place
from chalicelib.incidents.model.search import OTHER_PLATFORM, Lists, Search, Sort
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.types import CURRENT, PLATFORMS
from chalicelib.people.model import Class
from chalicelib.web.fields import Choice, Date, Hidden
from chalicelib.web.forms import Form

_TYPES = [(each.key, each.label) for each in CURRENT.types]
_PLATFORMS = [*PLATFORMS.items(), (OTHER_PLATFORM, "Any other")]


class SearchForm(Form):
    who = Line(
        "Name or reference",
        hint="Part of a name is enough. Somebody named in the report, or a reference like K7M-4QXT",
        most=MOST_LINE,
    )
    first = Date("Incidents from")
    last = Date("To")
    kind = Choice("Type", options=_TYPES, select=True)
    status = Choice("Status", options=Lists, select=True)
    severity = Choice("Severity", options=Severity, select=True)
    group = Choice("Class", options=(), select=True)
    place = Choice("Place", options=Place, select=True)
    platform = Choice("App or site", options=_PLATFORMS, select=True)
    sort = Choice("Order", options=Sort, select=True)

    def check(self) -> None:
        first, last = self.first.data, self.last.data
        if first and last and last < first:
            self.refuse("last", "To must be the same as or after the first date")

    def search(self) -> Search:
        return Search(
            status=self.status.data or Lists.ALL,
            who=self.who.data or "",
            first=self.first.data,
            last=self.last.data,
            kind=self.kind.data or "",
            severity=self.severity.data,
            group=self.group.data or "",
            place=self.place.data,
            platform=self.platform.data or "",
            sort=self.sort.data or Sort.NEWEST,
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
    return [(each.id, each.name) for each in classes]
