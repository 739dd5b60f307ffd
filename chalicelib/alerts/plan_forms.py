"""The duty plan as it is typed: chains as a line of choices, closed hours with their people."""

from collections.abc import Sequence
from typing import Any

from chalicelib.alerts.facts import Severity
from chalicelib.alerts.themes import lists
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.people.plan.model import After, Digest, Outside, Plan, Step
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

_LINKS = 5
_RULES = 3
_PLACES = ("First", "Then", "Then", "Then", "Then")
_STEPS = [(step.value, step.label) for step in Step]
_CHOSEN = tuple(each for each in Severity if each is not Severity.CRITICAL)


def _link(place: str) -> fields.Choice:
    return fields.Choice(place, options=[("", "Nobody"), *_STEPS], select=True)


class PlanForm(Form):
    """Who is told, in which order, and what happens when the school is closed."""

    version = fields.Hidden()
    urgent_1, urgent_2, urgent_3, urgent_4, urgent_5 = (_link(each) for each in _PLACES)
    usual_1, usual_2, usual_3, usual_4, usual_5 = (_link(each) for each in _PLACES)
    theme_1, theme_2, theme_3 = (
        fields.Choice("For alerts about", options=[("", "No theme")], select=True) for _ in range(3)
    )
    ahead_1, ahead_2, ahead_3 = (
        fields.Choice("this is told first", options=[("", "Nobody"), *_STEPS], select=True)
        for _ in range(3)
    )
    at_once = fields.Choices(
        "Which alerts is somebody told of at once?",
        hint="Critical ones always. The others wait in the inbox and are summed up",
        options=[(each.value, each.value.capitalize()) for each in _CHOSEN],
    )
    digest = fields.Choice(
        "How often are the others summed up in one email?",
        options=Digest,
        required="Choose how often",
    )
    opens = fields.Time("The school day begins", required="Enter when the school day begins")
    closes = fields.Time("The school day ends", required="Enter when the school day ends")
    evenings = fields.Choice(
        "In the evening and at weekends",
        options=[
            Option(a.value, a.label, a.hint, "evenings_people" if a is After.NAMED else "")
            for a in After
        ],
        required="Choose what happens in the evening and at weekends",
    )
    evenings_people = fields.Choices("Who is told first then?")
    holidays = fields.Choice(
        "In the school holidays",
        options=[
            Option(a.value, a.label, a.hint, "holidays_people" if a is After.NAMED else "")
            for a in After
        ],
        required="Choose what happens in the holidays",
    )
    holidays_people = fields.Choices("Who is told first then?")
    says = fields.LongText(
        "What does whoever is told do, when the school is closed?",
        most=4000,
        rows=5,
        hint="For example: ring home on the number in the office system; if a child is in danger "
        "now, ring 999 first. The out-of-hours plan is required",
        required="Say what happens outside school hours: a school cannot go without a plan",
    )
    idle_hours = fields.Number(
        "Hours until an alert in hand comes back",
        least=1,
        greatest=120,
        width="3",
        hint="If nothing is written down about it",
        required="Enter a number of hours",
    )
    storm = fields.Number(
        "Alerts within ten minutes that share one email",
        least=5,
        greatest=500,
        width="3",
        hint="When a source sends more than this. Critical ones are always sent singly",
        required="Enter a number of alerts",
    )

    def plan(self) -> Plan:
        """The plan as typed; whether it holds, saving says."""
        first = {
            self[f"theme_{n}"].data: Step(self[f"ahead_{n}"].data)
            for n in range(1, _RULES + 1)
            if self[f"theme_{n}"].data and self[f"ahead_{n}"].data
        }
        return Plan(
            urgent=self._chain("urgent"),
            usual=self._chain("usual"),
            first=first,
            at_once=frozenset({Severity.CRITICAL.value, *(self.at_once.data or ())}),
            digest=self.digest.data,
            opens=self.opens.data,
            closes=self.closes.data,
            evenings=self._outside("evenings"),
            holidays=self._outside("holidays"),
            says=self.says.data or "",
            idle_hours=self.idle_hours.data,
            storm=self.storm.data,
        )

    def _chain(self, name: str) -> tuple[Step, ...]:
        chosen = [self[f"{name}_{n}"].data for n in range(1, _LINKS + 1)]
        return tuple(dict.fromkeys(Step(each) for each in chosen if each))

    def _outside(self, name: str) -> Outside:
        mode = After(self[name].data)
        people = self[f"{name}_people"].data or () if mode is After.NAMED else ()
        return Outside(mode, tuple(PersonId(each) for each in people))

    def refuse_all(self, problems: Any) -> None:
        """A chain's problem stands at its first place."""
        at = {"urgent": "urgent_1", "usual": "usual_1", "staff": "urgent_1"}
        super().refuse_all({at.get(name, name): texts for name, texts in problems.items()})


def offered(members: Sequence[Member]) -> dict[str, list[Option]]:
    """What is only known when the form is shown: themes by their names, and who may be named."""
    themes = [Option("", "No theme")]
    themes += [Option(each.id, each.label) for each in lists().by_id.values() if each.lists]
    told = [each for each in members if each.may(Permission.WORK_ALERTS)]
    people = [Option(each.person, each.name, ", ".join(each.role_names)) for each in told]
    return {
        **{f"theme_{n}": themes for n in range(1, _RULES + 1)},
        "evenings_people": people,
        "holidays_people": people,
    }


def answers_of(plan: Plan) -> dict[str, Any]:
    """The plan in force as the form shows it."""
    rules = list(plan.first.items())[:_RULES]
    return {
        "version": str(plan.version),
        **{f"urgent_{n}": step.value for n, step in enumerate(plan.urgent[:_LINKS], 1)},
        **{f"usual_{n}": step.value for n, step in enumerate(plan.usual[:_LINKS], 1)},
        **{f"theme_{n}": theme for n, (theme, _) in enumerate(rules, 1)},
        **{f"ahead_{n}": step.value for n, (_, step) in enumerate(rules, 1)},
        "at_once": sorted(plan.at_once - {"critical"}),
        "digest": plan.digest.value,
        "opens": plan.opens,
        "closes": plan.closes,
        "evenings": plan.evenings.mode.value,
        "evenings_people": list(plan.evenings.people),
        "holidays": plan.holidays.mode.value,
        "holidays_people": list(plan.holidays.people),
        "says": plan.says,
        "idle_hours": plan.idle_hours,
        "storm": plan.storm,
    }
