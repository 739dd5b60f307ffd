"""Campaigns, their rolls, and which campaign asks for which child."""

from collections.abc import Iterator, Sequence

from chalicelib import clock
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.rows import CampaignRow, PupilRow, RollRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Key, Transaction, every, get, together

_BATCH = 100


def add(tx: Transaction, school: SchoolId, campaign: Campaign, pupils: Sequence[str]) -> None:
    """File a new campaign and its roll. A second press of the button is a Conflict."""
    row = CampaignRow(
        school,
        _campaign_key(campaign.id),
        template=campaign.template,
        template_version=campaign.template_version,
        year=campaign.year,
        classes=list(campaign.classes),
        started_by=campaign.started_by,
        started_at=clock.stamp(campaign.started_at),
        total=campaign.total,
        done=campaign.done,
        version=0,
    )
    row.seal({"class_names": list(campaign.class_names)})
    tx.create(row)
    tx.create(RollRow(school, f"roll#{campaign.id}", pupils=list(pupils)))


def campaign(school: SchoolId, campaign_id: str) -> Campaign | None:
    row = get(CampaignRow, school, _campaign_key(campaign_id))
    return _campaign(row) if row else None


def all_of(school: SchoolId) -> Iterator[Campaign]:
    """All campaigns of a school, newest first."""
    for row in every(CampaignRow, school, "campaign#", newest_first=True, consistent=True):
        yield _campaign(row)


def roll(school: SchoolId, campaign_id: str) -> tuple[str, ...]:
    row = get(RollRow, school, f"roll#{campaign_id}")
    return tuple(row.pupils) if row else ()


def move_on(tx: Transaction, school: SchoolId, campaign: Campaign) -> None:
    """The next pupil of the campaign is dealt with: by this transaction or by no other."""
    tx.update(
        CampaignRow,
        school,
        _campaign_key(campaign.id),
        set={"done": campaign.done + 1},
        condition=CampaignRow.done == campaign.done,
    )


def claim(tx: Transaction, school: SchoolId, request_id: RequestId, kind: str) -> None:
    """Note that this campaign asks for this child: a Conflict when another does already."""
    tx.create(PupilRow(school, _pupil_key(request_id, kind), campaign=request_id.campaign))


def release(tx: Transaction, school: SchoolId, request_id: RequestId, kind: str) -> None:
    """Let another campaign ask for this child."""
    tx.delete(PupilRow, school, _pupil_key(request_id, kind))


def claims(school: SchoolId, year: str, kind: str, pupils: Sequence[str]) -> dict[str, str]:
    """Which campaign asks already, by pupil."""
    found: dict[str, str] = {}
    for start in range(0, len(pupils), _BATCH):
        some = pupils[start : start + _BATCH]
        keys = [
            Key(PupilRow, school, _pupil_key(RequestId(year, "", pupil), kind)) for pupil in some
        ]
        for pupil, row in zip(some, together(*keys), strict=True):
            if isinstance(row, PupilRow):
                found[pupil] = row.campaign
    return found


def asked_of(school: SchoolId, who: str) -> list[RequestId]:
    """Every request that counts for somebody, of all years, oldest first."""
    found = []
    for row in every(PupilRow, school, f"pupil#{who}#", consistent=True):
        _, _, year, _ = row.sk.split("#")
        found.append(RequestId(year, row.campaign, who))
    return sorted(found, key=lambda one: one.campaign)


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        id=row.sk.removeprefix("campaign#"),
        template=row.template,
        template_version=int(row.template_version),
        year=row.year,
        classes=tuple(row.classes),
        class_names=tuple(row.unseal().get("class_names", ())),
        started_by=row.started_by,
        started_at=clock.parse(row.started_at),
        total=int(row.total),
        done=int(row.done),
    )


def _campaign_key(campaign_id: str) -> str:
    return f"campaign#{campaign_id}"


def _pupil_key(request_id: RequestId, kind: str) -> str:
    return f"pupil#{request_id.pupil}#{request_id.year}#{kind}"
