"""Campaigns, their rolls, and which campaign asks for which child."""

from collections.abc import Iterator, Mapping

from chalicelib import clock
from chalicelib.agreements.campaign import Campaign, Roll
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.rows import CampaignRow, PupilRow, RollRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Key, Transaction, every, get, together

_BATCH = 100


def add(tx: Transaction, school: SchoolId, campaign: Campaign, roll: Roll) -> None:
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
    tx.create(
        RollRow(
            school,
            f"roll#{campaign.id}",
            pupils=list(roll.people),
            households=list(roll.households),
        )
    )


def campaign(school: SchoolId, campaign_id: str) -> Campaign | None:
    row = get(CampaignRow, school, _campaign_key(campaign_id))
    return _campaign(row) if row else None


def all_of(school: SchoolId) -> Iterator[Campaign]:
    """All campaigns of a school, newest first."""
    for row in every(CampaignRow, school, "campaign#", newest_first=True, consistent=True):
        yield _campaign(row)


def roll(school: SchoolId, campaign_id: str) -> Roll:
    row = get(RollRow, school, f"roll#{campaign_id}")
    if row is None:
        return Roll((), ())
    return Roll(tuple(row.pupils), tuple(row.households or (1 for _ in row.pupils)))


def move_on(tx: Transaction, school: SchoolId, campaign: Campaign, by: int) -> None:
    """The next household of the campaign is dealt with: by this transaction or by no other."""
    tx.update(
        CampaignRow,
        school,
        _campaign_key(campaign.id),
        set={"done": campaign.done + by},
        condition=CampaignRow.done == campaign.done,
    )


def claim(tx: Transaction, school: SchoolId, request_id: RequestId, kind: str) -> None:
    """Note that this campaign asks for this person: a Conflict when another does already."""
    tx.create(PupilRow(school, _pupil_key(request_id, kind), campaign=request_id.campaign))


def release(tx: Transaction, school: SchoolId, request_id: RequestId, kind: str) -> None:
    """Let another campaign ask for this person."""
    tx.delete(PupilRow, school, _pupil_key(request_id, kind))


def claims(school: SchoolId, year: str, kinds: Mapping[str, str]) -> dict[str, str]:
    """Which campaign asks already, by person; `kinds` says of what each would be asked."""
    found: dict[str, str] = {}
    wanted = [(who, _pupil_key(RequestId(year, "", who), kind)) for who, kind in kinds.items()]
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        rows = together(*(Key(PupilRow, school, key) for _, key in some))
        for (who, _), row in zip(some, rows, strict=True):
            if isinstance(row, PupilRow):
                found[who] = row.campaign
    return found


def asked_of(school: SchoolId, who: str) -> list[RequestId]:
    """Every request that counts for somebody, of all years, oldest first."""
    found = []
    for row in every(PupilRow, school, f"pupil#{who}#", consistent=True):
        _, _, year, _ = row.sk.split("#")
        found.append(RequestId(year, row.campaign, who))
    return sorted(found, key=lambda one: one.campaign)


def everything_asked(school: SchoolId) -> dict[str, list[tuple[str, str, str]]]:
    """Of everybody, what they were asked for so far: the year, the claim and the campaign."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in every(PupilRow, school, "pupil#", consistent=True):
        _, who, year, claim = row.sk.split("#")
        found.setdefault(who, []).append((year, claim, row.campaign))
    return found


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
