"""A passkey in software: makes and signs as an authenticator would, and lies when told to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from chalicelib import clock
from chalicelib.identity.rows import PasskeyRow
from chalicelib.ids import PersonId
from chalicelib.storage import tenants, transaction
from tests.pages import ORIGIN, Answer, Site

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
SPENT = "That did not work"


@dataclass
class Authenticator:
    """One device with one passkey. `lies` change what it says: origin, type, flags and so on."""

    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    owner: str = ""

    def create(self, options: dict[str, Any], **lies: Any) -> str:
        """What a browser sends when it has made a passkey."""
        self.owner = websafe_decode(options["user"]["id"]).decode()
        public = lies.get("public") or ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            self._host(options["rp"]["id"], lies),
            lies.get("flags", PRESENT | VERIFIED | ATTESTED),
            self._next(lies),
            AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public),
        )
        told = AttestationObject.create("none", data, {})
        client = self._client("webauthn.create", options, lies)
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(told),
        }
        return self._sent(response, lies)

    def get(self, options: dict[str, Any], **lies: Any) -> str:
        """What a browser sends when it has used a passkey."""
        data = AuthenticatorData.create(
            self._host(options["rpId"], lies),
            lies.get("flags", PRESENT | VERIFIED),
            self._next(lies),
        )
        client = self._client("webauthn.get", options, lies)
        signed = bytes(data) + hashlib.sha256(client).digest()
        key = lies.get("key", self.key)
        response = {
            "clientDataJSON": websafe_encode(lies.get("client", client)),
            "authenticatorData": websafe_encode(lies.get("data", bytes(data))),
            "signature": websafe_encode(key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        }
        if owner := lies.get("owner", self.owner):
            response["userHandle"] = websafe_encode(owner.encode())
        return self._sent(response, lies)

    def _next(self, lies: dict[str, Any]) -> int:
        if self.counts:
            self.count += 1
        return int(lies.get("count", self.count))

    def _host(self, told: str, lies: dict[str, Any]) -> bytes:
        return hashlib.sha256(lies.get("host", told).encode()).digest()

    def _client(self, kind: str, options: dict[str, Any], lies: dict[str, Any]) -> bytes:
        said = {
            "type": lies.get("type", kind),
            "challenge": lies.get("challenge", options["challenge"]),
            "origin": lies.get("origin", ORIGIN),
            "crossOrigin": lies.get("cross", False),
            **lies.get("more", {}),
        }
        return json.dumps(said).encode()

    def _sent(self, response: dict[str, str], lies: dict[str, Any]) -> str:
        raw = websafe_encode(lies.get("credential_id", self.credential_id))
        sent = {
            "id": lies.get("id", raw),
            "rawId": raw,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }
        return json.dumps(sent)


def options_on(page: Answer) -> dict[str, Any]:
    """What the page's script would hand to the browser."""
    (form,) = [each for each in page.forms() if "data-passkey" in each.attributes]
    found: dict[str, Any] = json.loads(form.attributes["data-options"])
    return found


def add(
    browser: Site, device: Authenticator | None = None, *, name: str = "Laptop"
) -> Authenticator:
    """Make a passkey from the account's page, as somebody freshly signed in."""
    device = device or Authenticator()
    browser.get("/account")
    shown = browser.follow(browser.submit(action="/account/passkeys"))
    sent = {"credential": device.create(options_on(shown)), "name": name}
    browser.submit(sent, page=shown, action="/account/passkeys/new")
    return device


def asked(browser: Site) -> Answer:
    """The page that waits for a passkey, from the sign-in page."""
    browser.get("/signin")
    return browser.follow(browser.submit(action="/signin/passkey"))


def sign_in(browser: Site, device: Authenticator, *, expect: int = 303, **lies: Any) -> Answer:
    shown = asked(browser)
    sent = {"credential": device.get(options_on(shown), **lies)}
    return browser.submit(sent, page=shown, action="/signin/passkey/answer", expect=expect)


def confirm(browser: Site, device: Authenticator, where: str) -> Answer:
    """From the page that asks to confirm, back to where one was."""
    browser.get(where)
    shown = browser.follow(browser.submit(action="/signin/again/passkey"))
    sent = {"credential": device.get(options_on(shown))}
    return browser.submit(sent, page=shown, action="/signin/passkey/answer")


def keep(person: PersonId, name: str) -> str:
    """A passkey that somebody has, without the pages that make it; gives its id in their paths."""
    made = Authenticator()
    public = ES256.from_cryptography_key(made.key.public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, made.credential_id, public)
    passkey = hashlib.sha256(made.credential_id).hexdigest()
    row = PasskeyRow(
        person,
        f"passkey#{passkey}",
        version=0,
        credential=bytes(credential),
        sign_count=0,
        synced=False,
        made_at=clock.stamp(clock.now()),
    )
    with tenants({person}), transaction() as tx:
        row.seal({"name": name})
        tx.create(row)
    return passkey
