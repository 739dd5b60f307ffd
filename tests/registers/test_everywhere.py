"""Every register that ships, by every role and from another school, without a line of its own.

Who may come in is read from the files themselves, not from the code that decides (R4, R6).
"""

import tomllib
from typing import Any

import pytest

from chalicelib.identity.permissions import SCHOOL_ROLES, Role
from chalicelib.ids import SchoolId
from chalicelib.registers import loader
from chalicelib.registers import service as registers
from chalicelib.registers.model.definition import Type
from chalicelib.registers.repository import entries
from chalicelib.registers.service import hands
from chalicelib.storage import tenants, transaction
from tests.builders import a_person, a_school, signed_in
from tests.pages import Site

KEYS = sorted(path.stem for path in loader.FOLDER.glob("*.toml"))
ROLES = sorted(SCHOOL_ROLES)
GOVERNORS = {Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS}
MARK = "ZqEVERYqZ"


class Schools:
    """One school with everybody, and a stranger's."""

    def __init__(self) -> None:
        self.school = a_school()
        self.people = {role: a_person(self.school, roles=[role]) for role in ROLES}
        self.elsewhere = a_school()
        self.stranger = a_person(self.elsewhere, roles=[Role.HEADTEACHER, Role.DSL])
        self.browsers: dict[Any, Site] = {}

    def sign_in(self, site: Site) -> None:
        for who, person in [*self.people.items(), ("stranger", self.stranger)]:
            self.browsers[who] = signed_in(site, person)

    def entry(self, key: str) -> str:
        """An entry with the mark in every text it may hold."""
        definition = loader.shipped()[key]
        texts = {Type.TEXT, Type.LONG, Type.KEPT}
        values = {
            f.key: MARK for f in definition.asked_at() if f.type in texts and f.most >= len(MARK)
        }
        with tenants({self.school}), transaction() as tx:
            return registers.add(tx, self.school, register=key, values=values, by="system:test")


@pytest.fixture(scope="module")
def schools(engine: str) -> Schools:
    return Schools()


def written(key: str, part: str) -> set[Role]:
    """The roles that a file's [who] names."""
    who = tomllib.loads((loader.FOLDER / f"{key}.toml").read_text(encoding="utf-8"))["who"]
    named = set(who.get(part, []))
    everyone = set(SCHOOL_ROLES) - GOVERNORS if "everyone" in named else set()
    return {Role(each) for each in named - {"everyone"}} | everyone


@pytest.mark.parametrize("key", KEYS)
def test_a_register_lets_in_whom_it_names_and_nobody_else(
    schools: Schools, site: Site, key: str
) -> None:
    """The list and an entry's page by each role, adding and taking away on both sides of the line;
    nothing at all from another school, neither
    by its path nor with its entry in one's own.
    """
    if not schools.browsers or key == KEYS[0]:
        schools.sign_in(site)
    entry = schools.entry(key)
    home = f"/s/{schools.school}/registers/{key}"
    opening = written(key, "read") | written(key, "add") | written(key, "read_current")
    wrong = []
    for role, browser in ((role, schools.browsers[role]) for role in ROLES):
        answer = browser.get(home, expect=None)
        if answer.status != (200 if role in opening else 403):
            wrong.append(f"the list by {role}: {answer.status}")
        shown = browser.get(f"{home}/{entry}", expect=None)
        if role in written(key, "read") and shown.status != 200:
            wrong.append(f"{role} cannot read an entry")
        if shown.status == 200 and not _may_read(schools, key, entry, role):
            wrong.append(f"{role} reads an entry")
        if shown.status != 200 and MARK in shown.body:
            wrong.append(f"{role} is shown what it holds")
    for path, part in ((f"{home}/new", "add"), (f"{home}/download", "read")):
        for role, status in _edge(written(key, part)):
            schools.browsers[role].get(path, expect=status)
    stranger = schools.browsers["stranger"]
    for path in (
        home,
        f"{home}/{entry}",
        f"/s/{schools.elsewhere}/registers/{key}/{entry}",
        f"/s/{schools.elsewhere}/registers/{key}/{entry}/correct",
    ):
        answer = stranger.get(path, expect=404)
        assert MARK not in answer.body

    assert [] == wrong


def _edge(allowed: set[Role]) -> list[tuple[Role, int]]:
    """Somebody on each side of the line."""
    refused = set(ROLES) - allowed
    return [(min(allowed), 200), *([(min(refused), 403)] if refused else [])]


def _may_read(schools: Schools, key: str, entry: str, role: Role) -> bool:
    """By being named: reading all, reading what is in force, or having a step of one's own."""
    definition = loader.shipped()[key]
    with tenants({schools.school}):
        stored = entries.load(SchoolId(schools.school), key, entry).entry
    current = role in written(key, "read_current") and stored.phase == "current"
    steps = {each for step in definition.steps for each in step.by}
    by_step = role in steps or ("everyone" in steps and role not in GOVERNORS)
    return role in written(key, "read") or current or by_step


def test_a_protected_answer_is_for_its_roles_alone(store: str) -> None:
    """Whoever reads the entry is told that there is an answer, and not what it is (R-PHONE)."""
    protected = [
        (definition, field)
        for definition in loader.shipped().values()
        for field in definition.fields
        if field.read
    ]
    assert protected
    for definition, field in protected:
        assert set(field.read) <= set(definition.who.read), (definition.key, field.key)
        assert field.key not in (*definition.columns, *definition.filters, definition.named_by)
        assert not hands.GOVERNORS & set(field.read)
