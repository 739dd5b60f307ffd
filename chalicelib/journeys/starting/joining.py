"""A trust asks a school that is here already to join it; the school's head accepts (6.1).

The link goes to one address, lasts 72 hours, and is of use to nobody but whoever reads that address
and is headteacher of a school that stands alone.
"""

import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib import audit, clock, ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import addresses, places, repository, sessions
from chalicelib.identity.access import PersonAccess, TrustAccess
from chalicelib.identity.model import PlaceKind
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import Message, outbox
from chalicelib.notifications.outbox import MessageRow
from chalicelib.storage import Row, Table, get, rates, table, tenants, transaction
from chalicelib.tenancy import directory, moving
from chalicelib.web import words

LIFE = timedelta(hours=72)
OFFERS_A_DAY = 20  # of one trust: nobody is written to again and again by its pages (R17)
MAIL = "trust_join_offered"
_RECORD = 26  # letters of the record's id, with which the secret of a link begins


class JoinRow(Row):
    """A trust's offer to a school, in the trust's partition. Sealed: whom it went to."""

    class Meta(Table):
        table_name = table("directory")

    until = UnicodeAttribute()
    link = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class Offer:
    """What a link offers to whoever may take it: their schools that stand alone. Of one that was
    taken, their schools that are in the trust.
    """

    trust: TrustId
    trust_name: str
    until: datetime
    schools: Sequence[places.Place]
    row: JoinRow

    @property
    def is_used(self) -> bool:
        return bool(self.row.used_at)

    def place(self, school: str) -> places.Place | None:
        return next((each for each in self.schools if each.id == school), None)


def offer(staff: TrustAccess, email: str, *, record: str) -> None:
    """Write to a school's headteacher. Nothing tells whether the address is known (R17).

    A form that is sent twice writes once. Raises Invalid at `email`, and TooMany.
    """
    address = addresses.of_a_person(email)
    token = f"{staff.trust}.{record}{ids.secret()}"
    if get(JoinRow, staff.trust, _key(record)):
        return
    rates.hit("join offer", staff.trust, limit=OFFERS_A_DAY, per=timedelta(days=1))
    until = clock.now() + LIFE
    row = JoinRow(
        staff.trust, _key(record), version=1, until=clock.stamp(until), link=ids.digest(token)
    )
    row.seal({"email": address})
    with suppress(Conflict), transaction() as tx:
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
    """The offer, and the schools that this person can bring in or has brought in by it. Raises
    NotFound for anybody else's, an old one, or none.
    """
    trust, row = _row(token)
    if clock.now() >= clock.parse(row.until):
        raise NotFound
    with tenants({trust}):
        email, name = row.unseal()["email"], directory.trust(trust).name
    if repository.address_of(person.person) != email:
        raise NotFound
    within = trust if row.used_at else None
    return Offer(trust, name, clock.parse(row.until), _schools_of(person.person, within), row)


def accept(person: PersonAccess, found: Offer, school: SchoolId) -> None:
    """Bring one of the offer's schools into the trust, once. Raises Conflict."""
    if found.is_used:
        return
    found.row.used_at = clock.stamp(clock.now())
    with tenants({school, found.trust}), transaction() as tx:
        tx.replace(found.row)
        moving.join(school, found.trust, by=person.actor, tx=tx)


def _schools_of(person: PersonId, within: TrustId | None) -> list[places.Place]:
    """The schools they lead that are in a trust, or in none."""
    found = []
    for each in places.of(person):
        if each.kind is PlaceKind.SCHOOL and Role.HEADTEACHER in each.roles:
            school = SchoolId(each.id)
            with tenants({school}):
                if directory.school(school).trust == within:
                    found.append(each)
    return found


def _row(token: str) -> tuple[TrustId, JoinRow]:
    parts = sessions.split(token)
    record = parts.secret[:_RECORD] if parts else ""
    if parts is None or not ids.is_record(record):
        raise NotFound
    trust = TrustId(parts.person)
    with tenants({trust}):
        row = get(JoinRow, trust, _key(record))
    if row is None or not hmac.compare_digest(row.link, ids.digest(token)):
        raise NotFound
    return trust, row


def _key(record: str) -> str:
    return f"join#{record}"
