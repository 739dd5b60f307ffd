"""Schools, trusts and people that are valid by default, made by the application's own services.

    school = a_school()
    site = signed_in(site, a_person(school, roles=[Role.DSL]))

Every builder gives what its service gives; names and addresses are invented and never the same
twice, so that tests never meet each other's.
"""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count

from chalicelib.identity import service as identity
from chalicelib.identity import sessions
from chalicelib.identity.model import PlaceKind
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.people import service as people
from chalicelib.people.model import ClassId, ContactId, PupilId
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.model import SchoolKind
from tests.pages import Site

BY = "system:test"
_numbers: Iterator[int] = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: PersonId
    name: str
    email: str
    place: SchoolId | TrustId
    roles: frozenset[Role]

    @property
    def actor(self) -> str:
        return f"person:{self.id}"


def a_trust(name: str = "") -> TrustId:
    return tenancy.open_trust(name or f"Trust {next(_numbers)}", by=BY)


def a_school(
    name: str = "",
    *,
    trust: TrustId | None = None,
    kind: SchoolKind = SchoolKind.PRIMARY,
    pupil_number: int = 210,
    setting_up: bool = False,
) -> SchoolId:
    """A school nobody works at yet."""
    return tenancy.open_school(
        name or f"School {next(_numbers)}",
        kind=kind,
        pupil_number=pupil_number,
        trust=trust,
        by=BY,
        setting_up=setting_up,
    )


def a_person(
    place: SchoolId | TrustId,
    *,
    roles: Collection[Role] = (Role.STAFF,),
    name: str = "",
    email: str = "",
) -> Person:
    """Somebody with roles at a school or trust; with the email of somebody known, that person."""
    number = next(_numbers)
    name = name or f"Person {number}"
    email = email or f"person.{number}@example.sch.uk"
    made = identity.add_member(place, name=name, email=email, roles=roles, by=BY)
    return Person(made, name, email, place, frozenset(roles))


def an_invitation(
    place: SchoolId | TrustId,
    *,
    roles: Collection[Role] = (Role.STAFF,),
    email: str = "",
    place_name: str = "A school",
) -> Person:
    """Somebody who was invited, and has not accepted yet."""
    number = next(_numbers)
    name, email = f"Person {number}", email or f"person.{number}@example.sch.uk"
    made = identity.invite(place, name=name, email=email, roles=roles, by=BY, place_name=place_name)
    return Person(made, name, email, place, frozenset(roles))


def signed_in(site: Site, person: Person) -> Site:
    """A browser of its own in which this person is signed in."""
    places = ((str(person.place), PlaceKind.of(person.roles).path(person.place)),)
    with tenants({person.id}), transaction() as tx:
        cookie = sessions.start(tx, person.id, device="Tests", places=places)
    browser = site.another()
    browser.cookies[sessions.COOKIE] = cookie
    return browser


def a_class(school: SchoolId, name: str = "Oak class") -> ClassId:
    with tenants({school}):
        return people.add_class(school, name, by=BY)


def a_pupil(
    school: SchoolId,
    class_id: ClassId | None = None,
    *,
    given_name: str = "",
    family_name: str = "Example",
    year_group: int = 4,
) -> PupilId:
    """A pupil without contacts; in a class of their own unless one is given."""
    class_id = class_id or a_class(school)
    with tenants({school}):
        return people.add_pupil(
            school,
            class_id,
            given_name=given_name or f"Child{next(_numbers)}",
            family_name=family_name,
            year_group=year_group,
            by=BY,
        )


def a_contact(
    school: SchoolId,
    *pupils: PupilId,
    name: str = "",
    email: str | None = None,
    relationship: str = "Mother",
    parental_responsibility: bool = True,
    do_not_contact: bool = False,
) -> ContactId:
    """A contact of one pupil or several; may be written to unless told otherwise."""
    number = next(_numbers)
    with tenants({school}):
        return people.add_contact(
            school,
            pupils,
            name=name or f"Parent {number}",
            email=f"parent.{number}@example.net" if email is None else email,
            relationship=relationship,
            parental_responsibility=parental_responsibility,
            do_not_contact=do_not_contact,
            by=BY,
        )


def within(*ids: str) -> AbstractContextManager[None]:
    """The scope a guard would set, for tests that call services."""
    return tenants(ids)
