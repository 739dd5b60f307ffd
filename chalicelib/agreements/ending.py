"""Agreements and consents that are over: which they are, and taking them away (R-RET 4, S292).

An agreement is in use until every pupil in it has left, or whoever is in it was asked for a later
year; a consent until its pupil has left. What a member of staff said stays: when they left is not
known here.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from chalicelib import figures
from chalicelib.agreements import counting, library
from chalicelib.agreements.consents import repository as consents
from chalicelib.agreements.consents import service as consenting
from chalicelib.agreements.repository import removing, requests
from chalicelib.agreements.repository.requests import Record
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.storage import transaction

_A_PASS = 50  # people of a campaign that are taken away in one go


@dataclass(frozen=True)
class Over:
    """What is over, under the id it is taken away by."""

    id: str
    title: str
    reference: str
    ended_on: date
    fingerprint: str


# --- agreements, a campaign at a time -------------------------------------------------------------


def campaigns_over(school: SchoolId, left: Mapping[str, date]) -> Iterator[Over]:
    """Every campaign that nobody at the school goes by any more.

    `left` are the pupils who left and when; whoever is not among them may be there still.
    """
    groups: dict[tuple[str, str], list[Record]] = {}
    latest: dict[tuple[str, str], str] = {}
    for record in requests.every_one(school):
        asked = record.request.id
        groups.setdefault((asked.year, asked.campaign), []).append(record)
        whose = (asked.pupil, _kind(record))
        latest[whose] = max(latest.get(whose, ""), asked.year)
    for (year, campaign), records in sorted(groups.items()):
        found = [each.request.id.pupil for each in records]
        in_use = any(
            each.request.id.pupil not in left and latest[each.request.id.pupil, _kind(each)] <= year
            for each in records
        )
        if in_use:
            continue
        gone = [left[each] for each in found if each in left]
        yield Over(
            f"{year}~{campaign}",
            library.titles().get(records[0].request.template, "Agreement"),
            f"{year}, {len(records)} asked",
            max([date(int(year[:4]) + 1, 8, 31), *gone]),
            _fingerprint(records),
        )


def _kind(record: Record) -> str:
    template = record.request.template
    return library.kind(template) if library.is_key(template) else template


def _fingerprint(records: list[Record]) -> str:
    heads = "".join(sorted(each.head.hash for each in records))
    return hashlib.sha256(heads.encode()).hexdigest()


def campaign_is_there(school: SchoolId, key: str) -> bool:
    year, _, campaign = key.partition("~")
    return any(True for _ in requests.requests(school, year, campaign))


def take_campaign_away(school: SchoolId, key: str) -> bool:
    """Take away a campaign's requests, signatures, links and histories, the next people of it;
    False while some are left. Safe to repeat after a death: it goes on with what there is.

    The texts that were signed stay: they name nobody.
    """
    year, _, campaign = key.partition("~")
    some = list(islice(requests.requests(school, year, campaign), _A_PASS + 1))
    for record in some[:_A_PASS]:
        with transaction() as tx:
            removing.remove(tx, school, record)
            figures.leave_behind(tx, school, counting.counted(record))
        removing.remove_rest(school, record.request.id)
    if len(some) > _A_PASS:
        return False
    removing.remove_campaign(school, campaign)
    return True


# --- consents, a pupil at a time ------------------------------------------------------------------


def consents_over(
    school: SchoolId, left: Mapping[str, date], whose: Collection[str] | None = None
) -> Iterator[Over]:
    """What was said about every pupil who has left, or about some."""
    found = consents.of_everybody(school) if whose is None else consents.of_some(school, whose)
    for who, kept in found.items():
        if who in left:
            yield Over(who, "Consents", "of a pupil who has left", left[who], kept.head.hash)


def consent_is_there(school: SchoolId, who: str) -> bool:
    return consents.kept(school, who).version >= 0


def take_consents_away(school: SchoolId, who: str, fingerprint: str) -> bool:
    """Take away what was said about a pupil; False when it has changed since. Safe to repeat."""
    kept = consents.kept(school, who)
    if kept.version >= 0:
        if kept.head.hash != fingerprint:
            return False
        try:
            with transaction() as tx:
                removing.remove_choices(tx, school, who, kept.version)
                figures.leave_behind(tx, school, consenting.counted(kept.choices))
        except Conflict:
            return False
    removing.remove_consent_rest(school, who)
    return True
