"""Taking agreements and consents away for good: what two people confirmed (R-RET 2)."""

from collections.abc import Callable, Collection, Sequence

from chalicelib import clock
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository.links import Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.rows import (
    AgreementEventRow,
    CampaignRow,
    ChoicesRow,
    ClassAgreementRow,
    ConfirmRow,
    LinkRow,
    PupilRow,
    RequestRow,
    RollRow,
    RoundRow,
    SignatureRow,
)
from chalicelib.ids import SchoolId
from chalicelib.storage import Row, Transaction, erase, every, get, transaction

_AT_ONCE = 90  # writes of one transaction, with room to spare
_OF_CONSENTS = frozenset({Purpose.CHOICES, Purpose.EVENT})
_OF_A_CLASS = "class"  # the template of what a class wrote itself


def remove(tx: Transaction, school: SchoolId, before: Record) -> None:
    """Take away a request, unless it changed since it was read (a Conflict then), with what says
    that its campaign asks for that person, whatever round of asking it was.
    """
    asked = before.request.id
    tx.delete(
        RequestRow,
        school,
        f"request#{asked.year}#{asked.campaign}#{asked.pupil}",
        condition=RequestRow.version == before.version,
    )
    for row in every(PupilRow, school, f"pupil#{asked.pupil}#{asked.year}#", consistent=True):
        if row.campaign == asked.campaign:
            tx.delete(PupilRow, school, row.sk)


def remove_rest(school: SchoolId, asked: RequestId) -> None:
    """Take away the signatures and the history of a request that is gone."""
    erase(SignatureRow, school, f"signature#{asked.campaign}#{asked.pupil}#")
    erase(AgreementEventRow, school, f"agreement#{asked.campaign}-{asked.pupil}#event#")


def remove_campaign(school: SchoolId, campaign: str) -> None:
    """Take away a campaign whose requests are gone, with everything that a death left of them:
    every link that was ever made for it, and of what a class wrote the mails to read it.
    """
    erase(SignatureRow, school, f"signature#{campaign}#")
    erase(AgreementEventRow, school, f"agreement#{campaign}-")
    row = get(CampaignRow, school, f"campaign#{campaign}")
    year, versions = "", set()
    if row is not None and row.template == _OF_A_CLASS:
        year = row.year
        versions = {f"{each}.{int(row.template_version)}" for each in row.classes}
        _end_rounds(school, {f"class/{each}" for each in versions})
    _remove_links(
        school,
        lambda link: link.campaign == campaign or (link.year == year and link.campaign in versions),
    )
    with transaction() as tx:
        tx.delete(RollRow, school, f"roll#{campaign}")
        tx.delete(CampaignRow, school, f"campaign#{campaign}")


def _end_rounds(school: SchoolId, about: Collection[str]) -> None:
    """The mails with which parents got a class's agreement to read, once no link of them works."""
    now = clock.stamp(clock.now())
    gone = {
        row.sk.removeprefix("round#")
        for row in every(RoundRow, school, "round#", consistent=True)
        if row.about in about and row.ends_at <= now
    }
    for kept in every(ClassAgreementRow, school, "class#", consistent=True) if gone else ():
        if gone.intersection(told := list(kept.told or ())):
            with transaction() as tx:
                tx.update(
                    ClassAgreementRow,
                    school,
                    kept.sk,
                    set={"told": [one for one in told if one not in gone]},
                    add={"version": 1},
                    condition=ClassAgreementRow.version == int(kept.version or 0),
                )
    _delete(school, [key for one in sorted(gone) for key in _round(one)])


def _round(one: str) -> tuple[tuple[type[Row], str], ...]:
    return (RollRow, f"roll#{one}"), (RoundRow, f"round#{one}")


def _remove_links(school: SchoolId, which: Callable[[LinkRow], bool]) -> None:
    """Take away links, codes that stand for them, and the tries to name their children. Every link
    of the school is read: it is done once for a whole campaign.
    """
    found: list[tuple[type[Row], str]] = []
    for link in every(LinkRow, school, "link#", consistent=True):
        if which(link):
            digest = link.sk.removeprefix("link#")
            if link.confirm:
                found += [(ConfirmRow, f"confirm#{digest}#{who}") for who in _people(link)]
            found.append((LinkRow, link.sk))
    _delete(school, found)


def _people(link: LinkRow) -> list[str]:
    return list(link.signs or (link.pupil,))


def _delete(school: SchoolId, rows: Sequence[tuple[type[Row], str]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        with transaction() as tx:
            for row, sk in rows[start : start + _AT_ONCE]:
                tx.delete(row, school, sk)


# --- consents -------------------------------------------------------------------------------------


def remove_choices(tx: Transaction, school: SchoolId, who: str, version: int) -> None:
    tx.delete(ChoicesRow, school, f"choices#{who}", condition=ChoicesRow.version == version)


def remove_consent_rest(school: SchoolId, who: str) -> None:
    """Take away what happened to consents that are gone, the links to them, and whom mails about
    events were about. A link that is for others too stays theirs.
    """
    erase(AgreementEventRow, school, f"consent#{who}#event#")
    for link in every(LinkRow, school, "link#", consistent=True):
        if link.purpose in _OF_CONSENTS and who in (link.pupil, *_people(link)):
            _forget_in_link(school, link, who)
    events = {
        f"roll#{row.sk.removeprefix('round#')}"
        for row in every(RoundRow, school, "round#", consistent=True)
        if row.purpose in _OF_CONSENTS
    }
    for roll in sorted(events):
        _forget_in_roll(school, roll, who)


def _forget_in_link(school: SchoolId, link: LinkRow, who: str) -> None:
    others = {one: contact for one, contact in (link.signs or {}).items() if one != who}
    with transaction() as tx:
        if not others:
            tx.delete(LinkRow, school, link.sk)
            return
        pupil, contact = next(iter(others.items()))
        tx.update(
            LinkRow, school, link.sk, set={"signs": others, "pupil": pupil, "contact": contact}
        )


def _forget_in_roll(school: SchoolId, roll: str, who: str) -> None:
    """Whoever's turn it was keeps their place: a round goes on by number."""
    row = get(RollRow, school, roll)
    if row is not None and any(who in signs for signs in row.pupils):
        left = [{k: v for k, v in signs.items() if k != who} for signs in row.pupils]
        with transaction() as tx:
            tx.update(RollRow, school, roll, set={"pupils": left})
