"""What a proof is looked for in, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


class Unsure(Exception):
    """It cannot be told now who sends this: the sender is asked to try again."""


@dataclass(frozen=True, slots=True)
class Knock:
    """A post as it came. `now` is the machine's clock, `audience` whom a token may be made for."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proven:
    """`message_id` is the sender's own, when it is signed; `body` is what may be kept."""

    body: bytes
    message_id: str = ""
    secret: str = ""
