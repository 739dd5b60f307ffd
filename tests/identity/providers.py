"""The local Microsoft and Google in this process: pages to sign in on, tokens to tamper with."""

import io
import json
import urllib.error
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from chalicelib.identity.sso import exchange
from infra.local import oidc
from infra.local.oidc import Account, LocalProviders
from tests.doubles import FrozenClock
from tests.pages import ORIGIN, Answer, Site

URL = f"{ORIGIN}{oidc.MOUNT}"


@dataclass
class Played:
    """Both providers. `tamper` changes a token on its way to us; `down` lets nobody answer."""

    accounts: list[Account]
    server: LocalProviders
    tampered: Any = None
    down: bool = False
    asked: list[str] = field(default_factory=list)

    def ask(self, url: str, body: bytes | None = None) -> Mapping[str, Any]:
        self.asked.append(url)
        if self.down:
            raise OSError("nobody answers")
        client, path = Client(self.server), urlsplit(url).path
        kind = "application/x-www-form-urlencoded"
        answer = client.post(path, data=body, content_type=kind) if body else client.get(path)
        if answer.status_code >= 400:
            raise urllib.error.HTTPError(url, answer.status_code, "", {}, io.BytesIO())  # type: ignore[arg-type]
        found: dict[str, Any] = json.loads(answer.get_data())
        if body and self.tampered is not None:
            found["id_token"] = self.tampered(found["id_token"])
        return found

    def press(self, address: str, email: str) -> str:
        """Sign in on the provider's page; gives the path that it leads back to."""
        parts = urlsplit(address)
        shown = Client(self.server).get(f"{parts.path}?{parts.query}")
        assert shown.status_code == 200, shown.get_data(as_text=True)
        answer = Client(self.server).post(f"{parts.path}?{parts.query}", data={"email": email})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.headers["Location"].removeprefix(ORIGIN)


def play(monkeypatch: pytest.MonkeyPatch, clock: FrozenClock) -> Played:
    """Let both be played for one test."""
    accounts: list[Account] = []
    server = LocalProviders(ORIGIN, lambda: accounts, lambda: clock.now().timestamp())
    played = Played(accounts, server)
    monkeypatch.setattr("chalicelib.config.local_sign_in_url", lambda: URL)
    monkeypatch.setattr(exchange, "ask", played.ask)
    exchange.forget()
    return played


def go(browser: Site, played: Played, where: str, email: str) -> Answer:
    """From a link of ours through the provider's page to the one that comes back."""
    address = browser.get(where, expect=303).location
    return browser.get(played.press(address, email))


def through(
    browser: Site, played: Played, where: str, email: str, *, expect: int | None = 303
) -> Answer:
    shown = go(browser, played, where, email)
    return browser.submit(page=shown, action="/back", expect=expect)
