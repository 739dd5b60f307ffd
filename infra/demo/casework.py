"""What schools add to their records: families told, support, sanctions, devices, lessons."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.incidents.forms.parts import FORMS, Around, PartForm
from chalicelib.incidents.forms.parts.sanctions import form_of as sanction_form
from chalicelib.incidents.model.parts import Kind
from chalicelib.incidents.model.record import Incident, Linked, Mark, Roster
from chalicelib.incidents.model.report import Involved
from chalicelib.incidents.sanctions import Whose, suggested
from chalicelib.incidents.service import parts, people
from chalicelib.incidents.service.handling import Sight
from chalicelib.incidents.service.parts import Draft
from chalicelib.incidents.service.people import Found
from chalicelib.people.model import year_word
from chalicelib.tenancy import matrix
from chalicelib.web.fields import Offered
from infra.demo.schools import Opened

Act = Callable[[Callable[[Sight], None]], None]
_SUPPORT = (
    "A check-in with the learning mentor every Monday",
    "Lunch club with two friends, and a place to go at break",
    "A talk with the school nurse, and the Childline number",
)
_LESSONS = (
    "Ring both families on the day: the second heard it from the first.",
    "Ask the technician for the filter's log before the weekend, not after.",
    "The assembly on group chats comes a term too late for this year group.",
)


@dataclass(frozen=True)
class Case:
    """A record somebody works on: `act` does one thing to it as them."""

    opened: Opened
    record: str
    person: str
    name: str
    act: Act

    def add(self, form: PartForm) -> None:
        draft = Draft(ids.new(), form.kind, form.headline(), form.said(), form.values())
        self.act(lambda sight: parts.add(self.opened.school, self.record, sight, draft))

    def filled(self, kind: Kind, **values: object) -> PartForm:
        around = Around(_nothing(), self.person, self.name, clock.today())
        return FORMS[kind].blank(options=FORMS[kind].offers(around), **values)


def link(case: Case, involved: tuple[Involved, ...]) -> None:
    """Say who the children are in the school's lists: their names come from there."""
    children = {f"{each.name}, Year {each.year}": each for each in case.opened.children}
    for person in involved:
        child = children.get(person.name)
        if child is None:
            continue
        linked = Linked(Roster.PUPIL, child.pupil, year_word(child.year))
        found = Found(linked, child.name, f"Year {child.year}")
        case.act(
            lambda sight, key=person.key, found=found: people.link(  # type: ignore[misc]
                case.opened.school, case.record, sight, key, found
            )
        )


def add_some(case: Case, dice: random.Random, incident: Incident) -> None:
    """What was done about it, as a school would have written it down."""
    today = clock.today()
    if dice.random() < 0.4:
        whom = dice.choice(("Mother", "Father", "Both parents", "Grandmother, who has care"))
        case.add(
            case.filled(
                Kind.FAMILY,
                informed="yes",
                whom=whom,
                on=today,
                how=dice.choice(("phone", "meeting")),
                by=case.name,
                answer="They were glad to be told and will look at the phone together.",
            )
        )
    if "sexual_images" in incident.report.types:
        _images(case)
    _sanction(case, dice, incident)
    if dice.random() < 0.2:
        case.add(
            case.filled(
                Kind.SUPPORT,
                whom="The child it happened to",
                support=dice.choice(_SUPPORT),
                by=case.name,
                on=today,
            )
        )
    if dice.random() < 0.08:
        case.add(
            case.filled(
                Kind.DEBRIEF, on=today, who="The safeguarding team", lessons=dice.choice(_LESSONS)
            )
        )


def give_task(case: Case, dice: random.Random) -> None:
    """Something still to do on a record that is open."""
    form = case.filled(
        Kind.TASK,
        action=dice.choice(("parents", "network", "none")),
        what=dice.choice(
            ("Ring the family again", "Ask the app to take the post down", "Talk with the class")
        ),
        owner=case.person,
        due_on=clock.today() + timedelta(days=dice.choice((2, 4, 7))),
    )
    owner = form["owner"]
    assert isinstance(owner, Offered)  # noqa: S101 -- a choice, whose options come at run time
    owner.offer([(case.person, case.name)])
    case.add(form)


def _images(case: Case) -> None:
    today = clock.today()
    case.add(
        case.filled(
            Kind.DEVICE,
            device="A phone with a blue case",
            owner="A pupil",
            on=today,
            by=case.name,
            off="yes",
            kept_at="The safe in the office",
            reason="It may hold an image. Nobody has looked",
        )
    )
    case.add(
        case.filled(
            Kind.REFERRAL,
            agency="education_safeguarding",
            what="advice",
            on=today,
            how="phone",
            by=case.name,
            spoken_to="The duty officer",
            reason="An image of a child under 18, no adult known to be involved",
            outcome="Follow the national advice; ring again if an adult turns up",
            outcome_on=today,
        )
    )


def _sanction(case: Case, dice: random.Random, incident: Incident) -> None:
    offenders = incident.marked(Mark.OFFENDER)
    if not offenders or dice.random() < 0.5:
        return
    table = matrix.current(case.opened.school, Whose.PUPILS.matrix)
    rows = suggested(Whose.PUPILS, table, incident.report.types, earlier=0)
    if not rows:
        return
    who, row = offenders[0], rows[0].line
    taken = sorted(row.marked(Whose.PUPILS))
    differs = len(taken) > 1 and dice.random() < 0.3
    made = sanction_form(
        Whose.PUPILS, row, person=who.key, name=who.name, version=table.number, earlier=0
    )
    case.add(
        made.blank(
            taken=taken[:-1] if differs else taken,
            on=clock.today(),
            by=case.name,
            why_differs="They owned up at once and have put it right" if differs else None,
        )
    )


def _nothing() -> Incident:
    """For forms that look at no record when they are filled in here."""
    from datetime import UTC, datetime

    from chalicelib.incidents.model.report import Door, Report
    from chalicelib.incidents.types import CURRENT

    at = datetime(2026, 1, 1, tzinfo=UTC)
    empty = Report(
        CURRENT.edition, Door.STAFF, "", at.date(), frozenset(), (), (), (), "", signature=""
    )
    return Incident("", "", empty, at)
