"""The request being answered: its nonce, its CSRF token, what stands around its page."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from chalicelib.web.http import Request
from chalicelib.web.navigation import Chrome


@dataclass
class Visit:
    """One request from its arrival to its answer. Never outlives it (R8)."""

    request: Request
    csrf_token: str
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    chrome: Chrome = field(default_factory=Chrome)


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def visiting(visit: Visit) -> Iterator[Visit]:
    mark = _visit.set(visit)
    try:
        yield visit
    finally:
        _visit.reset(mark)


def current() -> Visit:
    """The request being answered. Raises LookupError outside of one."""
    visit = _visit.get()
    if visit is None:
        raise LookupError("no request is being answered")
    return visit
