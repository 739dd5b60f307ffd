"""Who told the school, how and when: asked first when staff record it for them (S111, S183)."""

from chalicelib import clock
from chalicelib.incidents.forms.texts import MOST_LINE, Line
from chalicelib.incidents.model.behalf import Behalf, How
from chalicelib.incidents.model.reporter import ReporterKind
from chalicelib.web.fields import Choice, Date, Option, Time
from chalicelib.web.forms import Form

STAFF = "staff"
_WHO = {
    **{each.value: each.label for each in ReporterKind},
    STAFF: "Another member of staff",
}


class BehalfForm(Form):
    """A telephone call, a paper form, a word at the gate."""

    told_by = Line(
        "Who told you?",
        hint="Their full name. Leave it empty if they did not want to give it",
        most=MOST_LINE,
        autocomplete="off",
    )
    who = Choice(
        "Who are they?",
        options=[Option(key, label) for key, label in _WHO.items()],
        required="Say who they are: a pupil, a parent, another member of staff or somebody else",
    )
    how = Choice("How did they tell you?", options=How, required="Say how they told you")
    told_on = Date(
        "When did they tell you?",
        past=True,
        required="Enter the day on which they told you",
        default=clock.today,
    )
    told_at = Time("At what time?")

    def behalf(self) -> Behalf:
        return Behalf(
            told_by=self.told_by.data or "",
            who=_WHO[self.who.data],
            how=self.how.data,
            on=self.told_on.data,
            at=self.told_at.data,
        )
