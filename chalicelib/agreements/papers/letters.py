"""One letter a family: a code and a QR picture for whoever has no email or has not answered.

A letter's link is a link like any other: the newest counts, and one that was mailed before stops
working. Printing again makes new codes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import segno

from chalicelib import clock, config, ids
from chalicelib.agreements import counting, library, profile, subjects
from chalicelib.agreements.households import of as households
from chalicelib.agreements.model import Answer, Asked, Refused
from chalicelib.agreements.papers import codes
from chalicelib.agreements.repository import links, requests
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.subjects import Adult, Audience, Subject
from chalicelib.audit import Event, actors
from chalicelib.documents import glyphs
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.documents.typeset import typeset
from chalicelib.ids import SchoolId
from chalicelib.storage import transaction
from chalicelib.tenancy import brand, calendar, settings
from chalicelib.web import words

PRINTED = "agreement.letter_printed"
TEMPLATE = Path(__file__).with_name("letters.typ")


def make(job: Job, progress: Progress) -> Sequence[File]:
    """One PDF with a page a family, for those who were asked and have not answered."""
    school, values = SchoolId(job.tenant), job.asked.values
    waiting = due(school, values["groups"].split(","), only_unreachable=values["who"] == "no_email")
    pages = []
    for number, (household, records) in enumerate(waiting):
        progress(5 + 60 * number // max(len(waiting), 1), "Making the codes")
        pages += _letters(school, household, records, by=actors.person(job.asked.person))
    look = brand.for_paper(school)
    data = {
        "title": "Letters to families",
        "school": look["name"] or profile.name_of(school),
        "date": words.london_date(clock.today()),
        "fonts": list(glyphs.FONTS),
        "letters": pages,
    }
    progress(70, "Setting the pages")
    shown = glyphs.showable(data) | {"brand": look}
    return [File(Form.PDF, typeset(TEMPLATE, shown, made_at=job.asked_at))]


def due(
    school: SchoolId, groups: Sequence[str], *, only_unreachable: bool
) -> list[tuple[list[Subject], dict[str, list[Record]]]]:
    """The households of these groups with something to sign, and nobody's answer yet."""
    people = {one.id: one for one in subjects.of_groups(school, Audience.PUPILS, groups)}
    waiting: dict[str, list[Record]] = {}
    for record in requests.requests(school, calendar.academic_year(clock.today())):
        request = record.request
        open_ = not request.complete and request.withdrawn_at is None
        if request.id.pupil in people and open_ and request.grown:
            waiting.setdefault(request.id.pupil, []).append(record)
    chosen = [
        one
        for who, one in people.items()
        if who in waiting and not (only_unreachable and one.adults)
    ]
    return [
        (household, {one.id: waiting[one.id] for one in household})
        for household in households(chosen)
    ]


def _letters(
    school: SchoolId, household: list[Subject], records: dict[str, list[Record]], *, by: str
) -> list[dict[str, Any]]:
    """A letter for each adult, with a code for each agreement that is still to be signed."""
    found = []
    for adult, children in _adults(household):
        cards = []
        for campaign in sorted({r.request.id.campaign for c in children for r in records[c.id]}):
            mine = [
                (record, contact)
                for child, contact in children.items()
                for record in records[child.id]
                if record.request.id.campaign == campaign and _waits(record, contact)
            ]
            if mine:
                cards.append(_code(school, mine, by=by))
        if cards:
            names = [child.first_name for child in children]
            found.append({"to": adult.name, "children": words.listed(names), "codes": cards})
    return found


class _Children(dict[Subject, str]):
    """The children of one adult, each with the contact that the adult is to them."""


def _adults(household: list[Subject]) -> list[tuple[Adult, _Children]]:
    """Everybody who may be written to on paper: by their address, else by their name."""
    found: dict[str, tuple[Adult, _Children]] = {}
    for child in household:
        for adult in (*child.adults, *child.by_letter):
            _, children = found.setdefault(adult.email or adult.name, (adult, _Children()))
            children.setdefault(child, adult.contact)
    return list(found.values())


def _waits(record: Record, contact: str) -> bool:
    asked = record.request.of_contact(contact)
    return asked is None or asked.answer is Answer.WAITING


def _code(school: SchoolId, mine: list[tuple[Record, str]], *, by: str) -> dict[str, str]:
    """A link for these requests, as a picture and as a code to type; the older link is void."""
    token, now = f"{school}.{ids.secret()}", clock.now()
    code = "".join(secrets.choice(codes.LETTERS) for _ in range(codes.LENGTH))
    chosen = settings.read(school)
    valid = timedelta(days=chosen.link_days)
    digest = ids.digest(token)
    with transaction() as tx:
        for record, contact in mine:
            asked = Asked(contact, digest, "", sent_at=now, expires_at=now + valid)
            try:
                after = record.now(record.request.sent(asked))
            except Refused:
                continue
            after = replace(after, sent_on=record.sent_on or clock.today())
            event = Event(PRINTED, now, by, open={"contact": contact})
            requests.save(tx, school, after, event)
            counting.count(tx, school, record, after)
        first, contact = mine[0]
        signs = {record.request.id.pupil: of for record, of in mine}
        confirm = chosen.confirm_child
        link = Link(digest, first.request.id, contact, now + valid, signs, confirm)
        links.add(tx, school, link, Purpose.SIGN)
        links.add_code(tx, school, ids.digest(f"{school}.{code}"), link)
    address = f"{config.public_url()}/a/{token}"
    return {
        "title": library.entry(first.request.template).title,
        "qr": segno.make(address, error="m").svg_inline(scale=4, border=2),
        "code": codes.spaced(f"{school}{code}"),
        "address": f"{config.public_url()}/letter",
        "until": words.london_date(now + valid),
    }
