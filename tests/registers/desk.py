"""Somebody at their screen, who fills in whatever a register's page asks."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from chalicelib.identity.permissions import Role
from chalicelib.registers.forms.questions import PREFIX
from chalicelib.registers.loader import shipped
from chalicelib.registers.model.answers import meets
from chalicelib.registers.model.definition import ADD, Type
from chalicelib.registers.repository import entries
from chalicelib.storage import tenants
from chalicelib.tasks import service as tasks
from tests.builders import Person, signed_in
from tests.pages import Answer, Site
from tests.registers.play import Player, School


class Desk:
    """Somebody at their screen, who fills in whatever a page asks."""

    def __init__(self, site: Site, school: School, person: Person) -> None:
        self.browser, self.school, self.person = signed_in(site, person), school, person

    def add(self, register: str, **answers: Any) -> str:
        """Fill in the form that adds an entry; gives its id."""
        self.browser.get(f"/s/{self.school.id}/registers/{register}/new")
        sent = self.browser.submit(self.typed(register, ADD, {}, answers))
        return sent.location.rpartition("/")[2].partition("?")[0]

    def take(self, register: str, entry: str, step: str, **answers: Any) -> Answer:
        """Fill in the form of a step, look at it once more where the page asks for that."""
        outcome, why = answers.pop("outcome", ""), answers.pop("why", "As we agreed")
        with tenants({self.school.id}):
            known = entries.load(self.school.id, register, entry).entry.answers
        here = f"/s/{self.school.id}/registers/{register}/{entry}"
        self.browser.get(f"{here}/{step}")
        typed = self.typed(register, step, known, answers) | {"why": why}
        sent = self.browser.submit(
            typed | ({"outcome": outcome} if outcome else {}), action=f"/{step}", expect=None
        )
        if sent.status == 200:
            sent = self.browser.submit({"do": "sure"}, action=f"/{step}", expect=None)
        assert sent.status == 303, sent.problems()
        return self.browser.get(here)

    def typed(
        self, register: str, step: str, known: Mapping[str, Any], answers: Mapping[str, Any]
    ) -> dict[str, Any]:
        return typed(self.school, register, step, known, answers)


def typed(
    school: School,
    register: str,
    step: str,
    known: Mapping[str, Any],
    answers: Mapping[str, Any],
) -> dict[str, Any]:
    """Answers as a form is sent them, each a good one unless the story says otherwise."""
    definition = shipped()[register]
    given = Player(definition, school).answers(step, known, {}) | dict(answers)
    typed: dict[str, Any] = {}
    for each in definition.asked_at(step):
        value = given.get(each.key)
        if value is None or each.type is Type.ENTRY or not meets({**known, **given}, each.when):
            continue
        name = PREFIX + each.key
        match each.type:
            case Type.DATE:
                day = date.fromisoformat(value)
                parts = zip(("day", "month", "year"), (day.day, day.month, day.year), strict=True)
                typed |= {f"{name}-{part}": str(number) for part, number in parts}
            case Type.TIME:
                typed[name] = f"{time.fromisoformat(value):%H:%M}"
            case Type.TICK:
                typed[name] = "yes" if value else []
            case Type.PERSON:
                typed[name] = value["id"]
            case Type.PEOPLE:
                typed[name] = [who["id"] for who in value]
            case Type.CHOICES:
                typed[name] = value
            case _:
                typed[name] = str(value)
    return typed


class Place:
    def __init__(self, site: Site) -> None:
        self.site, self.school = site, School()
        self.id = self.school.id

    def desk(self, role: Role, number: int = 0) -> Desk:
        people = [each for each in self.school.people if role in each.roles]
        return Desk(self.site, self.school, people[number])

    def tasks(self, desk: Desk) -> list[str]:
        with tenants({self.id}):
            roles = frozenset(map(str, desk.person.roles))
            return [each.title for each in tasks.open_for(self.id, desk.person.id, roles)]

    def due(self, register: str, entry: str) -> dict[str, str]:
        """What runs for an entry, and until which day."""
        with tenants({self.id}):
            running = entries.load(self.id, register, entry).entry.running
        return {key: f"{each.due_at:%d %B}" for key, each in running.items()}
