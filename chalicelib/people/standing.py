"""How somebody stands at a place, as lists of people say it."""

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.identity.model import Member
from chalicelib.web import words


@dataclass(frozen=True)
class Standing:
    """A few words and the colour of their tag; `more` is the date that goes with them."""

    said: str
    colour: str
    more: str = ""


def of(member: Member, now: datetime, today: date) -> Standing | None:
    """None for somebody who simply has access."""
    if member.invited_until is not None:
        if now >= member.invited_until:
            return Standing("Invitation over", "red", "send it again")
        return Standing("Invited", "blue", f"until {words.london(member.invited_until)}")
    if member.disabled_at is not None:
        since = words.london_date(member.disabled_at)
        return Standing("No access", "red", f"not used, since {since}")
    if member.ends_on is None:
        return None
    if today > member.ends_on:
        return Standing("Ended", "grey", f"on {words.short_date(member.ends_on)}")
    return Standing("Guest", "purple", f"until {words.short_date(member.ends_on)}")
