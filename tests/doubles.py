"""The only fakes there are: the clock, and the far ends of mail and of the phone network."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from chalicelib import ids


class FrozenClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> datetime:
        """Move on by `minutes=`, `hours=`, `days=` …; gives the new time."""
        self.at += timedelta(**by)
        return self.at


@dataclass(frozen=True)
class Mail:
    """One mail as its reader gets it."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    tags: dict[str, str]
    raw: bytes

    def links(self) -> list[str]:
        """Every link in the text part, in order."""
        return [word.strip("<>().,") for word in self.text.split() if word.startswith("http")]


@dataclass(frozen=True)
class Text:
    """One text as its reader gets it, or one call as its hearer does."""

    to: str
    said: str
    is_call: bool
    tags: dict[str, str]


@dataclass
class Mailbox:
    """Stands where SES and the phone network do: takes messages, and can refuse them."""

    mails: list[Mail] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    failing: bool = False
    phones_failing: bool = False
    down_for: Callable[[str], bool] = lambda _: False

    def send_text_message(self, **request: Any) -> dict[str, str]:
        return self._take_text(request, is_call=False)

    def send_voice_message(self, **request: Any) -> dict[str, str]:
        return self._take_text(request, is_call=True)

    def _take_text(self, request: dict[str, Any], *, is_call: bool) -> dict[str, str]:
        if self.phones_failing:
            raise ConnectionError("the phone network is down")
        to, said = request["DestinationPhoneNumber"], request["MessageBody"]
        self.texts.append(Text(to, said, is_call, request["Context"]))
        return {"MessageId": ids.new()}

    def send_email(self, **request: Any) -> dict[str, str]:
        to = request["Destination"]["ToAddresses"]
        if self.failing or self.down_for(to[0]):
            raise ConnectionError("mail is down")
        raw = request["Content"]["Raw"]["Data"]
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        assert text and html
        assert [message["To"]] == to
        self.mails.append(
            Mail(
                to=str(message["To"]),
                subject=str(message["Subject"]),
                text=text.get_content(),
                html=html.get_content(),
                headers={name: str(value) for name, value in message.items()},
                tags={tag["Name"]: tag["Value"] for tag in request["EmailTags"]},
                raw=raw,
            )
        )
        return {"MessageId": ids.new()}

    def deliver(self) -> list[Mail]:
        """Run the real sweep: everything due is sent, every clock that ran out is handled.

        Gives the mails of this delivery.
        """
        import app

        before = len(self.mails)
        app.sweep_now()
        return self.mails[before:]

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]
