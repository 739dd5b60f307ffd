"""Asking for a report: which period, which schools."""

from collections.abc import Iterable
from datetime import date

from chalicelib.reports import periods
from chalicelib.reports.layout import Layout
from chalicelib.reports.model import Period
from chalicelib.reports.schedules.forms import EACH, FORMS, ONE, USUAL, template_options
from chalicelib.tenancy import calendar
from chalicelib.tenancy.model import School
from chalicelib.web import Request, fields
from chalicelib.web.forms import Form

_MONTHS = "months"
_YEARS = 3


class AskForm(Form):
    """The period is a term, an academic year, or whole months."""

    record = fields.RecordId()
    period = fields.Choice("Which period?", required="Choose a period")
    first = fields.Choice("From", select=True)
    last = fields.Choice("To", select=True)
    schools = fields.Choices(
        "Which schools?",
        hint="What is hidden stays the same whichever schools you choose.",
        required="Choose at least one school",
    )

    template = fields.Choice("What is in it?", select=True, required="Choose what is in it")
    form = fields.Choice("As what?", options=FORMS, required="Choose one report or one for each")

    @classmethod
    def shown(
        cls, schools: Iterable[School], templates: Iterable[Layout], today: date
    ) -> "AskForm":
        """The form as it is first seen: the last term that ended, all schools."""
        own = list(schools)
        ended = next(term for term in periods.recent_terms(today) if term.last_on < today)
        month = periods.month_key(periods.recent_months(today)[1])
        return cls.blank(
            options=_options(own, templates, today),
            template=USUAL,
            form=ONE,
            period=ended.key,
            first=month,
            last=month,
            schools=[school.id for school in own],
        )

    @classmethod
    def sent(
        cls,
        request: Request,
        schools: Iterable[School],
        templates: Iterable[Layout],
        today: date,
    ) -> "AskForm":
        return cls.read(request, options=_options(list(schools), templates, today))

    def check(self) -> None:
        """Months need both ends, and must not run backwards."""
        if self.period.data != _MONTHS:
            return
        if not self.first.data:
            self.refuse("first", "Choose the first month")
        if not self.last.data:
            self.refuse("last", "Choose the last month")
        elif (self.first.data or "") > self.last.data:
            self.refuse("last", "Choose the same month or a later one")

    @property
    def template_id(self) -> str:
        """The template that was chosen, or nothing for the usual report."""
        return "" if self.template.data == USUAL else str(self.template.data)

    @property
    def each(self) -> bool:
        return bool(self.form.data == EACH)

    def chosen(self, today: date) -> Period:
        """The period that was asked for."""
        if self.period.data == _MONTHS:
            return periods.of_months(_month(self.first.data), _month(self.last.data))
        if self.period.data.startswith("year:"):
            return periods.of_year(self.period.data.removeprefix("year:"), today)
        return periods.of_term(periods.term_called(self.period.data), today)


def _options(
    schools: list[School], templates: Iterable[Layout], today: date
) -> dict[str, fields.Options]:
    terms = [
        fields.Option(term.key, periods.of_term(term, today).label)
        for term in periods.recent_terms(today)
    ]
    starts = int(calendar.academic_year(today)[:4])
    years = [
        fields.Option(f"year:{year}", periods.of_year(year, today).label)
        for year in (calendar.academic_year(date(starts - n, 9, 1)) for n in range(_YEARS))
    ]
    other = fields.Option(_MONTHS, "Other months", reveals="first")
    months = [
        (periods.month_key(month), f"{month:%B %Y}") for month in periods.recent_months(today)
    ]
    return {
        "template": template_options(templates),
        "period": [*terms, *years, other],
        "first": list(months),
        "last": list(months),
        "schools": [(school.id, school.name) for school in schools],
    }


def _month(key: str) -> date:
    return date.fromisoformat(f"{key}-01")
