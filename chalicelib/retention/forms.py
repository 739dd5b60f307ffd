"""What is typed about records whose time is over."""

from datetime import date, timedelta
from typing import Any, Self

from chalicelib import clock
from chalicelib.retention.model import LEAST, MOST, Act, Kept, Periods, RecordClass
from chalicelib.web import fields
from chalicelib.web.forms import Carrier, Form

_TEN_YEARS = timedelta(days=3660)
_ACTS = {
    "waiting": (
        fields.Option(
            Act.DESTROY, "Propose to destroy them", hint="A second person has to confirm it"
        ),
        fields.Option(Act.EXTEND, "Keep them longer", reveals="until"),
        fields.Option(
            Act.HOLD,
            "Put them under a legal hold",
            hint="An inquiry, the police or a court may ask for them",
        ),
    ),
    "proposed": (
        fields.Option(
            Act.CONFIRM, "Destroy them", hint="You are the second person. It cannot be undone"
        ),
        fields.Option(Act.BACK, "Do not destroy them", hint="They wait to be looked at again"),
        fields.Option(Act.HOLD, "Put them under a legal hold"),
    ),
    "kept": (
        fields.Option(Act.BACK, "Look at them again", hint="The hold or the longer time is over"),
        fields.Option(Act.EXTEND, "Keep them longer", reveals="until"),
        fields.Option(Act.HOLD, "Put them under a legal hold"),
    ),
}


class DecideForm(Form):
    """Several records at once, with the reason."""

    show = fields.Hidden()
    records = fields.Choices("Records", required="Tick at least one record")
    do = fields.Choice("What is to become of those you have ticked?", required="Choose what to do")
    until = fields.Date("Until when?", future=True)
    why = fields.LongText(
        "Why?",
        most=1000,
        rows=3,
        hint="It stands in the certificate. No names.",
        required="Say why in a sentence",
    )

    @classmethod
    def read(cls, request: Carrier, **given: Any) -> Self:
        """The boxes are in the list itself: what is ticked is checked against the queue."""
        ticked = [each for each in request.form.getlist("records") if len(each) <= 200][:200]
        show = (request.form.getlist("show") or [""])[0]
        boxes = [fields.Option(each, each) for each in ticked]
        options = {"records": boxes, "do": _ACTS.get(show, ())}
        return super().read(request, options=options, **given)

    @classmethod
    def on(cls, show: str) -> Self:
        """As the page shows it, on one of its lists."""
        return cls.blank(show=show, options={"do": _ACTS.get(show, ())})

    def check(self) -> None:
        if self.do.data != Act.EXTEND:
            return
        until = self.until.data
        if not isinstance(until, date):
            self.refuse("until", "Enter the date until which they are kept")
        elif until > clock.today() + _TEN_YEARS:
            self.refuse("until", "Ten years at most: then look at them again")


class StopForm(Form):
    """The legal hold on everything."""

    why = fields.LongText(
        "Why may nothing be destroyed?",
        most=1000,
        rows=3,
        hint="For example: an inquiry has asked schools to keep their records",
        required="Say why in a sentence",
    )


class GoOnForm(Form):
    """Lifting it."""

    sure = fields.Tick(
        "Records may be destroyed again, when two people say so", required="Tick to say so"
    )


class PeriodsForm(Form):
    """How long the school keeps each class, and why: a question each, written out below."""

    number = fields.Hidden()

    @classmethod
    def of(cls, periods: Periods, number: int) -> Self:
        """As first shown: the periods in force."""
        values: dict[str, Any] = {"number": str(number)}
        for each in CLASSES:
            values |= {f"{each}_years": periods[each].years, f"{each}_why": periods[each].why}
        return cls.blank(**values)

    @property
    def chosen(self) -> Periods:
        return {
            cls: Kept(int(self.years(cls).data), str(self.why(cls).data).strip()) for cls in CLASSES
        }

    def years(self, cls: RecordClass) -> Any:
        return getattr(self, f"{cls}_years")

    def why(self, cls: RecordClass) -> Any:
        return getattr(self, f"{cls}_why")


CLASSES = tuple(each for each in RecordClass if each is not RecordClass.REGISTER)
for _each in CLASSES:
    setattr(
        PeriodsForm,
        f"{_each}_years",
        fields.Number(
            f"{_each.label}: years",
            least=LEAST,
            greatest=MOST,
            required="Enter a number of years",
        ),
    )
    setattr(
        PeriodsForm,
        f"{_each}_why",
        fields.LongText(
            f"{_each.label}: why so long?",
            most=500,
            rows=2,
            required="Say why it is kept so long",
        ),
    )
