"""Steps taken by an emailed link: the chair of governors signs a policy without an account's fuss.

A link holds 256 random bits, of which the digest is kept; it serves one step of one entry, for one
person who is still at the school, and only while it is that step's turn (R20, S235).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import clock, ids
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Message
from chalicelib.registers.model.definition import Definition, Step
from chalicelib.registers.model.entry import Entry
from chalicelib.registers.repository import entries
from chalicelib.registers.rows import SignRow
from chalicelib.registers.service import definitions, effects
from chalicelib.registers.service.hands import Hand
from chalicelib.registers.service.reading import Opened
from chalicelib.storage import Transaction, get
from chalicelib.tenancy import directory, settings


@dataclass(frozen=True)
class Link:
    """What a link is for, and in whose hand it is."""

    hand: Hand
    opened: Opened
    step: Step

    @property
    def is_its_turn(self) -> bool:
        return self.opened.entry.state in self.step.at


def send(
    tx: Transaction, school: SchoolId, definition: Definition, before: Entry | None, after: Entry
) -> None:
    """Mail the links of the steps whose turn has come with this change."""
    for step in definition.steps:
        came = after.state in step.at and (before is None or before.state not in step.at)
        if step.link and came:
            _send(tx, school, definition, after, step)


def open_link(tenant: str, digest: str) -> Link:
    """Raises NotFound: no such link, too old, or its holder has left."""
    school = SchoolId(tenant)
    row = get(SignRow, school, _key(digest))
    if row is None or clock.now() > clock.parse(row.expires_at):
        raise NotFound
    member = identity.member(school, PersonId(row.person))
    hand = Hand(school, member.person, member.name, member.roles)
    stored = entries.load(school, row.register, row.entry)
    current = definitions.of(school).get(row.register)
    definition = definitions.for_entry(school, current, stored.entry)
    step = definition.step(row.step)
    if step is None:
        raise NotFound
    opened = Opened(definition, stored.entry, stored.head.number, [], {})
    return Link(hand, opened, step)


def _send(
    tx: Transaction, school: SchoolId, definition: Definition, entry: Entry, step: Step
) -> None:
    expires = clock.now() + timedelta(days=settings.read(school).link_days)
    for person in effects.recipients(school, definition, entry, step.link):
        token = f"{school}.{ids.secret()}"
        tx.put(_row(school, token, entry, step, person.person, expires))
        outbox.add(
            tx,
            Message(
                tenant=school,
                template="register_sign",
                address=person.email,
                values={
                    "school": directory.school(school).name,
                    "title": effects.mailed_title(definition),
                    "reference": entry.reference,
                    "path": f"/sign/{token}",
                },
                about=f"entry/{entry.id}",
                why="register",
                person=person.person,
            ),
        )


def _row(
    school: SchoolId, token: str, entry: Entry, step: Step, person: str, expires: datetime
) -> SignRow:
    return SignRow(
        school,
        _key(ids.digest(token)),
        entry=entry.id,
        register=entry.register,
        step=step.key,
        person=person,
        expires_at=clock.stamp(expires),
    )


def _key(digest: str) -> str:
    return f"sign#{digest}"
