"""Parents get what their child's class has agreed, by mail, to read (S255, 3.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.agreements import round_tasks, rounds, subjects
from chalicelib.agreements.campaign import Round
from chalicelib.agreements.classes import repository
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.classes.model import ClassAgreement
from chalicelib.agreements.repository import links, retried
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.subjects import Audience, Subject, pupils
from chalicelib.agreements.wording import Template
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction

TOLD = "class_agreement.sent_to_parents"
NOT_DELIVERED = "class_agreement.not_delivered"
MAIL = "agreement_class_shared"
NOBODY = "There is nobody to write to: correct the address first, or give them the printed page."
_SAYS = (
    "Class agreement: a mail could not be delivered",
    (
        "The mail came back. Check the address with the family and correct it, then write again "
        "from the class agreement's page, or give them the printed page."
    ),
)
_READABLE = timedelta(days=366)


def tell_parents(school: SchoolId, group: str, round_id: str, *, by: str) -> Round | None:
    """Write to every parent of the class who has not been: one mail a person, to read (S255).

    Nothing is asked of them. A second press goes on with the first, whenever it comes; None when
    there is nobody. Raises Conflict before the class signs, and before the school is live.
    """
    return _write(school, group, round_id, lambda now: to_tell(school, now), by=by)


def unreached(tx: Transaction, school: SchoolId, link: Link) -> None:
    """The mail with this link came back: the office's task, about the first of its children (R36).

    Of a version that was written anew since, nothing is left to be done.
    """
    group, _, number = link.request.campaign.partition(".")
    now = classes.find(school, group)
    if now is None or (now.year, str(now.number)) != (link.request.year, number):
        return
    who, page = link.request.pupil, f"class-agreements/{group}"
    contact = link.of(who).contact
    round_tasks.open_one(tx, school, NOT_DELIVERED, _SAYS, page, now.about, who, contact)


def see_to(
    school: SchoolId, group: str, task_id: str, round_id: str, *, again: bool, by: str
) -> None:
    """Somebody who was not reached is seen to: they are written to `again`, or had it otherwise.

    A second press changes nothing. Raises Conflict when nobody may be written to.
    """
    about = classes.written(school, group).about

    def write(them: round_tasks.Them, done: Callable[[Transaction], None]) -> None:
        def to_whom(_: ClassAgreement) -> list[rounds.Signs]:
            return them(pupils.of_class(school, group, {}))

        _write(school, group, round_id, to_whom, by=by, also=done)

    round_tasks.see_to(school, about, task_id, write=write if again else None, nobody=NOBODY, by=by)


def _write(
    school: SchoolId,
    group: str,
    round_id: str,
    to_whom: Callable[[ClassAgreement], list[rounds.Signs]],
    *,
    by: str,
    also: Callable[[Transaction], None] | None = None,
) -> Round | None:
    """Start a round of mail once, and go on with it; None when there is nobody to write to."""

    def note(tx: Transaction) -> None:
        now = classes.written(school, group)
        if now.is_writing:
            raise Conflict("The class has not begun to sign it.")
        if round_id in now.told or not (adults := to_whom(now)):
            return
        until = clock.now() + _READABLE
        asked = Round(round_id, MAIL, Purpose.CLASS, now.about, until)
        rounds.start(tx, school, asked, adults)
        after = replace(now, told=(*now.told, round_id))
        repository.save(tx, school, after)
        classes.record_change(tx, school, after, TOLD, by)
        if also:
            also(tx)

    retried(note)
    if round_id in classes.written(school, group).told:
        return rounds.go_on(school, round_id)
    return None


def to_tell(
    school: SchoolId, agreement: ClassAgreement, people: Sequence[Subject] | None = None
) -> list[rounds.Signs]:
    """The adults of the class who have not had this version, one for each address; `people` are the
    class, if they are read.
    """
    had = {pair for each in agreement.told for pair in rounds.people_of(school, each)}
    if people is None:
        people = pupils.of_class(school, agreement.class_id, {})
    return [signs for signs in rounds.adults_of(people) if not set(signs.items()) <= had]


@dataclass(frozen=True)
class Reading:
    """What the link of a parent shows: the words of one version, and how many have signed it."""

    class_name: str
    year: str
    words: Template
    signed: int
    total: int
    until: datetime


def reading(school: SchoolId, digest: str) -> Reading:
    """What a link to read opens. Raises NotFound when it is none, has run out, or its holder may
    not be written to about any child that it is for (6.8, R5).
    """
    link = links.find(school, digest, Purpose.CLASS)
    if link is None or clock.now() >= link.expires_at:
        raise NotFound
    if not any(
        subjects.adult(school, Audience.PUPILS, who, link.of(who).contact) for who in link.people
    ):
        raise NotFound
    group, _, number = link.request.campaign.partition(".")
    year = link.request.year
    text = repository.text(school, year, group, int(number))
    name, of = pupils.classes(school).get(group), ClassAgreement(year, group, number=int(number))
    if text is None or name is None:
        raise NotFound
    inside = classes.signed_by(school, of, name, pupils.of_class(school, group, {}))
    return Reading(name, year, text, inside.complete, inside.total, link.expires_at)


def told(school: SchoolId, agreement: ClassAgreement) -> list[Round]:
    """The rounds of mail with which parents got it, oldest first."""
    return [rounds.find(school, each) for each in agreement.told]
