"""What bringing a roster in would change. Pure: nothing is read or written here.

Pupils are the same when their UPN is, else their number in the school's system, else, for pupils
without either, when nobody else in the school or the file has their name. Two of one name are never
guessed apart: they are told instead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from chalicelib.people.model import Contact, Pupil, year_label
from chalicelib.people.rosters.model import Adult, Child, Problem, Roster, identities


@dataclass(frozen=True)
class Known:
    """A pupil who is here, or was. `listed` are the contacts that an earlier file brought."""

    pupil: Pupil
    class_name: str
    upn: str = ""
    key: str = ""
    has_left: bool = False
    listed: frozenset[str] = frozenset()
    keys_of_contacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """A pupil who stays, and what becomes different, in words that name nobody."""

    known: Known
    child: Child
    what: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a roster would do here."""

    joiners: tuple[Child, ...] = ()
    changed: tuple[Changed, ...] = ()
    same: int = 0
    missing: tuple[Known, ...] = ()  # here, and not in the file
    problems: tuple[Problem, ...] = ()
    left_out: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not (self.joiners or self.changed)


def compare(roster: Roster, here: Sequence[Known]) -> Plan:
    """What the roster would change among the pupils who are here, and who were."""
    match = _Matcher(here, roster.children)
    joiners: list[Child] = []
    changed: list[Changed] = []
    problems = list(roster.problems)
    same, found = 0, set()
    for child in roster.children:
        known = match.of(child)
        if known is _Doubt.TWO:
            message = "Two pupils have this name, and the file has no UPN to tell them apart"
            problems.append(Problem(0, child.class_name, message))
        elif known is None:
            joiners.append(child)
        else:
            found.add(known.pupil.id)
            what = tuple(differences(known, child))
            if what:
                changed.append(Changed(known, child, what))
            else:
                same += 1
    unsettled = {known.pupil.id for known in match.unsettled}
    missing = tuple(
        each
        for each in here
        if not each.has_left
        and each.pupil.id not in found | unsettled
        and roster.unread.isdisjoint(identities(each.upn, each.key, each.pupil.name))
    )
    return Plan(tuple(joiners), tuple(changed), same, missing, tuple(problems), roster.left_out)


def is_many(plan: Plan, share: float) -> bool:
    """Whether more than three and more than this share of the pupils here are missing at once: a
    fault of the list more often than it is true.
    """
    here = plan.same + len(plan.changed) + len(plan.missing)
    return len(plan.missing) > max(3, share * here)


def differences(known: Known, child: Child) -> Iterator[str]:
    """What would become different for a pupil, in words without names of people."""
    pupil = known.pupil
    if known.has_left:
        yield "comes back"
    if (pupil.given_name, pupil.family_name) != (child.given_name, child.family_name):
        yield "has another name"
    if known.class_name != child.class_name:
        yield f"moves from {known.class_name} to {child.class_name}"
    if pupil.year_group != child.year_group:
        yield f"moves from {year_label(pupil.year_group)} to {year_label(child.year_group)}"
    if (child.upn and known.upn != child.upn) or (child.key and known.key != child.key):
        yield "gets a number"
    ties = contacts_after(known, child)
    if ties.added:
        yield f"{_count(len(ties.added), 'contact')} more"
    if ties.changed:
        yield f"{_count(len(ties.changed), 'contact')} changed"
    if ties.ended:
        yield f"{_count(len(ties.ended), 'contact')} no longer listed"


@dataclass(frozen=True)
class Ties:
    """A pupil's contacts after a roster: who comes, who changes, who is no longer listed."""

    added: tuple[Adult, ...]
    changed: tuple[tuple[Contact, Adult], ...]
    kept: tuple[Contact, ...]  # as they are: also those that people here entered themselves
    ended: tuple[Contact, ...]


def contacts_after(known: Known, child: Child) -> Ties:
    """How a pupil's contacts change. Only contacts that a file brought can end by one."""
    left = {_identity(known, each): each for each in known.pupil.contacts}
    by_name = Counter(each.name.casefold() for each in known.pupil.contacts)
    added, changed, kept = [], [], []
    for adult in child.contacts:
        contact = left.pop(adult.identity, None)
        if contact is None and by_name[adult.name.casefold()] == 1:
            # The same name at the same pupil with another address: their address changed.
            contact = next(
                (each for each in left.values() if each.name.casefold() == adult.name.casefold()),
                None,
            )
            if contact:
                left.pop(_identity(known, contact))
        if contact is None:
            added.append(adult)
        elif _says(contact) != _told(adult) or contact.id not in known.listed:
            changed.append((contact, adult))
        else:
            kept.append(contact)
    ended = [each for each in left.values() if each.id in known.listed]
    kept += [each for each in left.values() if each.id not in known.listed]
    return Ties(tuple(added), tuple(changed), tuple(kept), tuple(ended))


def _identity(known: Known, contact: Contact) -> str:
    key = known.keys_of_contacts.get(contact.id, "")
    return f"key:{key}" if key else f"{contact.name.casefold()}|{contact.email.casefold()}"


def _says(contact: Contact) -> tuple[str, str, str, bool, bool]:
    return (
        contact.name,
        contact.email,
        contact.relationship,
        contact.parental_responsibility,
        contact.do_not_contact,
    )


def _told(adult: Adult) -> tuple[str, str, str, bool, bool]:
    return (
        adult.name,
        adult.email,
        adult.relationship,
        adult.parental_responsibility,
        adult.do_not_contact,
    )


class _Doubt(Enum):
    """It could be one or the other."""

    TWO = "two"


class _Matcher:
    """Finds who of those here a pupil of the file is."""

    def __init__(self, here: Sequence[Known], children: Iterable[Child]) -> None:
        self._by_upn = {each.upn: each for each in here if each.upn}
        self._by_key = {each.key: each for each in here if each.key}
        self._by_name: dict[str, list[Known]] = {}
        for each in here:
            self._by_name.setdefault(each.pupil.name.casefold(), []).append(each)
        self._names = Counter(child.name.casefold() for child in children)
        self.unsettled: list[Known] = []

    def of(self, child: Child) -> Known | _Doubt | None:
        if child.upn and child.upn in self._by_upn:
            return self._by_upn[child.upn]
        if child.key and child.key in self._by_key:
            return self._by_key[child.key]
        alike = [
            each
            for each in self._by_name.get(child.name.casefold(), [])
            if not (child.upn and each.upn) and not (child.key and each.key)
        ]
        if not alike:
            return None
        if len(alike) > 1 or self._names[child.name.casefold()] > 1:
            self.unsettled += alike
            return _Doubt.TWO
        return alike[0]


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
