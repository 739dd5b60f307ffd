"""A trust asks a school that is here already to join it; the school's head accepts (6.1).

The link goes to one address, lasts 72 hours, and is of use to nobody but whoever reads that address
and is headteacher of a school that stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity import addresses, places, repository, sessions
from chalicelib.identity.access import PersonAccess, TrustAccess
from chalicelib.identity.model import PlaceKind
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import Message, outbox
from chalicelib.notifications.outbox import MessageRow
from chalicelib.storage import Row, Table, get, table, tenants, transaction
from chalicelib.tenancy import directory, moving
from chalicelib.web import words

LIFE = timedelta(hours=72)
MAIL = "trust_join_offered"


class JoinRow(Row):
    """A trust's offer to a school, in the trust's partition. Sealed: whom it went to."""

    class Meta(Table):
        table_name = table("directory")

    until = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class Offer:
    """What a link offers, to whoever may take it."""

    trust: TrustId
    trust_name: str
    until: datetime
    schools: Sequence[places.Place]


def offer(staff: TrustAccess, email: str) -> None:
    """Write to a school's headteacher. Nothing tells whether the address is known (R17).

    Raises Invalid at `email`.
    """
    address, secret = addresses.of_a_person(email), ids.secret()
    token = f"{staff.trust}.{secret}"
    until = clock.now() + LIFE
    row = JoinRow(staff.trust, _key(token), version=1, until=clock.stamp(until))
    row.seal({"email": address})
    with transaction() as tx:
        tx.create(row)
        outbox.add(
            tx,
            Message(
                tenant=staff.trust,
                template=MAIL,
                address=address,
                values={
                    "trust": staff.trust_name,
                    "path": f"/join/{token}",
                    "until": words.london(until),
                },
                about=f"trust/{staff.trust}",
                why="asked to join",
            ),
        )
        about = f"trust/{staff.trust}"
        audit.record(tx, staff.trust, by=staff.actor, action="school.asked_to_join", about=about)


def still(message: MessageRow) -> bool:
    return clock.now() < clock.parse(message.made_at) + LIFE


def look(person: PersonAccess, token: str) -> Offer:
    """The offer, and the schools that this person can bring in. Raises NotFound for anybody else's,
    an old one, or none.
    """
    trust, row = _row(token)
    if row.used_at or clock.now() >= clock.parse(row.until):
        raise NotFound
    with tenants({trust}):
        email, name = row.unseal()["email"], directory.trust(trust).name
    if repository.address_of(person.person) != email:
        raise NotFound
    return Offer(trust, name, clock.parse(row.until), _schools_of(person.person))


def accept(person: PersonAccess, token: str, place: str) -> SchoolId:
    """Bring a school into the trust, once. Raises NotFound, Invalid at `place` and Conflict."""
    found = look(person, token)
    allowed = {each.path for each in found.schools}
    if PlaceKind.SCHOOL.path(place) not in allowed:
        raise Invalid({"place": ["Choose one of your schools"]})
    school = SchoolId(place)
    with tenants({school, found.trust}), transaction() as tx:
        _, row = _row(token)
        row.used_at = clock.stamp(clock.now())
        tx.replace(row)
        moving.join(school, found.trust, by=person.actor, tx=tx)
    return school


def _schools_of(person: PersonId) -> list[places.Place]:
    mine = [
        each
        for each in places.of(person)
        if each.kind is PlaceKind.SCHOOL and Role.HEADTEACHER in each.roles
    ]
    alone = []
    for each in mine:
        school = SchoolId(each.path.rpartition("/")[2])
        with tenants({school}):
            if directory.school(school).trust is None:
                alone.append(each)
    return alone


def _row(token: str) -> tuple[TrustId, JoinRow]:
    parts = sessions.split(token)
    if parts is None:
        raise NotFound
    trust = TrustId(parts.person)
    with tenants({trust}):
        row = get(JoinRow, trust, _key(token))
    if row is None:
        raise NotFound
    return trust, row


def _key(token: str) -> str:
    return f"join#{ids.digest(token)}"
