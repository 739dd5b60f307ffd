"""Taking agreements and consents away for good: what two people confirmed (R-RET 2)."""

from collections.abc import Sequence

from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.rows import (
    AgreementEventRow,
    CampaignRow,
    ChoicesRow,
    LinkRow,
    PupilRow,
    RequestRow,
    RollRow,
    SignatureRow,
)
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, erase, transaction


def remove_rest(school: SchoolId, asked: RequestId, links: Sequence[str]) -> None:
    """Take away the signatures, links and history of a request, while it still stands."""
    erase(SignatureRow, school, f"signature#{asked.campaign}#{asked.pupil}#")
    erase(AgreementEventRow, school, f"agreement#{asked.campaign}-{asked.pupil}#event#")
    with transaction() as tx:
        for link in dict.fromkeys(filter(None, links)):
            tx.delete(LinkRow, school, f"link#{link}")


def remove(tx: Transaction, school: SchoolId, before: Record, kind: str) -> None:
    """Take away a request, unless it changed since it was read: a Conflict then."""
    asked = before.request.id
    tx.delete(
        RequestRow,
        school,
        f"request#{asked.year}#{asked.campaign}#{asked.pupil}",
        condition=RequestRow.version == before.version,
    )
    tx.delete(PupilRow, school, f"pupil#{asked.pupil}#{asked.year}#{kind}")


def remove_campaign(school: SchoolId, campaign: str) -> None:
    with transaction() as tx:
        tx.delete(CampaignRow, school, f"campaign#{campaign}")
        tx.delete(RollRow, school, f"roll#{campaign}")


def remove_choices(tx: Transaction, school: SchoolId, who: str, version: int) -> None:
    tx.delete(ChoicesRow, school, f"choices#{who}", condition=ChoicesRow.version == version)


def remove_consent_history(school: SchoolId, who: str) -> None:
    erase(AgreementEventRow, school, f"consent#{who}#event#")
