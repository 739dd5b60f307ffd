"""Writing to one child's family: the first time, again, or taking it back."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib import clock, figures, ids
from chalicelib.agreements import families, followup, library, profile
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.families import Adult, Family
from chalicelib.agreements.model import Asked, Child, Refused, Request, RequestId
from chalicelib.agreements.repository import campaigns, links, requests, turn
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction, transaction
from chalicelib.tenancy import settings

ASKED = "agreement.asked"
ASKED_AGAIN = "agreement.asked_again"
WITHDRAWN = "agreement.withdrawn"


def ask(school: SchoolId, campaign: Campaign, pupil: str, family: Family | None) -> None:
    """Deal with the campaign's next child. Raises Raced when somebody else just did.

    A child who left, or whom another campaign has asked meanwhile, is passed over; one with nobody
    to ask has a request that says so.
    """
    request_id = RequestId(campaign.year, campaign.id, pupil)
    kind = library.kind(campaign.template)
    taken = campaigns.claims(school, campaign.year, kind, [pupil])
    with turn() as tx:
        campaigns.move_on(tx, school, campaign)
        if family is None or taken:
            return
        record = Record(
            Request(
                id=request_id,
                template=campaign.template,
                template_version=campaign.template_version,
                child=Child(family.first_name, family.class_name),
            ),
            class_id=family.class_id,
        )
        record = _write_to(tx, school, record, family.adults)
        happened = _event(ASKED, record, by=actors.person(campaign.started_by))
        requests.add(tx, school, record, happened)
        campaigns.claim(tx, school, request_id, kind)


def ask_again(school: SchoolId, request_id: RequestId, *, contact: str = "", by: PersonId) -> int:
    """Send a new link to one contact, or to all who can be asked; older links stop working.

    Gives how many mails went out. Raises Conflict when there is nobody left to write to.
    """
    record = found(school, request_id)
    family = families.of_pupil(school, request_id.pupil)
    adults = [
        adult
        for adult in (family.adults if family else ())
        if contact in ("", adult.contact) and _may_be_asked(record.request, adult)
    ]
    if not adults:
        raise Conflict("There is nobody to write to: everybody has signed, or cannot be reached.")
    with transaction() as tx:
        after = _write_to(tx, school, record, adults)
        happened = _event(ASKED_AGAIN, after, by=actors.person(by))
        requests.save(tx, school, after, happened)
        followup.close_tasks(tx, school, request_id, [adult.contact for adult in adults], by=by)
    return len(adults)


def withdraw(school: SchoolId, request_id: RequestId, *, reason: str, by: PersonId) -> None:
    """Take a request back: no link of it works from now on. Doing it twice changes nothing."""
    record = found(school, request_id)
    if record.request.withdrawn_at is not None:
        return
    now = clock.now()
    happened = Event(WITHDRAWN, now, actors.person(by), private={"reason": reason})
    with transaction() as tx:
        after = record.now(record.request.withdrawn(now))
        requests.save(tx, school, after, happened)
        followup.close_tasks(tx, school, request_id, _contacts(record), by=by)
        if record.request.complete:
            return
        campaigns.release(tx, school, request_id, library.kind(record.request.template))
        if record.sent_on:
            _count_sent(tx, school, record, by=-1)


def found(school: SchoolId, request_id: RequestId) -> Record:
    """Raises NotFound."""
    record = requests.request(school, request_id)
    if record is None:
        raise NotFound
    return record


def _may_be_asked(request: Request, adult: Adult) -> bool:
    try:
        request.sent(_asked(adult.contact, "", "", clock.now(), timedelta()))
    except Refused:
        return False
    return True


def _write_to(
    tx: Transaction, school: SchoolId, record: Record, adults: list[Adult] | tuple[Adult, ...]
) -> Record:
    """A link and a mail for each adult. No mail names a child (R39), none goes to two people."""
    if not adults:
        return record
    name, valid = profile.name_of(school), timedelta(days=settings.read(school).link_days)
    request, now = record.request, clock.now()
    for adult in adults:
        token = f"{school}.{ids.secret()}"
        message = outbox.add(
            tx,
            Message(
                tenant=school,
                template="agreement_asked",
                address=adult.email,
                values={"school": name, "path": f"/a/{token}", "days": str(valid.days)},
                about=requests.about(request.id),
                why="parent",
            ),
        )
        asked = _asked(adult.contact, ids.digest(token), message, now, valid)
        request = request.sent(asked)
        link = Link(asked.link, request.id, adult.contact, asked.expires_at)
        links.add(tx, school, link, Purpose.SIGN)
    after = replace(record, request=request, sent_on=record.sent_on or clock.today())
    if record.sent_on is None:
        _count_sent(tx, school, after, by=1)
    return after


def _asked(contact: str, link: str, message: str, now: datetime, valid: timedelta) -> Asked:
    return Asked(contact, link, message, sent_at=now, expires_at=now + valid)


def _count_sent(tx: Transaction, school: SchoolId, record: Record, *, by: int) -> None:
    kind = library.kind(record.request.template)
    on = record.sent_on or clock.today()
    figures.count(tx, school, figures.Measure.AGREEMENTS_SENT, {"kind": kind}, on, by)


def _event(name: str, record: Record, *, by: str) -> Event:
    request = record.request
    return Event(
        name=name,
        at=clock.now(),
        by=by,
        open={
            "template": request.template,
            "version": request.template_version,
            "wording": library.template(request.template).wording_sha256,
            "contacts": _contacts(record),
        },
    )


def _contacts(record: Record) -> list[str]:
    return [asked.contact for asked in record.request.asked]
