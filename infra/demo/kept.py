"""Records whose time is over at one school: looked at, and one proposed to be destroyed."""

from dataclasses import dataclass

from chalicelib.audit import actors
from chalicelib.identity.permissions import Permission, Role, permissions_of
from chalicelib.ids import PersonId
from chalicelib.journeys import retained
from chalicelib.retention import repository
from chalicelib.retention.model import Act
from chalicelib.retention.service import deciding
from infra.demo.office import Office

R = Role
_CHAMPIONS = (("Nell, 6 Elm", 455, 402), ("Kofi, 6 Ash", 455, 402), ("Bryn, 5 Oak", 60, None))


@dataclass(frozen=True)
class _Reviewer:
    """Whoever looks at the queue, as a page's guard would give them."""

    person: PersonId
    person_name: str
    roles: frozenset[Role]

    @property
    def actor(self) -> str:
        return actors.person(self.person)

    def may(self, permission: Permission | str) -> bool:
        return permission in permissions_of(self.roles)


def champions(office: Office) -> None:
    """Two who stopped more than a year ago, which is how long the register keeps them, and one."""
    for name, since, until in _CHAMPIONS:
        from_on = office.on(since)
        adult = office.named(R.ONLINE_SAFETY_LEAD, R.DSL)
        entry = office.add(
            "champions", R.DSL, name=name, adult=adult, trained=True, from_on=from_on
        )
        if until:
            left_on = office.on(until)
            office.take("champions", entry, "leave", R.DSL, left_on=left_on)


def look(office: Office) -> None:
    """This morning's look at what is over; the safeguarding lead proposes the first of it."""
    school = office.opened.school
    retained.morning(school)
    person, post = office.who(R.DSL)
    lead = _Reviewer(PersonId(person), f"{post.first} {post.last}", frozenset(post.roles))
    chosen = [each.id for each in deciding.queue(school, retained.KINDS, lead)][:1]
    deciding.decide(
        school, retained.KINDS, chosen, Act.DESTROY, reader=lead, why="They left the school"
    )
    if not any(repository.all_of(school)):
        raise AssertionError("the demonstration has nothing whose time is over")
