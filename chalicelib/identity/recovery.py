"""Back in after everything is lost: two other people approve, and nobody can alone (R12).

Whoever lost their passkeys signs in by mail and asks. The request goes to every place where they
have access, whatever their role there, and at each two different people who may approve must do so,
with a fresh sign-in that mail did not give. So a school that somebody makes up opens none that is
real, and an invitation that nobody accepted asks nobody. Then, for a day, the one who asked may
make a new passkey, and everything older goes: passkeys, printed codes and connected accounts. All
are told. A request that is stopped, used or out of date is over for good: the next is another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib import audit, clock, ids
from chalicelib.errors import Conflict, Gone, Invalid, NotFound
from chalicelib.identity import passkeys, repository
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import TRUST_ROLES, Permission
from chalicelib.identity.rows import PasskeyRow, RecoveryCodesRow, RecoveryRow, RequestedRow
from chalicelib.identity.sso import entry
from chalicelib.ids import PersonId
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction, every, get, rates, tenants, transaction

LASTS = timedelta(days=3)  # for two people to approve
USABLE = timedelta(days=1)  # for the new passkey, from the last approval
APPROVALS = 2  # at each place
MOST_PLACES = 20
ASKS_A_DAY = 3
_MAILS_ASKED = 50  # shared by all places, so that a transaction stays below its 100 writes
_MAILS_USED = 30
_TRIES = 4
_ELSE = "Ask your trust or Holdfast"
_KEY = "recovery"


class State(StrEnum):
    """How far a request is. Stored words."""

    ASKED = "asked"
    APPROVED = "approved"


@dataclass(frozen=True)
class Request:
    """Somebody's open request, as they see it: who approved is not told, only how many."""

    id: str
    state: State
    until: datetime
    approvals: Mapping[str, int]


@dataclass(frozen=True)
class Waiting:
    """A request as a place's approvers see it."""

    id: str
    who: Member
    asked_at: datetime
    until: datetime
    approved_by: tuple[PersonId, ...]


# --- the one who lost them ---


def of(person: PersonId) -> Request | None:
    """Their request, while it is open. The scope covers them."""
    row = get(RecoveryRow, person, _KEY)
    if row is None or clock.now() >= clock.parse(row.until):
        return None
    counted = {place: len(found) for place, found in row.approvals.items()}
    return Request(row.request, State(row.state), clock.parse(row.until), counted)


def ask(person: PersonId, *, by: str) -> None:
    """Ask those who may approve; a second press finds the open request.

    Raises Invalid at `recovery` when some place has not two others who may, and for somebody of
    more places than MOST_PLACES: none is left out, so that none can be crowded out.
    """
    if of(person):
        return
    places = _places(person)
    if len(places) > MOST_PLACES:
        raise Invalid({"recovery": [f"You have access at more than {MOST_PLACES} places. {_ELSE}"]})
    asked_of = {place: _approvers(place, person) for place in places}
    if not places or any(len(found) < APPROVALS for found in asked_of.values()):
        text = "There are not two other people who may approve this at each of your places."
        raise Invalid({"recovery": [f"{text} {_ELSE}"]})
    rates.hit("recovery asked", person, limit=ASKS_A_DAY, per=timedelta(days=1))
    request, now = ids.new(), clock.now()
    before = get(RecoveryRow, person, _KEY)
    row = before or RecoveryRow(person, _KEY, version=0)
    row.request, row.state = request, State.ASKED
    row.until = clock.stamp(now + LASTS)
    row.approvals = {place: [] for place in places}
    with tenants({person, *places}), transaction() as tx:
        if before is None:
            row.version = 1
            tx.create(row)
        else:
            tx.replace(row)
        for place, found in asked_of.items():
            tx.create(
                RequestedRow(
                    place,
                    f"recovery#{request}",
                    person=person,
                    asked_at=clock.stamp(now),
                    until=row.until,
                )
            )
            audit.record(tx, place, by=by, action="recovery.asked", about=f"person/{person}")
            for each in found[: _MAILS_ASKED // len(places)]:
                _tell_approver(tx, place, each)
        audit.record(tx, person, by=by, action="recovery.asked", about=f"person/{person}")
        passkeys.tell(tx, person, "recovery_asked")


def stop(person: PersonId, *, by: str) -> None:
    """End one's own open request: it was not me, or it is no longer needed."""
    row = _open(person)
    with tenants({person, *row.approvals}), transaction() as tx:
        _end(tx, row)
        audit.record(tx, person, by=by, action="recovery.stopped", about=f"person/{person}")


def is_approved(person: PersonId) -> bool:
    """Whether they may make a new passkey without one of their old ones."""
    found = of(person)
    return found is not None and found.state is State.APPROVED


def finish(tx: Transaction, person: PersonId) -> None:
    """Use an approved request up in the transaction that keeps the new passkey, and take away
    everything older. Raises Conflict when it is not approved, or was used at this moment.

    The scope must cover the person and the places that `places_of` gives, and hold GLOBAL as
    "sign-in".
    """
    row = get(RecoveryRow, person, _KEY)
    if row is None or row.state != State.APPROVED or clock.now() >= clock.parse(row.until):
        raise Conflict
    _end(tx, row)
    for each in every(PasskeyRow, person, "passkey#", consistent=True):
        tx.delete(PasskeyRow, person, each.sk)
    tx.delete(RecoveryCodesRow, person, "recovery-codes")
    by = audit.actors.person(person)
    for account in entry.ids_of(person):
        entry.disconnect(tx, person, account, by=by)
    audit.record(tx, person, by=by, action="recovery.used", about=f"person/{person}")
    for place, found in row.approvals.items():
        audit.record(tx, place, by=by, action="recovery.used", about=f"person/{person}")
        for approver in found[: _MAILS_USED // len(row.approvals)]:
            member = repository.member(place, PersonId(approver))
            if member:
                _tell(tx, place, member, "recovery_used")


def places_of(person: PersonId) -> set[str]:
    """The places that a request was put to."""
    row = get(RecoveryRow, person, _KEY)
    return set(row.approvals) if row else set()


# --- those who approve ---


def waiting(place: str) -> list[Waiting]:
    """The open requests at a place, oldest first. The scope covers the place."""
    now = clock.now()
    rows = every(RequestedRow, place, "recovery#", consistent=True)
    found = []
    for row in rows:
        member = repository.member(place, PersonId(row.person))
        if member and now < clock.parse(row.until):
            found.append(
                Waiting(
                    row.sk.partition("#")[2],
                    member,
                    clock.parse(row.asked_at),
                    clock.parse(row.until),
                    tuple(PersonId(each) for each in row.approved_by or ()),
                )
            )
    return found


def approve(place: str, request: str, approver: PersonId, *, by: str) -> None:
    """One of two approvals at a place. A second press of the same person changes nothing.

    Raises NotFound for a request that is not this place's, Gone for one that is over, and Invalid
    at `recovery` for one's own.
    """
    asked = _requested(place, request)
    person = PersonId(asked.person)
    if person == approver:
        raise Invalid({"recovery": ["Two other people must approve this: you cannot"]})
    for left in reversed(range(_TRIES)):
        try:
            with tenants({place, person}):
                _approve(place, _open(person, request), asked, approver, by=by)
        except Conflict:  # the other one, at this moment
            if not left:
                raise
        else:
            return


def _approve(
    place: str, row: RecoveryRow, asked: RequestedRow, approver: PersonId, *, by: str
) -> None:
    person = PersonId(row.tenant)
    approvals = {name: list(found) for name, found in row.approvals.items()}
    if approver in approvals[place]:
        return
    approvals[place] = [*approvals[place], approver]
    whole = all(len(found) >= APPROVALS for found in approvals.values())
    if whole and row.state == State.ASKED:
        row.state, row.until = State.APPROVED, clock.stamp(clock.now() + USABLE)
    row.approvals, asked.approved_by = approvals, approvals[place]
    with transaction() as tx:
        tx.replace(row)
        tx.put(asked)
        about = f"person/{person}"
        audit.record(tx, place, by=by, action="recovery.approved", about=about)
        audit.record(tx, person, by=by, action="recovery.approved", about=about)
        passkeys.tell(tx, person, "recovery_ready" if whole else "recovery_approved")


def refuse(place: str, request: str, *, by: str) -> None:
    """End a request, by anybody who may approve it. Raises as `approve` does."""
    person = PersonId(_requested(place, request).person)
    with tenants({place, person}):
        row = _open(person, request)
    with tenants({person, *row.approvals}), transaction() as tx:
        _end(tx, row)
        about = f"person/{person}"
        audit.record(tx, place, by=by, action="recovery.refused", about=about)
        audit.record(tx, person, by=by, action="recovery.refused", about=about)
        passkeys.tell(tx, person, "recovery_refused")


# --- parts ---


def _places(person: PersonId) -> list[str]:
    """Every place where somebody has access today: what is shut or over asks nobody."""
    today = clock.today()
    return [each.place for each in repository.grants(person) if each.is_open(today)]


def _approvers(place: str, person: PersonId) -> list[Member]:
    with tenants({place}):
        everybody = repository.members(place)
    return [
        each
        for each in everybody
        if each.may(Permission.APPROVE_RECOVERY) and each.person != person
    ]


def _requested(place: str, request: str) -> RequestedRow:
    row = get(RequestedRow, place, f"recovery#{request}")
    if row is None:
        raise NotFound
    return row


def _open(person: PersonId, request: str = "") -> RecoveryRow:
    row = get(RecoveryRow, person, _KEY)
    if row is None or (request and row.request != request):
        raise Gone
    if clock.now() >= clock.parse(row.until):
        raise Gone
    return row


def _end(tx: Transaction, row: RecoveryRow) -> None:
    same = (RecoveryRow.request == row.request) & (RecoveryRow.version == row.version)
    tx.delete(RecoveryRow, row.tenant, _KEY, condition=same)
    for place in row.approvals:
        tx.delete(RequestedRow, place, f"recovery#{row.request}")


def _tell_approver(tx: Transaction, place: str, approver: Member) -> None:
    kind = "s" if approver.roles.isdisjoint(TRUST_ROLES) else "t"
    _tell(tx, place, approver, "recovery_waiting", path=f"/{kind}/{place}/recoveries")


def _tell(tx: Transaction, place: str, member: Member, template: str, **values: str) -> None:
    outbox.add(
        tx,
        Message(
            tenant=place,
            template=template,
            address=member.email,
            values=values,
            about=f"recovery/{ids.new()}",
            why="may approve how somebody signs in again",
            person=member.person,
        ),
    )
