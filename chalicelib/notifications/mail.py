"""Building one mail: text and HTML from a template, headers that cannot be injected (R39, R40)."""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from chalicelib import clock, config
from chalicelib.web import render

_NOT_AN_ID = re.compile(r"[^a-z0-9-]")
_PLAIN = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+\Z", re.ASCII)


def build(*, template: str, to: str, values: Mapping[str, str], reference: str) -> EmailMessage:
    """The mail that template `emails/<template>/` makes of `values` for one address.

    `reference` is the message's id: it is the Message-ID, so that a mail sent twice by a crash
    shows as one. Raises ValueError when a header would hold a line break, or for an address that
    SES cannot mail to.
    """
    name, sender = parseaddr(config.mail_from())
    user, _, domain = sender.partition("@")
    mail = EmailMessage()
    mail["From"] = Address(display_name=name, username=user, domain=domain)
    mail["To"] = Address(addr_spec=_as_ascii(to))
    mail["Subject"] = " ".join(_part(template, "subject", values).split())
    mail["Date"] = format_datetime(clock.now())
    if not (id_ := _NOT_AN_ID.sub("", reference.lower()).strip("-")):
        raise ValueError("no reference to know the mail by")
    mail["Message-ID"] = f"<{id_}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_part(template, "text", values))
    mail.add_alternative(_part(template, "html", values), subtype="html")
    return mail


def _as_ascii(address: str) -> str:
    """The address with its domain as the mail system spells it; SES takes no other."""
    user, _, domain = address.rpartition("@")
    if not domain.isascii():
        import idna  # few addresses need it

        domain = idna.encode(domain, uts46=True).decode()
    if not _PLAIN.match(f"{user}@{domain}"):
        raise ValueError("not an address that mail can be sent to")
    return f"{user}@{domain}"


def _part(template: str, part: str, values: Mapping[str, str]) -> str:
    return render.render_mail(f"emails/{template}/{part}", **values)
