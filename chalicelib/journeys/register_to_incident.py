"""From an entry of a register to an incident report: what was written there begins it.

A posting about the school, a message, a concern in a remote session may be an incident too (S111,
S180, S302). Nothing is reported by itself: a draft of the reporter's own is begun with the entry's
words, and they fill in the rest, guards and all.
"""

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents.forms.draft import Step
from chalicelib.incidents.service import drafting
from chalicelib.registers.model.entry import said
from chalicelib.registers.service import acting, hands, reading
from chalicelib.registers.service.hands import Hand
from chalicelib.registers.service.reading import Opened
from chalicelib.web import Pages, Response, redirect

pages = Pages(__name__)


@pages.post(
    "/s/{school}/registers/{register}/{entry}/incident",
    access=school(Permission.SUBMIT_INCIDENT),
)
def begin(staff: SchoolAccess, register: str, entry: str) -> Response:
    """Begin a report, note on the entry that it was begun, and go to its first page."""
    hand = hands.of(staff)
    opened = reading.open_entry(hand, register, entry)
    if not opened.definition.incident:
        raise NotFound
    record = ids.new()
    acting.note(hand, register, entry, "A report of an incident was begun from here.")
    drafting.save(staff.school, staff.actor, record, _begun(hand, opened))
    return redirect(f"/s/{staff.school}/incidents/new/{record}/{Step.WHAT}")


def _begun(hand: Hand, opened: Opened) -> dict[str, list[str]]:
    """The page that asks for what happened, filled in with the entry's words."""
    definition, entry = opened.definition, opened.entry
    lines = [f"From the register {definition.title}, {entry.reference}."]
    for key in definition.incident:
        field, text = definition.field(key), said(definition, key, entry.answers)
        if field and text and hands.may_see(hand, definition, entry, field):
            lines.append(f"{field.label} {text}")
    page = Step.ACCOUNT
    return {f"{page}:": ["sent"], f"{page}:description": ["\n".join(lines)]}
