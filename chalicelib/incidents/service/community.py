"""Reports of whoever has no account (S183): taken at once, or held when they come in a flood.

A held report is no record yet: nothing is counted and nobody has a task. `service/holding.py` has
what becomes of it.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.errors import Conflict, TooMany
from chalicelib.ids import SchoolId
from chalicelib.incidents import held, repository
from chalicelib.incidents.model.recipients import Recipient
from chalicelib.incidents.model.report import Report
from chalicelib.incidents.repository import OwnReport
from chalicelib.incidents.service import beyond, drafting, submitting
from chalicelib.incidents.service.kept import Kept
from chalicelib.incidents.service.submitting import Sender
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Message
from chalicelib.storage import drafts, rates, transaction

# A class may report from one school's address in one lesson; a flood is more than that.
PER_SOURCE, PER_SCHOOL, MOST_HELD, URGENT_TOLD = 15, 40, 500, 10
SAVES_PER_SOURCE = 600
CONCERN_HELD = "concern_held"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16
_FRESH = timedelta(hours=1)  # how long a receipt shows its code again


@dataclass(frozen=True)
class Visitor:
    """One browser's visit to a school's open form. `secret` is its cookie's, never stored."""

    secret: str
    source_ip: str
    school_name: str

    @property
    def owner(self) -> str:
        """Whose the half-filled forms are: nobody without the cookie finds them (S71)."""
        return actors.visitor(ids.digest(f"visit|{self.secret}"))

    def code(self, record: str) -> str:
        """The receipt code of a report: 78 bits that only this visit can work out again, so that
        a second press shows the same one and nothing has to keep it.
        """
        number = int(hashlib.sha256(f"receipt|{record}|{self.secret}".encode()).hexdigest(), 16)
        letters = []
        for _ in range(_CODE_LENGTH):
            number, place = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[place])
        return "-".join("".join(letters[at : at + 4]) for at in range(0, _CODE_LENGTH, 4))


def submit_community(
    school: SchoolId, report: Report, *, record: str, by: Visitor, suspect: bool = False
) -> None:
    """Make the record of a report from the open form, or hold it.

    A second press changes nothing and is success. `suspect` says that the field nobody sees was
    filled in. Raises TooMany when more is held than a day can bring.
    """
    if receipt(school, by, record) is not None:
        return
    flood = _flood(school, by)
    try:
        if suspect or flood:
            _hold(school, report, record=record, by=by, why="filled" if suspect else "flood")
        else:
            _take(school, report, record=record, by=by)
    except Conflict:
        if receipt(school, by, record) is None:
            raise


def may_save(school: SchoolId, by: Visitor) -> bool:
    """Whether this source may keep another page; far beyond what people type."""
    source = f"{school}|{by.source_ip}"
    return rates.over("community page", source, limit=SAVES_PER_SOURCE, per=HOUR) is None


def receipt(school: SchoolId, by: Visitor, record: str) -> OwnReport | None:
    """What this visit may know of the report it sent."""
    return repository.own_report(school, _key(by.code(record)), record)


def is_fresh(report: OwnReport) -> bool:
    """Whether the receipt may still show its code: a shared device is not asked for ever."""
    return clock.now() - report.submitted_at < _FRESH


def by_code(school: SchoolId, typed: str, *, source_ip: str) -> OwnReport | None:
    """What whoever has the code may know. Raises TooMany when somebody is guessing."""
    rates.hit("receipt code", f"{school}|{source_ip}", limit=20, per=HOUR)
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(letters) != _CODE_LENGTH or not letters.isascii():
        return None
    code = "-".join(letters[at : at + 4] for at in range(0, _CODE_LENGTH, 4))
    return next(iter(repository.own_reports(school, _key(code))), None)


def _take(school: SchoolId, report: Report, *, record: str, by: Visitor) -> None:
    sender = sender_of(
        report, key=_key(by.code(record)), school_name=by.school_name, by=_actor(by, record)
    )
    to = submitting.route_of(school, report)
    with transaction() as tx:
        submitting.add(tx, school, report, record=record, by=sender, to=to)
        drafts.discard(tx, school, by.owner, drafting.FORM, record)


def _hold(school: SchoolId, report: Report, *, record: str, by: Visitor, why: str) -> None:
    if (wait := rates.over("community held", school, limit=MOST_HELD, per=DAY)) is not None:
        raise TooMany(wait)
    one = held.Held(
        id=record,
        reference=ids.reference(),
        report=report,
        receipt=_key(by.code(record)),
        by=_actor(by, record),
        at=clock.now(),
        why=why,
    )
    to = submitting.route_of(school, report)
    pressing = report.urgent or to.matter.about_staff
    tell = _may_tell(school, pressing=pressing)
    kept = Kept.held(record, one.reference, report, to.wall)
    with transaction() as tx:
        held.add(tx, school, one)
        drafts.discard(tx, school, by.owner, drafting.FORM, record)
        audit.record(tx, school, by=one.by, action="incident.held", about=f"incident/{record}")
        template = CONCERN_HELD if to.matter.about_staff else "incident_held"
        for recipient in to.told if tell else ():
            message = _mail(school, recipient, record, by.school_name, pressing=pressing)
            values = {**message.values, **kept.values}
            outbox.add(tx, replace(message, template=template, values=values))
        if tell and to.beyond:
            beyond.tell(tx, school, kept, by.school_name)


def _may_tell(school: SchoolId, *, pressing: bool) -> bool:
    """Once an hour; what cannot wait is told at once, up to what a flood of it would be."""
    if pressing and rates.over("community urgent", school, limit=URGENT_TOLD, per=HOUR) is None:
        return True
    return rates.over("community held told", school, limit=1, per=HOUR) is None


def _flood(school: SchoolId, by: Visitor) -> bool:
    """Whether more come than people send; each try counts."""
    source = rates.over("community source", f"{school}|{by.source_ip}", limit=PER_SOURCE, per=HOUR)
    everybody = rates.over("community school", school, limit=PER_SCHOOL, per=HOUR)
    return source is not None or everybody is not None


def sender_of(report: Report, *, key: str, school_name: str, by: str) -> Sender:
    return Sender(actor=by, key=key, name=report.reported_by, school_name=school_name)


def _actor(by: Visitor, record: str) -> str:
    return actors.visitor(ids.digest(by.code(record)))


def _key(code: str) -> str:
    """Whose report it is, in the place of a person's id: the code's digest and nothing more."""
    return f"receipt:{ids.digest(code)}"


def _mail(
    school: SchoolId, to: Recipient, record: str, school_name: str, *, pressing: bool
) -> Message:
    """That reports are held, and where they are (R39)."""
    return Message(
        tenant=school,
        template="incident_held",
        address=to.email,
        values={
            "school": school_name,
            "path": f"/s/{school}/incidents/held",
            "urgent": "yes" if pressing else "",
        },
        about=f"incident/{record}",
        why=to.duties[0],
        person=to.person,
    )
