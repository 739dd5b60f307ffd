"""Lists, one entry with all that happened to it, what can be chosen from, and searching."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib import clock
from chalicelib.audit import Event
from chalicelib.errors import NotAllowed
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId
from chalicelib.registers.model import answers as answering
from chalicelib.registers.model.definition import Definition, Field, Phase, Type
from chalicelib.registers.model.entry import Entry, term_label
from chalicelib.registers.model.offers import Offers
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.repository.lines import Line, LinePage
from chalicelib.registers.service import definitions, hands
from chalicelib.registers.service.hands import Hand
from chalicelib.tenancy import calendar
from chalicelib.tenancy.calendar import Calendar

PAGE = 50
_LOOKED_AT = 1000  # lines that one filtered page may read
_SEARCHED = 200  # lines of each register that a search reads, the newest
_OFFERED = 100  # entries of another register to choose from, the newest


@dataclass(frozen=True)
class Opened:
    """An entry as its page has it."""

    definition: Definition
    entry: Entry
    seen: int
    history: list[Event]
    names: Mapping[str, str]


def page_of(
    hand: Hand,
    definition: Definition,
    *,
    phase: str = "",
    wanted: Mapping[str, str] | None = None,
    cursor: str = "",
) -> LinePage:
    """A page of a register's list, newest first, of a phase and with certain answers."""
    if not hands.may_list(hand, definition):
        hands.require(hands.may_list_current(hand, definition))
        phase = Phase.CURRENT
    listing = phase if phase in set(Phase) else lines.ALL
    wanted = {key: value for key, value in (wanted or {}).items() if value}
    if not wanted:
        return lines.page_in(hand.school, definition.key, listing, cursor=cursor, most=PAGE)
    return _filtered(hand.school, definition.key, listing, wanted, cursor)


def open_entry(hand: Hand, register: str, entry_id: str) -> Opened:
    """Raises NotFound, and NotAllowed for whom it does not concern."""
    stored = entries.load(hand.school, register, entry_id)
    current = definitions.of(hand.school).get(register)
    definition = definitions.for_entry(hand.school, current, stored.entry)
    if not hands.may_read(hand, definition, stored.entry):
        raise NotAllowed
    return Opened(
        definition,
        stored.entry,
        stored.head.number,
        entries.history(hand.school, entry_id),
        {each.person: each.name for each in identity.members(hand.school)},
    )


def kept_until(definition: Definition, entry: Entry) -> date | None:
    """When the time it is kept for is over; None while it has not begun."""
    since = entry.added_at if definition.keep.after == "added" else entry.ended_at
    if since is None:
        return None
    return definition.keep.period.from_day(clock.london(since).date(), Calendar())


def offers(hand: Hand, asked: Iterable[Field], today: date) -> Offers:
    """What the questions of a form offer, read only as far as they ask for it."""
    asked = tuple(asked)
    types = {each.type for each in asked}
    people = identity.members(hand.school) if types & {Type.PERSON, Type.PEOPLE} else []
    registers = {each.register for each in asked if each.register}
    return Offers(
        people=tuple(sorted(((each.person, each.name) for each in people), key=lambda p: p[1])),
        terms=_terms(today) if Type.TERM in types else (),
        entries={key: _entries(hand, key) for key in registers},
    )


@dataclass(frozen=True)
class Found:
    """What a search found in one register; `more` when not all of it was looked at."""

    definition: Definition
    lines: tuple[Line, ...]
    more: bool


def search(hand: Hand, text: str) -> list[Found]:
    """Entries whose words contain all the words of a text, in the registers one may list.

    Names and texts are sealed, so there is no index of them: the newest lines of each register are
    opened and looked through.
    """
    words = text.casefold().split()
    found = []
    counts = lines.tally(hand.school)
    for definition in definitions.of(hand.school).on.values():
        if not words or definition.key not in counts:
            continue
        if not hands.may_list_current(hand, definition):
            continue
        listing = lines.ALL if hands.may_list(hand, definition) else Phase.CURRENT
        page = lines.page_in(hand.school, definition.key, listing, most=_SEARCHED)
        hits = tuple(line for line in page.lines if all(word in line.words for word in words))
        if hits:
            found.append(Found(definition, hits, bool(page.next)))
    return found


def _filtered(
    school: SchoolId, register: str, listing: str, wanted: Mapping[str, str], cursor: str
) -> LinePage:
    """Pages are read until one is full: where it stops, the next begins."""
    kept: list[Line] = []
    for _ in range(_LOOKED_AT // PAGE):
        page = lines.page_in(school, register, listing, cursor=cursor, most=PAGE)
        kept += [line for line in page.lines if _has(line, wanted)]
        cursor = page.next
        if not cursor or len(kept) >= PAGE // 2:
            break
    return LinePage(tuple(kept), cursor)


def _has(line: Line, wanted: Mapping[str, str]) -> bool:
    for key, value in wanted.items():
        people = answering.people_in(line.answers, key)
        if value not in (people or answering.given(line.answers, key)):
            return False
    return True


def _terms(today: date) -> tuple[tuple[str, str], ...]:
    """This term and those of two years to come."""
    years = dict.fromkeys(
        calendar.academic_year(today + timedelta(days=365 * ahead)) for ahead in range(3)
    )
    terms = [term for year in years for term in calendar.usual_terms(year) if term.last_on >= today]
    return tuple((term.key, term_label(term.key)) for term in terms)


def _entries(hand: Hand, register: str) -> tuple[tuple[str, str], ...]:
    """The newest entries of a register, as far as somebody may see them anyway."""
    definition = definitions.of(hand.school).find(register)
    if definition is None or not hands.may_list_current(hand, definition):
        return ()
    listing = lines.ALL if hands.may_list(hand, definition) else Phase.CURRENT
    page = lines.page_in(hand.school, register, listing, most=_OFFERED)
    return tuple((line.id, f"{line.name} ({line.reference})") for line in page.lines)
