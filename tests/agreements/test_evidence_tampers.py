"""Nobody changes a word of a signature's evidence unnoticed (R24, R25)."""

import random
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from chalicelib.agreements import evidence
from chalicelib.agreements.evidence import Signature
from chalicelib.agreements.repository import signatures
from chalicelib.agreements.wording import sha256
from tests.agreements.families import (
    a_link,
    a_ready_school,
    sign_as_child,
    sign_as_parent,
    signatures_of,
)
from tests.builders import within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site

LETTERS = "aeiou XYZ019.\u00e9\u4e2d"


def another_text(text: str, dice: random.Random) -> str:
    """A letter more, less or other, somewhere."""
    at, letter = dice.randrange(len(text) + 1), dice.choice(LETTERS)
    more, less = text[:at] + letter + text[at:], text[:at] + text[at + 1 :]
    return next(each for each in (dice.choice((more, less)), more) if each != text)


def another(value: Any, dice: random.Random) -> Any:
    """A value of the same kind that is not this one."""
    match value:
        case StrEnum():
            return dice.choice([None, *(one for one in type(value) if one is not value)])
        case str():
            return another_text(value, dice)
        case int():
            return value + dice.choice((-1, 1, 1000))
        case datetime():
            return value + timedelta(milliseconds=dice.choice((-1, 1, 86_400_000)))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return with_another(value, dice)
    return dice.choice(("x", "mother", "2026"))


def with_another(whole: Any, dice: random.Random) -> Any:
    """One of its parts is another one, however deep."""
    name = dice.choice([each.name for each in fields(whole)])
    return replace(whole, **{name: another(getattr(whole, name), dice)})


def tampered(
    mine: Signature, text: str, other: Signature, dice: random.Random
) -> tuple[Signature, str]:
    """By somebody who may write to the tables, and knows how the hashes are made."""
    changed = another_text(text, dice)
    ways: tuple[Callable[[], tuple[Signature, str]], ...] = (
        lambda: (with_another(mine, dice), text),
        lambda: (mine, changed),
        lambda: (replace(mine, text_sha256=sha256(changed)), changed),
        lambda: (said_otherwise(mine, dice), text),
        lambda: (other, text),
        lambda: (replace(mine, name=other.name, party=other.party), text),
    )
    return dice.choice(ways)()


def said_otherwise(mine: Signature, dice: random.Random) -> Signature:
    words = another_text(mine.statement, dice)
    return replace(mine, statement=words, statement_sha256=sha256(words))


@pytest.mark.parametrize(
    "number", [300, pytest.param(10_000, marks=pytest.mark.long)], ids=["short", "10,000"]
)
def test_every_tamper_with_evidence_is_noticed(
    site: Site, mailbox: Mailbox, clock: FrozenClock, number: int
) -> None:
    """R24, R25: whatever is changed of a signature or of its text, with its hash or without, the
    commitment in the chain tells; honest evidence raises no alarm.
    """
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    sign_as_child(site, link)
    sign_as_parent(site, link)
    both, dice = signatures_of(ready), random.Random(number)
    with within(ready.school):
        texts = {one.text_sha256: signatures.text(ready.school, one.text_sha256) for one in both}
    missed = []
    for _ in range(number):
        mine, other = dice.sample(both, 2)
        text, committed = texts[mine.text_sha256], evidence.digest(mine)
        assert sound(mine, text, committed)
        found, words = tampered(mine, text, other, dice)
        if sound(found, words, committed):
            missed.append((found, words))
    print(f"\n{number} tampers with evidence: {len(missed)} missed")  # noqa: T201  # R25's figure

    assert [] == missed


def sound(signature: Signature, text: str, committed: str) -> bool:
    checks = evidence.checks(signature, text, committed=committed, chain_sound=True)
    return all(each.sound for each in checks)
