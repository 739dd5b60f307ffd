"""A school lets its trust read one record, for a time, and takes it back in one press (row 5.6).

What counts is what stands at the school, read with each opening: that it was shared, that it has
not ended, that the school belongs to the trust, and what the record's own wall says of whoever
asks. The trust has a pointer and nothing else.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from chalicelib import audit, clock, ids
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import TrustAccess
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents import repository
from chalicelib.incidents.model import sharing as model
from chalicelib.incidents.model.acts import Step
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.sharing import LONGEST, Opening, Sharing
from chalicelib.incidents.repository import sharing as kept
from chalicelib.incidents.repository.sharing import Pointer
from chalicelib.incidents.service import case, handling
from chalicelib.incidents.service.handling import Sight
from chalicelib.incidents.service.reading import Opened
from chalicelib.incidents.service.running import Giver
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.web import words

MAIL = "incident_shared"
_AT_ONCE = 90  # of one school, in one trip


@dataclass(frozen=True)
class Given:
    """One sharing as its school sees it."""

    sharing: Sharing
    live: bool
    openings: tuple[Opening, ...]


@dataclass(frozen=True)
class Shared:
    """One sharing as the trust's list has it."""

    sharing: Sharing
    school: SchoolId
    school_name: str
    reference: str


@dataclass(frozen=True)
class SharedRecord:
    """A record that somebody of the trust opened, with everything they may see of it."""

    sharing: Sharing
    school: SchoolId
    school_name: str
    opened: Opened


# --- at the school ---


def given(school: SchoolId, trust: TrustId | None, record: str) -> list[Given]:
    """All that a record was shared by, latest first, each with who opened it."""
    today = clock.today()
    return [
        Given(each, each.is_live(today, trust), tuple(kept.openings(school, each)))
        for each in kept.of_record(school, record)
    ]


def readers(trust: TrustId, incident: Incident) -> list[Member]:
    """Whoever of the trust would read it: its safeguarding leads whom the wall lets in."""
    with tenants({trust}):
        leads = [each for each in identity.members(trust) if each.may(Permission.READ_SHARED)]
    return [each for each in leads if model.lets(incident, each.person, each.name, each.roles)]


def share(
    school: SchoolId,
    trust: TrustId,
    record: str,
    sight: Sight,
    *,
    school_name: str,
    until: date,
    why: str,
) -> None:
    """Let the trust's safeguarding leads read a record until a London date, that day included.

    The form's id is the sharing's: a second press is the first. Raises Changed, Invalid
    at `until` (also when it is shared already, or nobody there may read it), and Conflict when the
    school has left the trust.
    """
    today = clock.today()
    if not today <= until <= today + LONGEST:
        raise Invalid({"until": ["Choose a day from today on, at most a year ahead"]})
    made = Sharing(sight.form, record, trust, until, clock.now(), sight.actor, sight.name, why)
    told: list[Member] = []

    def act(it: Incident, _: datetime) -> Step:
        told[:] = readers(trust, it)
        if not told:
            raise Invalid({"until": ["Nobody at your trust may read this record"]})
        if any(each.is_live(today, trust) for each in kept.of_record(school, record)):
            raise Invalid({"until": ["Your trust may read this record already"]})
        day = words.london_date(until)
        says = f"The trust's safeguarding leads may read it until {day}, but for whoever it names."
        return model.shared(it, says, why)

    def also(tx: Transaction, _: Incident) -> None:
        kept.add(tx, school, trust, made)
        about = f"shared/{made.id}"
        audit.record(tx, trust, by=sight.actor, action="incident.shared", about=about)
        for each in told:
            outbox.add(tx, _mail(trust, school_name, each, about))

    with tenants({school, trust}):
        handling.act_on(school, record, sight, act, also)


def end(school: SchoolId, record: str, sharing: str, by: Giver) -> None:
    """Take it back. Ending what has ended is no error. Raises NotFound for none of this record."""
    stored = repository.load(school, record)
    found = next((each for each in kept.of_record(school, record) if each.id == sharing), None)
    if found is None:
        raise NotFound
    if found.ended_at is not None:
        return
    sight = Sight(by.person, by.person_name, stored.seen, ids.new(), by.roles)
    about = f"shared/{found.id}"

    def also(tx: Transaction, _: Incident) -> None:
        kept.end(tx, school, found, clock.now())
        audit.record(tx, found.trust, by=by.actor, action="incident.sharing_ended", about=about)

    with tenants({school, found.trust}):
        handling.act_on(school, record, sight, lambda it, _: model.unshared(it), also)


def end_all(school: SchoolId, trust: TrustId, *, by: str) -> None:
    """The school leaves the trust: what it shared ends, and nothing of it comes back if it joins
    again. What has ended already is left as it is.
    """
    with tenants({school, trust}):
        live = [each for each in kept.of_school(school) if each.ended_at is None]
        for each in live:
            with suppress(Conflict), transaction() as tx:  # ended at this moment by the school
                kept.end(tx, school, each, clock.now())
                about = f"incident/{each.record}"
                audit.record(tx, school, by=by, action="incident.sharing_ended", about=about)


# --- at the trust ---


def listed(staff: TrustAccess) -> list[Shared]:
    """What schools share with whoever asks, by school, soonest to end first."""
    today = clock.today()
    found = [each for each in kept.pointers(staff.trust) if today <= each.until]
    by_school = groupby(sorted(found, key=lambda each: each.school), lambda each: each.school)
    shown = [one for school, some in by_school for one in _of_school(staff, school, list(some))]
    return sorted(shown, key=lambda each: (each.school_name.casefold(), each.sharing.until))


def open_shared(staff: TrustAccess, sharing: str) -> SharedRecord:
    """Open a record that was shared: to read, no more. Noted at the school before it is shown.

    Raises NotFound for what was never shared, has ended, or a wall keeps from whoever asks.
    """
    pointer = kept.pointer(staff.trust, sharing)
    if pointer is None:
        raise NotFound
    with tenants({pointer.school}):
        live = _live(staff.trust, pointer.school, [pointer])
        if not live:
            raise NotFound
        made, name = live[0]
        stored, history, parts = repository.load_whole(pointer.school, made.record)
        if not model.lets(stored.incident, staff.person, staff.person_name, staff.roles):
            raise NotFound
        about = f"incident/{made.record}"
        with transaction() as tx:
            kept.opened(tx, pointer.school, made, staff.person_name, clock.now())
            audit.record(
                tx, pointer.school, by=staff.actor, action="incident.viewed_by_trust", about=about
            )
        public = tuple(each for each in parts if not each.kind.is_private)
        file = replace(case.case_file(stored, public, staff), hidden_notes=0)
        opened = Opened(stored, tuple(history), (), file)
    return SharedRecord(made, pointer.school, name, opened)


def forget(trust: TrustId, gone: set[SchoolId]) -> int:
    """Take away the pointers to records of schools that have left. Its scope is in force."""
    return kept.forget(trust, [each for each in kept.pointers(trust) if each.school in gone])


def schools_in(trust: TrustId) -> set[SchoolId]:
    return {each.school for each in kept.pointers(trust)}


def tidy(trust: TrustId) -> int:
    """Each morning: take away pointers whose day is over."""
    with tenants({trust}):
        today = clock.today()
        return kept.forget(trust, [each for each in kept.pointers(trust) if each.until < today])


def _of_school(staff: TrustAccess, school: SchoolId, pointers: list[Pointer]) -> Iterator[Shared]:
    with tenants({school}, read_only=True):
        for start in range(0, len(pointers), _AT_ONCE):
            live = _live(staff.trust, school, pointers[start : start + _AT_ONCE])
            stored = repository.load_some(school, [made.record for made, _ in live])
            records = {each.incident.id: each.incident for each in stored}
            for made, name in live:
                record = records.get(made.record)
                if record and model.lets(record, staff.person, staff.person_name, staff.roles):
                    yield Shared(made, school, name, record.reference)


def _live(trust: TrustId, school: SchoolId, pointers: list[Pointer]) -> list[tuple[Sharing, str]]:
    """Those that count now by what the school itself says, each with the school's name."""
    place, found = kept.some(school, pointers)
    today = clock.today()
    if place is None:
        return []
    counts = [each for each in found if each and each.trust == trust]
    return [(each, place.name) for each in counts if each.is_live(today, place.trust)]


def _mail(trust: TrustId, school_name: str, lead: Member, about: str) -> Message:
    return Message(
        tenant=trust,
        template=MAIL,
        address=lead.email,
        values={"school": school_name, "path": f"/t/{trust}/shared-records"},
        about=about,
        why="trust safeguarding lead",
        person=lead.person,
    )
