"""Writing to one household: the first time, again, or taking one person's agreement back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib import clock, ids
from chalicelib.agreements import counting, editions, followup, library, profile, subjects
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.classes import words
from chalicelib.agreements.model import Asked, Child, Refused, Request, RequestId
from chalicelib.agreements.repository import campaigns, links, requests, turn
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.subjects import Adult, Subject
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction, transaction
from chalicelib.tenancy import settings

ASKED = "agreement.asked"
ASKED_AGAIN = "agreement.asked_again"
REMINDED = "agreement.reminded"
WITHDRAWN = "agreement.withdrawn"
_MAIL_OF = {
    subjects.Audience.PUPILS: ("agreement_asked", "parent"),
    subjects.Audience.ADULTS: ("agreement_asked_of_you", "signer"),
}


@dataclass(frozen=True)
class Turn:
    """One person's request with the adults who are written to now."""

    record: Record
    adults: tuple[Adult, ...]


def ask(school: SchoolId, campaign: Campaign, household: Sequence[Subject | str]) -> None:
    """Deal with the campaign's next household. Raises Raced when somebody else just did.

    Who left, or whom another campaign has asked meanwhile, is passed over; one with nobody to ask
    has a request that says so. Whoever left stands in the household by their id alone.
    """
    here = {one.id: one for one in household if not isinstance(one, str)}
    claims = {one.id: claim_of(school, campaign, one) for one in here.values()}
    taken = campaigns.claims(school, campaign.year, claims)
    with turn() as tx:
        campaigns.move_on(tx, school, campaign, by=len(household))
        asked = [one for one in here.values() if one.id not in taken]
        turns = [
            Turn(_new(school, campaign, one), () if _in_room(campaign) else one.adults)
            for one in asked
        ]
        for record in _write_to(tx, school, turns):
            happened = _event(school, ASKED, record, by=campaign.started_by)
            requests.add(tx, school, record, happened)
            counting.count(tx, school, None, record)
            campaigns.claim(tx, school, record.request.id, claims[record.request.id.pupil])


def ask_again(
    school: SchoolId, request_id: RequestId, *, contact: str = "", by: str, event: str = ASKED_AGAIN
) -> int:
    """Send a new link to one contact, or to all who can be asked; older links stop working.

    Whoever was asked for several children in one mail is asked for all of them that are not done.
    Gives how many mails went out. Raises Conflict when there is nobody left to write to.
    """
    first = found(school, request_id)
    turns, email = [], ""
    for record in _siblings(school, first, contact):
        subject = subjects.of(school, _audience(record), record.request.id.pupil)
        adults = subject.adults if subject else ()
        if contact and record is first:
            email = next((adult.email for adult in adults if adult.contact == contact), "nobody")
        wanted = tuple(
            adult
            for adult in adults
            if email in ("", adult.email) and _may_be_asked(record.request, adult)
        )
        if wanted:
            turns.append(Turn(record, wanted))
    if not turns:
        raise Conflict("There is nobody to write to: everybody has signed, or cannot be reached.")
    with transaction() as tx:
        for one, after in zip(turns, _write_to(tx, school, turns), strict=True):
            requests.save(tx, school, after, _event(school, event, after, by=by))
            counting.count(tx, school, one.record, after)
            contacts = [adult.contact for adult in one.adults]
            followup.close_tasks(tx, school, after.request.id, contacts, by=_actor(by))
    return len({adult.email for one in turns for adult in one.adults})


def withdraw(school: SchoolId, request_id: RequestId, *, reason: str, by: str) -> None:
    """Take a request back: no link of it works from now on. Doing it twice changes nothing."""
    record = found(school, request_id)
    if record.request.withdrawn_at is not None:
        return
    now = clock.now()
    happened = Event(WITHDRAWN, now, actors.person(by), private={"reason": reason})
    with transaction() as tx:
        after = record.now(record.request.withdrawn(now))
        requests.save(tx, school, after, happened)
        counting.count(tx, school, record, after)
        followup.close_tasks(tx, school, request_id, _contacts(record), by=actors.person(by))
        if not record.request.complete:
            campaigns.release(tx, school, request_id, _claimed(school, record))


def found(school: SchoolId, request_id: RequestId) -> Record:
    """Raises NotFound."""
    record = requests.request(school, request_id)
    if record is None:
        raise NotFound
    return record


def claim_of(school: SchoolId, campaign: Campaign, one: Subject) -> str:
    """What this campaign asks somebody for, once a year."""
    number = campaign.template_version if campaign.template == words.KEY else 0
    return editions.claim_of(school, _key(campaign, one), one.group, number)


def _claimed(school: SchoolId, record: Record) -> str:
    request = record.request
    number = request.template_version if request.template == words.KEY else 0
    return editions.claim_of(school, request.template, record.class_id, number)


def _in_room(campaign: Campaign) -> bool:
    return campaign.template != library.BY_AGE and library.entry(campaign.template).in_room


def _key(campaign: Campaign, one: Subject) -> str:
    return library.key_for(campaign.template, one.year_group)


def _actor(by: str) -> str:
    """`by` is a person's id, or names Holdfast itself when a rule or a reminder asks."""
    return by if ":" in by else actors.person(by)


def _new(school: SchoolId, campaign: Campaign, one: Subject) -> Record:
    key = _key(campaign, one)
    return Record(
        Request(
            id=RequestId(campaign.year, campaign.id, one.id),
            template=key,
            template_version=campaign.template_version
            if key == words.KEY
            else editions.current(school, key).version,
            child=Child(one.first_name, one.group_name),
            parties=library.entry(key).parties,
        ),
        class_id=one.group,
        made_on=clock.today(),
    )


def _audience(record: Record) -> subjects.Audience:
    return library.audience(record.request.template)


def _siblings(school: SchoolId, record: Record, contact: str) -> list[Record]:
    """This request first, then those that the same mails were about and that are not complete."""
    request = record.request
    others: dict[str, None] = {}
    for asked in request.asked:
        if asked.link and contact in ("", asked.contact):
            link = links.find(school, asked.link, Purpose.SIGN)
            others.update(dict.fromkeys(link.people if link else ()))
    ids_too = [replace(request.id, pupil=who) for who in others if who != request.id.pupil]
    too = requests.several(school, ids_too) if ids_too else []
    return [record, *(one for one in too if one and not one.request.complete)]


def _may_be_asked(request: Request, adult: Adult) -> bool:
    try:
        request.sent(_asked(adult.contact, "", "", clock.now(), timedelta()))
    except Refused:
        return False
    return True


def _write_to(tx: Transaction, school: SchoolId, turns: Sequence[Turn]) -> list[Record]:
    """One link and one mail for each adult, whatever the number of their children (10.2).

    No mail names a child (R39), none goes to two people.
    """
    chosen, now = settings.read(school), clock.now()
    valid = timedelta(days=chosen.link_days)
    after = {each.record.request.id: each.record for each in turns}
    by_email: dict[str, list[tuple[Record, Adult]]] = {}
    for each in turns:
        for adult in each.adults:
            by_email.setdefault(adult.email, []).append((each.record, adult))
    for email, mine in by_email.items():
        token = f"{school}.{ids.secret()}"
        first, whoever = mine[0]
        message = _mail(tx, school, first, email, f"/a/{token}", valid, len(mine))
        for record, adult in mine:
            asked = _asked(adult.contact, ids.digest(token), message, now, valid)
            request_id = record.request.id
            after[request_id] = after[request_id].now(after[request_id].request.sent(asked))
        signs = {record.request.id.pupil: adult.contact for record, adult in mine}
        expires_at = now + valid
        of = first.request.id
        confirm = chosen.confirm_child and _audience(first) is subjects.Audience.PUPILS
        link = Link(ids.digest(token), of, whoever.contact, expires_at, signs, confirm)
        links.add(tx, school, link, Purpose.SIGN)
    return [_dated(after[each.record.request.id], each) for each in turns]


def _dated(record: Record, turn_: Turn) -> Record:
    """The request with the day on which somebody was first asked."""
    asked = bool(turn_.adults) or library.entry(record.request.template).in_room
    return replace(record, sent_on=clock.today()) if asked and record.sent_on is None else record


def _mail(
    tx: Transaction,
    school: SchoolId,
    record: Record,
    email: str,
    path: str,
    valid: timedelta,
    children: int,
) -> str:
    template, why = _MAIL_OF[_audience(record)]
    entry = library.entry(record.request.template)
    return outbox.add(
        tx,
        Message(
            tenant=school,
            template=template,
            address=email,
            values={
                "school": profile.name_of(school),
                "path": path,
                "days": str(valid.days),
                "title": entry.title,
                "children": str(children),
                "act": "confirm" if entry.confirm else "sign",
            },
            about=requests.about(record.request.id),
            why=why,
        ),
    )


def _asked(contact: str, link: str, message: str, now: datetime, valid: timedelta) -> Asked:
    return Asked(contact, link, message, sent_at=now, expires_at=now + valid)


def _event(school: SchoolId, name: str, record: Record, *, by: str) -> Event:
    request = record.request
    return Event(
        name=name,
        at=clock.now(),
        by=_actor(by),
        open={
            "template": request.template,
            "version": request.template_version,
            "wording": words.of(school, record).wording_sha256,
            "contacts": _contacts(record),
        },
    )


def _contacts(record: Record) -> list[str]:
    return [asked.contact for asked in record.request.asked]
