"""How each person can be reached besides their mail, and whether their mail arrives (R36, R37)."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import outbox
from chalicelib.notifications import phone as provider
from chalicelib.notifications.outbox import Channel, Message
from chalicelib.people.plan.rows import REACH, DutyRow
from chalicelib.storage import Transaction, get, rates, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import UNREACHED

CODE_LASTS = timedelta(minutes=15)
_TRIES = 5
_TEXTS_A_DAY = 5
_MOST_AT_ONCE = 20  # tasks that end in one transaction
_DIGITS = re.compile(r"[\s().\-]+")
# Mobile numbers of the United Kingdom only: nobody can have premium numbers rung by our account.
_MOBILE = re.compile(r"\+447[1-57-9]\d{8}\Z")


@dataclass(frozen=True, slots=True)
class Reach:
    """How one member is reached. Without a row: by mail, and nothing speaks against it."""

    person: PersonId
    phone: str = ""
    verified_at: datetime | None = None
    texts: bool = False
    calls: bool = False
    mail_failed_at: datetime | None = None

    @property
    def can_text(self) -> bool:
        return self.texts and self.verified_at is not None

    @property
    def can_call(self) -> bool:
        return self.calls and self.verified_at is not None


def normal(typed: str) -> str:
    """A mobile number as networks know it. Raises ValueError with a sentence for its typist."""
    text = _DIGITS.sub("", typed)
    if text.startswith("00"):
        text = f"+{text[2:]}"
    elif text.startswith("07"):
        text = f"+44{text[1:]}"
    elif text.startswith("+4407"):
        text = f"+44{text[4:]}"
    if not _MOBILE.match(text):
        raise ValueError("Enter a UK mobile number, like 07700 900 123")
    return text


def spoken(phone: str) -> str:
    """A number as people write it."""
    return f"0{phone[3:7]} {phone[7:10]} {phone[10:]}" if phone else ""


def of(place: SchoolId | TrustId, person: PersonId) -> Reach:
    row = get(DutyRow, place, f"{REACH}{person}")
    return to_reach(row) if row else Reach(person)


def ask(school: SchoolId, person: PersonId, *, typed: str, school_name: str, by: str) -> None:
    """Take down a number and text it a code; it counts once the code was typed in.

    Raises Invalid at `phone`, and TooMany past five texts a day.
    """
    if not provider.is_there():
        raise Invalid({"phone": ["Texts are not set up for this installation yet"]})
    try:
        phone = normal(typed)
    except ValueError as e:
        raise Invalid({"phone": [str(e)]}) from e
    rates.hit("phone-code", f"{school}{person}", limit=_TEXTS_A_DAY, per=timedelta(days=1))
    code = f"{secrets.randbelow(10**6):06d}"
    row = _row(school, person)
    row.data = {**row.data, "verified_at": "", "tries": 0, "asked_at": clock.stamp(clock.now())}
    row.seal({"phone": phone, "code": ids.digest(f"{person}{code}")})
    with transaction() as tx:
        _put(tx, row)
        outbox.add(
            tx,
            Message(
                tenant=school,
                template="phone_code",
                address=phone,
                channel=Channel.SMS,
                values={"code": code, "school": school_name},
                about=f"person/{person}",
                why="phone",
                person=person,
            ),
        )
        audit.record(tx, school, by=by, action="phone.asked", about=f"person/{person}")


def prove(
    school: SchoolId, person: PersonId, *, code: str, texts: bool, calls: bool, by: str
) -> None:
    """Take the code that was texted. Raises Invalid at `code` for a wrong or an old one."""
    row = _row(school, person)
    private = row.unseal() if row.attribute_values.get("sealed") else {}
    asked_at = row.data.get("asked_at")
    live = asked_at and clock.now() - clock.parse(asked_at) < CODE_LASTS
    if not live or int(row.data.get("tries", 0)) >= _TRIES:
        raise Invalid({"code": ["This code is too old. Ask for a new one"]})
    right = hmac.compare_digest(ids.digest(f"{person}{code}"), private.get("code", ""))
    data = {**row.data, "tries": int(row.data.get("tries", 0)) + 1}
    if right:
        data |= {"verified_at": clock.stamp(clock.now()), "asked_at": ""}
        data |= {"texts": texts, "calls": calls}
    row.data = data
    with transaction() as tx:
        _put(tx, row)
        if right:
            audit.record(tx, school, by=by, action="phone.proven", about=f"person/{person}")
    if not right:
        raise Invalid({"code": ["This is not the code that we sent"]})


def choose(school: SchoolId, person: PersonId, *, texts: bool, calls: bool, by: str) -> None:
    """Change what a proven number is used for."""
    row = _row(school, person)
    row.data = {**row.data, "texts": texts, "calls": calls}
    _save(school, row, by=by, action="phone.chosen", person=person)


def forget(school: SchoolId, person: PersonId, *, by: str) -> None:
    """Drop a number: only mail from now on."""
    row = _row(school, person)
    row.data = {"mail_failed_at": row.data.get("mail_failed_at", "")}
    row.seal({"phone": ""})
    _save(school, row, by=by, action="phone.dropped", person=person)


def mail_failed(tx: Transaction, school: str, person: PersonId) -> None:
    """Note that mail to somebody does not arrive: they are told last until it is put right."""
    row = _row(SchoolId(school), person)
    row.data = {**row.data, "mail_failed_at": clock.stamp(clock.now())}
    _put(tx, row)


def mail_works(place: SchoolId | TrustId, person: PersonId, *, by: str) -> None:
    """Somebody put the address right: what was to be done about it is done."""
    row, about = _row(place, person), f"person/{person}"
    row.data = {**row.data, "mail_failed_at": ""}
    ended = [
        each for each in tasks.open_in(place) if each.kind == UNREACHED and each.about == about
    ]
    with transaction() as tx:
        _put(tx, row)
        for each in ended[:_MOST_AT_ONCE]:
            tasks.done(tx, place, each, by=by)
        audit.record(tx, place, by=by, action="mail.works", about=about)


def to_reach(row: DutyRow) -> Reach:
    data = row.data
    private = row.unseal() if row.attribute_values.get("sealed") else {}
    return Reach(
        person=PersonId(row.sk.rpartition("#")[2]),
        phone=private.get("phone", ""),
        verified_at=_instant(data.get("verified_at")),
        texts=bool(data.get("texts")),
        calls=bool(data.get("calls")),
        mail_failed_at=_instant(data.get("mail_failed_at")),
    )


def _instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None


def _row(place: SchoolId | TrustId, person: PersonId) -> DutyRow:
    found = get(DutyRow, place, f"{REACH}{person}")
    return found or DutyRow(place, f"{REACH}{person}", data={})


def _save(school: SchoolId, row: DutyRow, *, by: str, action: str, person: PersonId) -> None:
    with transaction() as tx:
        _put(tx, row)
        audit.record(tx, school, by=by, action=action, about=f"person/{person}")


def _put(tx: Transaction, row: DutyRow) -> None:
    if row.attribute_values.get("version") is None:
        row.version = 1
        tx.create(row)
    else:
        tx.replace(row)
