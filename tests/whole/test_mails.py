"""No mail of the application tells anything of a case or a child (R39, R40).

The world's making has sent one of nearly every kind; each is read as its reader and every server
on its way would: all parts, all headers.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterator

from tests.doubles import Mail
from tests.whole.world import World, canary


def parts(mail: Mail) -> Iterator[str]:
    """Every header but who it is to, and every body, decoded."""
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    for name, value in message.items():
        if name != "To":
            yield f"{name}: {value}"
    for part in message.walk():
        if not part.is_multipart():
            yield part.get_content()


def test_no_mail_holds_anything_of_a_case(world: World, figure: Callable[[str], None]) -> None:
    """Neither a name, nor a class, a site, a search, nor any word that somebody typed."""
    marks = [canary(place.key).lower() for place in world.places]
    wrong = [
        (mail.subject, mark)
        for mail in world.mailbox.mails
        for text in parts(mail)
        for mark in marks
        if mark in text.lower()
    ]

    figure(f"mails: {len(world.mailbox.mails)} read, {len(wrong)} telling")
    assert not wrong
    assert len(world.mailbox.mails) > 15


def test_no_mail_names_what_happened(world: World) -> None:
    """No kind of incident, no theme of an alert."""
    words = re.compile(
        r"pornograph|grooming|bullying|self-harm|suicide|extremis|gambling|violence|abuse|drugs",
        re.IGNORECASE,
    )
    for mail in world.mailbox.mails:
        for text in parts(mail):
            assert not words.search(text), mail.subject


def test_every_mail_is_automatic_and_fetches_nothing(world: World) -> None:
    """Marked so that no holiday message answers it; no picture, no counter, only our links."""
    for mail in world.mailbox.mails:
        assert "auto-generated" == mail.headers["Auto-Submitted"]
        assert not re.search(r"<img|<script|<link|url\(|@import", mail.html)
        links = re.findall(r"https?://[^\s\"'<>]+", mail.html + mail.text)
        assert links and all(link.startswith("http://localhost:8000/") for link in links)


def test_a_token_stands_in_a_path_and_nowhere_else(world: World) -> None:
    """Not in a query, a header or a subject, where it would be logged on the way (R20)."""
    for mail in world.mailbox.mails:
        secrets = re.findall(r"/(?:a|signin/link)/[a-z0-9]{16}\.([\w-]{43})", mail.text)
        for secret in secrets:
            head = mail.raw.split(b"\n\n", 1)[0].decode()
            assert secret not in head
            assert not re.search(rf"\?[^\s]*{re.escape(secret)}", mail.text + mail.html)
