"""What was said about consent as it is filed: a state, and a chain of events nobody changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib import clock
from chalicelib.agreements.consents.model import Answer, Choices, Consent, Settled
from chalicelib.agreements.rows import AgreementEventRow, ChoicesRow
from chalicelib.audit import Event, Head, events
from chalicelib.ids import SchoolId
from chalicelib.storage import Key, Transaction, every, get, together

_TOGETHER = 100
Answers = Mapping[Consent, Mapping[str, Answer]]


@dataclass(frozen=True)
class Kept:
    """Choices as they are filed: with their place in the chain and their row's version."""

    choices: Choices
    head: Head = field(default_factory=Head)
    version: int = -1


def kept(school: SchoolId, who: str) -> Kept:
    row = get(ChoicesRow, school, _key(who))
    return _kept(row) if row else Kept(Choices(who))


def of_everybody(school: SchoolId) -> dict[str, Kept]:
    found = {}
    for row in every(ChoicesRow, school, "choices#", consistent=True):
        one = _kept(row)
        found[one.choices.who] = one
    return found


def of_some(school: SchoolId, whose: Collection[str]) -> dict[str, Kept]:
    """The same of some people, a hundred a trip; whoever said nothing is left out."""
    keys = [Key(ChoicesRow, school, _key(who)) for who in whose]
    rows = [
        row
        for start in range(0, len(keys), _TOGETHER)
        for row in together(*keys[start : start + _TOGETHER])
    ]
    found = [_kept(row) for row in rows if isinstance(row, ChoicesRow)]
    return {one.choices.who: one for one in found}


def append(tx: Transaction, school: SchoolId, after: Kept, event: Event) -> None:
    """File a change with its event: a Conflict when it changed since it was read."""
    who = after.choices.who
    head = events.append(
        tx, AgreementEventRow, school, record=_chain(who), head=after.head, event=event
    )
    row = ChoicesRow(
        school,
        _key(who),
        answers=_answers_out(after.choices.answers),
        occasions={
            occasion: _answers_out(said) for occasion, said in after.choices.occasions.items()
        }
        or None,
        settled={
            kind.value: {"yes": one.yes, "at": clock.stamp(one.at)}
            for kind, one in after.choices.settled.items()
        },
        protected=after.choices.protected,
        head_number=head.number,
        head_hash=head.hash,
    )
    row.version = max(after.version, 0)
    if after.version < 0:
        tx.create(row)
    else:
        tx.replace(row)


def history(school: SchoolId, who: str) -> list[Event]:
    return events.history(AgreementEventRow, school, _chain(who))


def _answers_out(answers: Answers) -> dict[str, Any]:
    return {
        kind.value: {
            contact: {
                "yes": one.yes,
                "at": clock.stamp(one.at),
                "how": one.how,
                **({"withdrew": True} if one.withdrew else {}),
            }
            for contact, one in said.items()
        }
        for kind, said in answers.items()
    }


def _answers_in(stored: Mapping[str, Any]) -> Answers:
    return {
        Consent(kind): {
            contact: Answer(
                bool(one["yes"]), clock.parse(one["at"]), one["how"], bool(one.get("withdrew"))
            )
            for contact, one in said.items()
        }
        for kind, said in stored.items()
    }


def _kept(row: ChoicesRow) -> Kept:
    occasions = {each: _answers_in(said) for each, said in (row.occasions or {}).items()}
    settled = {
        Consent(kind): Settled(bool(one["yes"]), clock.parse(one["at"]))
        for kind, one in row.settled.items()
    }
    who = row.sk.removeprefix("choices#")
    return Kept(
        Choices(who, _answers_in(row.answers), settled, bool(row.protected), occasions),
        Head(int(row.head_number), row.head_hash),
        int(row.version or 0),
    )


def _key(who: str) -> str:
    return f"choices#{who}"


def _chain(who: str) -> str:
    return f"consent#{who}"
