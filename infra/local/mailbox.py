"""Where mail ends on this machine: takes what SES would send, keeps it, and answers as the far end.

Texts and calls end here too. Only the far end is faked. The service's own reply goes to the
function, and what becomes of a message goes the way it goes on AWS: an event on the bus, the
template's rule, its queue, `mail_feedback`.
"""

import base64
import email
import email.policy
import json
import sqlite3
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local import mail_events

Publish = Callable[[str, str, Mapping[str, Any]], None]  # source, detail type, detail

TEXT, CALL = "Text message", "Phone call"

SCHEMA = """
create table if not exists mail (
    number integer primary key, id text unique, at text, recipients text, subject text,
    text text, html text, headers text, tags text, fate text
);
create table if not exists suppressed (address text primary key);
"""


@dataclass(frozen=True, slots=True)
class Mail:
    id: str
    at: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    tags: Mapping[str, str]
    fate: str = "delivered"

    @property
    def by_phone(self) -> bool:
        """Whether it is a text or a call."""
        return not self.html and self.subject in (TEXT, CALL)

    def public(self) -> dict[str, Any]:
        """As `/_local/mail.json` gives it."""
        return {
            "id": self.id,
            "to": ", ".join(self.to),
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": dict(self.headers),
            "at": self.at,
        }


class Mailbox:
    """Every mail sent, in one file that outlives a crash."""

    def __init__(self, path: Path, publish: Publish, now: Callable[[], datetime]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._publish = publish
        self._now = now
        self._lock = threading.Lock()
        self._store = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._store.executescript("pragma journal_mode = wal;" + SCHEMA)

    def send(self, request: Mapping[str, Any]) -> str:
        """Take one SendEmail request as SES does; return the message id.

        A suppressed address is accepted too, and bounces: that is how SES answers (R37).
        """
        sent = _mail(request, at=_stamp(self._now()))
        fate = "suppressed" if self._is_suppressed(sent.to) else "delivered"
        self._keep(sent, fate)
        self._tell("Send", sent)
        self._tell("Delivery" if fate == "delivered" else "Suppressed", sent)
        return sent.id

    def take_text(self, request: Mapping[str, Any], *, is_call: bool) -> str:
        """Take a text, or what a call would say, as a phone does; return the message id.

        It stands in the same box as the mails, under the number it went to. Its receipt follows, as
        it does from a network.
        """
        to, said = str(request["DestinationPhoneNumber"]), str(request["MessageBody"])
        headers = {"From": str(request.get("OriginationIdentity", "")), "To": to}
        tags = {str(name): str(value) for name, value in request.get("Context", {}).items()}
        message = f"{uuid.uuid4()}-000000"
        at = _stamp(self._now())
        kind = CALL if is_call else TEXT
        sent = Mail(message, at, (to,), kind, said, "", headers, tags)
        self._keep(sent, "delivered")
        self._tell("Answered" if is_call else "Arrived", sent)
        return message

    def _keep(self, sent: Mail, fate: str) -> None:
        with self._lock:
            self._store.execute(
                "insert into mail (id, at, recipients, subject, text, html, headers, tags, fate)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(sent.id, sent.at, json.dumps(sent.to), sent.subject, sent.text, sent.html),
                    *(json.dumps(dict(sent.headers)), json.dumps(dict(sent.tags)), fate),
                ),
            )

    def newest_first(self, limit: int = 500) -> list[Mail]:
        with self._lock:
            rows = self._store.execute(
                "select * from mail order by number desc limit ?", (limit,)
            ).fetchall()
        return [_of_row(row) for row in rows]

    def find(self, message: str) -> Mail | None:
        with self._lock:
            row = self._store.execute("select * from mail where id = ?", (message,)).fetchone()
        return _of_row(row) if row else None

    def answer(self, message: str, fate: str) -> bool:
        """Make the far end bounce, complain about, or suppress a mail. False: no such mail."""
        found = self.find(message)
        fates = FATES if found is None or not found.by_phone else PHONE_FATES[found.subject]
        if found is None or fate not in fates:
            return False
        event, word = fates[fate]
        with self._lock:
            self._store.execute("update mail set fate = ? where id = ?", (word, message))
            if fate == "suppress" and not found.by_phone:
                self._store.executemany(
                    "insert or ignore into suppressed values (?)",
                    [(address.lower(),) for address in found.to],
                )
        self._tell(event, found)
        return True

    def close(self) -> None:
        with self._lock:
            self._store.close()

    def _is_suppressed(self, addresses: Sequence[str]) -> bool:
        with self._lock:
            return any(
                self._store.execute(
                    "select 1 from suppressed where address = ?", (address.lower(),)
                ).fetchone()
                for address in addresses
            )

    def _tell(self, event: str, mail: Mail) -> None:
        detail_type, name, body = EVENTS[event]
        if mail.by_phone:
            self._publish(mail_events.PHONES, detail_type, self._receipt(name, mail))
            return
        at = _stamp(self._now())
        recipients = list(mail.to)
        detail: dict[str, Any] = {
            "eventType": name,
            "mail": {
                "timestamp": mail.at,
                "messageId": mail.id,
                "destination": recipients,
                "tags": {key: [value] for key, value in mail.tags.items()},
            },
        }
        if name == "Bounce":
            bounced = [{"emailAddress": address, "action": "failed"} for address in recipients]
            detail["bounce"] = {**body, "timestamp": at, "bouncedRecipients": bounced}
        elif name == "Complaint":
            complained = [{"emailAddress": address} for address in recipients]
            detail["complaint"] = {**body, "timestamp": at, "complainedRecipients": complained}
        else:
            detail[name.lower()] = {**body, "timestamp": at, "recipients": recipients}
        self._publish(mail_events.MAIL, detail_type, detail)

    def _receipt(self, name: str, sent: Mail) -> dict[str, Any]:
        """What the phone network says of a text or a call."""
        return {
            "eventType": name,
            "eventVersion": "1.0",
            "eventTimestamp": int(self._now().timestamp() * 1000),
            "isFinal": True,
            "destinationPhoneNumber": sent.to[0],
            "messageId": sent.id,
            "messageStatus": name.partition("_")[2],
            "context": dict(sent.tags),
        }


# What we say happened: SES's name for the kind of event, its eventType, and what its part holds.
EVENTS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "Send": ("Email Sent", "Send", {}),
    "Delivery": ("Email Delivered", "Delivery", {"smtpResponse": "250 ok"}),
    "Bounce": ("Email Bounced", "Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "Suppressed": (
        "Email Bounced",
        "Bounce",
        {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"},
    ),
    "Complaint": (
        "Email Complaint Received",
        "Complaint",
        {"complaintFeedbackType": "abuse"},
    ),
    "Arrived": ("Text Message Delivery Status Updated", "TEXT_DELIVERED", {}),
    "Unreachable": ("Text Message Delivery Status Updated", "TEXT_UNREACHABLE", {}),
    "Blocked": ("Text Message Delivery Status Updated", "TEXT_BLOCKED", {}),
    "Answered": ("Voice Message Delivery Status Updated", "VOICE_COMPLETED", {}),
    "NoAnswer": ("Voice Message Delivery Status Updated", "VOICE_NO_ANSWER", {}),
}
# What a person can make the far end do: the event, and the word shown beside the mail.
FATES: Mapping[str, tuple[str, str]] = {
    "bounce": ("Bounce", "bounced"),
    "complain": ("Complaint", "complained"),
    "suppress": ("Suppressed", "suppressed"),
}
PHONE_FATES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    TEXT: {"bounce": ("Unreachable", "bounced"), "suppress": ("Blocked", "suppressed")},
    CALL: {"bounce": ("NoAnswer", "bounced")},
}


def _mail(request: Mapping[str, Any], at: str) -> Mail:
    content = request["Content"]
    destination = request.get("Destination", {})
    to = [
        address
        for kind in ("To", "Cc", "Bcc")
        for address in destination.get(f"{kind}Addresses", [])
    ]
    headers = {"From": request.get("FromEmailAddress", ""), "To": ", ".join(to)}
    if "Raw" in content:
        parsed = email.message_from_bytes(
            base64.b64decode(content["Raw"]["Data"]), policy=email.policy.default
        )
        headers |= {name: str(value) for name, value in parsed.items()}
        subject = str(parsed.get("Subject", ""))
        text, html = _part(parsed, "plain"), _part(parsed, "html")
    else:
        simple = content["Simple"]
        subject = simple["Subject"]["Data"]
        headers["Subject"] = subject
        headers |= {each["Name"]: each["Value"] for each in simple.get("Headers", [])}
        text = simple["Body"].get("Text", {}).get("Data", "")
        html = simple["Body"].get("Html", {}).get("Data", "")
    tags = {each["Name"]: each["Value"] for each in request.get("EmailTags", [])}
    tags["ses:configuration-set"] = request.get("ConfigurationSetName", "")
    message = f"{uuid.uuid4()}-000000"
    return Mail(message, at, tuple(to or [headers["To"]]), subject, text, html, headers, tags)


def _part(message: Any, subtype: str) -> str:
    body = message.get_body(preferencelist=(subtype,))
    return body.get_content() if body else ""


def _of_row(row: tuple[Any, ...]) -> Mail:
    _, message, at, to, subject, text, html, headers, tags, fate = row
    return Mail(
        id=message,
        at=at,
        to=tuple(json.loads(to)),
        subject=subject,
        text=text,
        html=html,
        headers=json.loads(headers),
        tags=json.loads(tags),
        fate=fate,
    )


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
