"""The form of a schedule: what, how often, about which schools, and for whom."""

from collections.abc import Iterable
from datetime import date

from chalicelib.identity.model import Member
from chalicelib.identity.permissions import TRUST_ROLES, Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.reports.layout import WHOLE, Layout
from chalicelib.reports.model import Recipients
from chalicelib.reports.schedules.model import Every, Schedule
from chalicelib.tenancy.model import School
from chalicelib.web import Request, fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

USUAL = "usual"
ONE, EACH = "one", "each"
_ALL, _SOME = "all", "some"
FORMS = (
    Option(ONE, "One report over these schools"),
    Option(
        EACH,
        "A report of its own for each school",
        "By type, waiting times, alerts by theme and agreements: beside no other school.",
    ),
)


class ScheduleForm(Form):
    record = fields.RecordId()
    version = fields.Version()
    name = fields.Text(
        "What do you call it?",
        most=80,
        hint="Such as Termly report for the board. It stands in your list alone.",
        required="Enter what you call it",
    )
    every = fields.Choice(
        "How often?",
        options=[Option(each.value, each.label, f"Made {each.when}.") for each in Every],
        required="Choose how often",
    )
    in_holidays = fields.Tick("Also for a week or month in which no school had pupils in")
    template = fields.Choice("What is in it?", select=True, required="Choose what is in it")
    form = fields.Choice("As what?", options=FORMS, required="Choose one report or one for each")
    which = fields.Choice(
        "About which schools?",
        options=[
            Option(_ALL, "All, with those that join later"),
            Option(_SOME, "Some of them", reveals="schools"),
        ],
        required="Choose which schools",
    )
    schools = fields.Choices("Which schools?")
    roles = fields.Choices(
        "Who gets it, by role?",
        hint="Whoever holds the role on that day. They are sent a link, and sign in to read it.",
        options=[Option(role.value, role.label) for role in Role if role in TRUST_ROLES],
    )
    people = fields.Choices("Who gets it, by name?")

    @classmethod
    def shown(
        cls,
        schedule: Schedule | None,
        schools: Iterable[School],
        templates: Iterable[Layout],
        members: Iterable[Member],
    ) -> "ScheduleForm":
        """The form with a schedule in it, or as it begins."""
        options = _options(schools, templates, members)
        if schedule is None:
            return cls.blank(
                options=options,
                version="0",
                every=Every.TERM,
                template=USUAL,
                form=ONE,
                which=_ALL,
                roles=[Role.TRUST_ADMINISTRATOR],
            )
        return cls.blank(
            options=options,
            version=str(schedule.version),
            name=schedule.name,
            every=schedule.every,
            in_holidays=schedule.in_holidays,
            template=schedule.template or USUAL,
            form=EACH if schedule.each else ONE,
            which=_SOME if schedule.schools else _ALL,
            schools=list(schedule.schools),
            roles=list(schedule.to.roles),
            people=list(schedule.to.people),
        )

    @classmethod
    def sent(
        cls,
        request: Request,
        schools: Iterable[School],
        templates: Iterable[Layout],
        members: Iterable[Member],
    ) -> "ScheduleForm":
        return cls.read(request, options=_options(schools, templates, members))

    def check(self) -> None:
        if self.which.data == _SOME and not self.schools.data:
            self.refuse("schools", "Choose at least one school")
        if not self.roles.data and not self.people.data:
            self.refuse("roles", "Choose at least one role or person")

    def schedule(self, schedule: str, trust: TrustId, today: date) -> Schedule:
        """The schedule that was asked for, from a London day on."""
        some = self.which.data == _SOME
        return Schedule(
            id=schedule,
            trust=trust,
            name=self.name.data,
            every=Every(self.every.data),
            since=today,
            to=Recipients(
                people=tuple(PersonId(each) for each in self.people.data),
                roles=tuple(Role(each) for each in self.roles.data),
            ),
            template="" if self.template.data == USUAL else self.template.data,
            schools=tuple(SchoolId(each) for each in self.schools.data) if some else (),
            each=self.form.data == EACH,
            in_holidays=bool(self.in_holidays.data),
            version=self.version.data,
        )


def template_options(templates: Iterable[Layout]) -> list[tuple[str, str]]:
    """The usual report, then a trust's own templates."""
    return [(USUAL, f"{WHOLE.title}: everything"), *((t.template, t.title) for t in templates)]


def _options(
    schools: Iterable[School], templates: Iterable[Layout], members: Iterable[Member]
) -> dict[str, fields.Options]:
    return {
        "template": template_options(templates),
        "schools": [(school.id, school.name) for school in schools],
        "people": [Option(each.person, each.name, ", ".join(each.role_names)) for each in members],
    }
