"""Rounds of mail as they are filed: which adults, and how many have had theirs."""

from collections.abc import Mapping, Sequence

from chalicelib import clock
from chalicelib.agreements.campaign import Round
from chalicelib.agreements.repository.links import Purpose
from chalicelib.agreements.rows import RollRow, RoundRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, get


def add(
    tx: Transaction, school: SchoolId, asked: Round, adults: Sequence[Mapping[str, str]]
) -> None:
    tx.create(
        RoundRow(
            school,
            _key(asked.id),
            template=asked.template,
            purpose=asked.purpose,
            about=asked.about,
            ends_at=clock.stamp(asked.ends_at),
            values=dict(asked.values),
            total=asked.total,
            done=0,
        )
    )
    tx.create(RollRow(school, f"roll#{asked.id}", pupils=[dict(each) for each in adults]))


def load(school: SchoolId, round_id: str) -> Round | None:
    row = get(RoundRow, school, _key(round_id))
    if row is None:
        return None
    return Round(
        round_id,
        row.template,
        Purpose(row.purpose),
        row.about,
        clock.parse(row.ends_at),
        dict(row.values),
        int(row.total),
        int(row.done),
    )


def roll(school: SchoolId, round_id: str) -> list[dict[str, str]]:
    row = get(RollRow, school, f"roll#{round_id}")
    return list(row.pupils) if row else []


def move_on(tx: Transaction, school: SchoolId, asked: Round) -> None:
    """The next adult has their mail: by this transaction or by no other."""
    tx.update(
        RoundRow,
        school,
        _key(asked.id),
        set={"done": asked.done + 1},
        condition=RoundRow.done == asked.done,
    )


def _key(round_id: str) -> str:
    return f"round#{round_id}"
