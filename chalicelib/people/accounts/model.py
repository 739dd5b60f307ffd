"""Signs by which filters know people, and the one rule of matching them: never guess (4.12).

An account counts before a device, a device before an address. A sign that two people share names
neither of them, and the weaker signs are not asked then either: a shared classroom computer with
nobody signed in is "several people", not whoever comes first.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_MAC = re.compile(r"[0-9a-f]{12}\Z")
_ACCOUNT = re.compile(r"[^\s\\@]{1,100}([\\@][^\s\\@]{1,200})?\Z")


class Sign(StrEnum):
    """What a filter names somebody by, strongest first. Stored words."""

    ACCOUNT = "account"
    DEVICE = "device"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        return {"account": "account", "device": "device", "address": "network address"}[self]


class SubjectKind(StrEnum):
    PUPIL = "pupil"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a sign belongs to: a pupil of the roster or a member of staff."""

    kind: SubjectKind
    id: str
    name: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def is_staff(self) -> bool:
        return self.kind is SubjectKind.STAFF


@dataclass(frozen=True, slots=True)
class Asked:
    """What an event says of whose it was. Empty and None mean that it does not say."""

    user: str = ""
    domain: str = ""
    devices: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def account(self) -> tuple[str, str]:
        """(user, domain), whether the filter wrote them apart or as one text."""
        try:
            user, domain = account(self.user)
        except ValueError:
            return self.user.strip().casefold(), self.domain.casefold()
        return user, domain or self.domain.casefold()


@dataclass(frozen=True, slots=True)
class Match:
    """Whose it was, by which sign; or that a sign is several people's, and then nobody's."""

    subject: Subject | None = None
    by: Sign | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Signs:
    """All the signs of one person, as their page shows them."""

    accounts: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.devices or self.addresses)


@dataclass(frozen=True, slots=True)
class Owner:
    """One entry under a looked-up sign: whose, and the domain if the roster names one."""

    subject: Subject
    domain: str = ""
    whole: bool = (
        False  # only the whole account counts: a mail address without its domain is a guess
    )


def account(typed: str) -> tuple[str, str]:
    r"""(user, domain) of `HILL\jo`, `jo@hill.example` or `jo`. Raises ValueError."""
    text = typed.strip().casefold()
    if not _ACCOUNT.match(text):
        raise ValueError(
            "Enter accounts like jo.marsh@school.example, SCHOOL\\jo.marsh or jo.marsh"
        )
    if "@" in text:
        user, _, domain = text.partition("@")
        return user, domain
    domain, _, user = text.rpartition("\\")
    return user, domain


def device(typed: str) -> str:
    """A device by its name or its MAC address, in one spelling."""
    text = typed.strip().casefold().rstrip(".")
    bare = re.sub(r"[:.\-]", "", text)
    if _MAC.match(bare):
        return f"mac:{bare}"
    if not text or len(text) > 100 or any(letter.isspace() for letter in text):
        raise ValueError("Enter a device by its name or its MAC address, without spaces")
    return text


def address(typed: str) -> str:
    """A network address in one spelling; raises ValueError for what is none."""
    try:
        return str(ipaddress.ip_address(typed.strip().strip("[]")))
    except ValueError as e:
        raise ValueError("Enter network addresses like 10.20.4.117") from e


def wanted(asked: Asked) -> list[tuple[Sign, str]]:
    """The signs to look up for an event, strongest first, without what nobody can read."""
    found: list[tuple[Sign, str]] = []
    if asked.user:
        found.append((Sign.ACCOUNT, asked.account[0]))
    for one in asked.devices:
        try:
            found.append((Sign.DEVICE, device(one)))
        except ValueError:
            continue
    for one in asked.addresses:
        try:
            found.append((Sign.ADDRESS, address(one)))
        except ValueError:
            continue
    return found


def decide(asked: Asked, owners: Mapping[tuple[Sign, str], Sequence[Owner]]) -> Match:
    """Whose an event is, by its strongest sign that anybody is known by."""
    signs = wanted(asked)
    for sign in Sign:
        found: list[Owner] = []
        for each, text in signs:
            if each is sign:
                found += owners.get((each, text), ())
        if sign is Sign.ACCOUNT:
            found = _of_domain(found, asked.account[1])
        if match := _one(found, sign):
            return match
        if sign is Sign.ACCOUNT and asked.user:
            # Somebody was signed in whom we do not know: whose the device is says nothing of them.
            return Match()
    return Match()


def _of_domain(found: Iterable[Owner], domain: str) -> list[Owner]:
    """A named domain must be the roster's; an entry or an event without one fits any."""
    every = list(found)
    exact = [owner for owner in every if domain and owner.domain == domain]
    return exact or [owner for owner in every if not owner.whole and not (domain and owner.domain)]


def _one(found: Sequence[Owner], sign: Sign) -> Match | None:
    subjects = {owner.subject.key: owner.subject for owner in found}
    if not subjects:
        return None
    if len(subjects) > 1:
        return Match(by=sign, shared=True)
    return Match(next(iter(subjects.values())), sign)
