"""An identity token is taken when all of it is right, and never otherwise (R11)."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from chalicelib.identity.sso import exchange, providers, tokens
from infra.local import oidc
from infra.local.oidc import Account, Issuer, LocalProviders
from tests.doubles import FrozenClock
from tests.identity.providers import URL
from tests.pages import ORIGIN

NOW = FrozenClock().now()
T = int(NOW.timestamp())
NONCE = "n" * 43
HEAD = Account("head@alder.example", "Hal Head")
ANOTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SERVER = LocalProviders(ORIGIN, lambda: [HEAD], lambda: float(T))
KEYS: dict[str, rsa.RSAPrivateKey] = {
    name: load_pem_private_key(each.key.as_pem(private=True), None)  # type: ignore[misc]
    for name, each in SERVER.issuers.items()
}
GUID = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(autouse=True)
def played() -> Iterator[None]:
    """Keys come from the local providers; nobody else is asked. Once, for Hypothesis too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.config.local_sign_in_url", lambda: URL)
        patch.setattr(
            exchange,
            "ask",
            lambda url: {"keys": [SERVER.issuers[url.split("/")[-2]].key.as_dict(private=False)]},
        )
        exchange.forget()
        yield
        exchange.forget()


def issuer(name: str) -> Issuer:
    return SERVER.issuers[name]


def claims(name: str = "microsoft") -> dict[str, Any]:
    return {
        "aud": f"holdfast-at-{name}",
        "iat": T,
        "nbf": T,
        "exp": T + 3600,
        "nonce": NONCE,
        "auth_time": T,
        **issuer(name).claims_of(HEAD),
    }


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(head: Any, said: Any, key: rsa.RSAPrivateKey, digest: Any = SHA256) -> str:
    """A token with anything in it: libraries refuse to write what a forger would."""
    body = f"{part(head)}.{part(said)}"
    made = key.sign(body.encode(), PKCS1v15(), digest())
    return f"{body}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def sign(said: Any, name: str = "microsoft", **headers: Any) -> str:
    return signed({"alg": "RS256", "kid": f"{name}-1", **headers}, said, KEYS[name])


def accepts(token: str, name: str = "microsoft") -> bool:
    provider = providers.named(name)
    assert provider
    try:
        tokens.check(provider, token, NONCE, NOW)
    except tokens.Refused:
        return False
    return True


def _with(**changed: Any) -> Callable[[], str]:
    return lambda: sign({k: v for k, v in (claims() | changed).items() if v is not ...})


def _google(**changed: Any) -> Callable[[], str]:
    said = claims("google") | changed
    return lambda: sign({k: v for k, v in said.items() if v is not ...}, "google")


def _raw(head: Any, body: Any = None, signature: str = "") -> Callable[[], str]:
    return lambda: f"{part(head)}.{part(body or claims())}.{signature}"


def _public(form: str) -> bytes:
    key = issuer("microsoft").key
    return key.as_pem(private=False) if form == "pem" else json.dumps(key.as_dict(False)).encode()


def _hs(form: str) -> str:
    """A token under the public key, as if it were a shared secret."""
    import hashlib
    import hmac

    head = part({"alg": "HS256", "kid": "microsoft-1"})
    body = f"{head}.{part(claims())}"
    mac = hmac.digest(_public(form), body.encode(), hashlib.sha256)
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _of_another_key(**headers: Any) -> str:
    return signed({"alg": "RS256", "kid": "microsoft-1", **headers}, claims(), ANOTHER)


def _swapped() -> str:
    """The signature of one token under the body of another."""
    mine, other = sign(claims()).split("."), sign(claims() | {"oid": GUID}).split(".")
    return ".".join((mine[0], other[1], mine[2]))


KEY_IN_HEAD = RSAKey.import_key(ANOTHER).as_dict(private=False)  # type: ignore[arg-type]
MICROSOFT: dict[str, Callable[[], str]] = {
    "alg none": _raw({"alg": "none", "kid": "microsoft-1"}),
    "alg None": _raw({"alg": "None", "kid": "microsoft-1"}),
    "no alg": _raw({"kid": "microsoft-1"}),
    "alg a number": _raw({"alg": 256, "kid": "microsoft-1"}),
    "alg empty": _raw({"alg": "", "kid": "microsoft-1"}),
    "HS256 under the public key": lambda: _hs("pem"),
    "HS256 under the public JWK": lambda: _hs("jwk"),
    "RS512": lambda: signed(
        {"alg": "RS512", "kid": "microsoft-1"}, claims(), KEYS["microsoft"], SHA512
    ),
    "PS256": lambda: jwt.encode(
        claims(), KEYS["microsoft"], algorithm="PS256", headers={"kid": "microsoft-1"}
    ),
    "another key": _of_another_key,
    "its own key in its head": lambda: _of_another_key(jwk=KEY_IN_HEAD),
    "a place to fetch its key": lambda: _of_another_key(jku="https://evil.example/keys"),
    "a certificate of its own": lambda: _of_another_key(x5u="https://evil.example/cert"),
    "unknown kid": lambda: sign(claims(), kid="microsoft-2"),
    "the other provider's kid": lambda: sign(claims(), kid="google-1"),
    "kid a path": lambda: sign(claims(), kid="../../dev/null"),
    "no kid": lambda: signed({"alg": "RS256"}, claims(), KEYS["microsoft"]),
    "something critical": lambda: sign(claims(), crit=["b64"], b64=False),
    "no signature": lambda: sign(claims()).rpartition(".")[0] + ".",
    "a cut signature": lambda: sign(claims())[:-4],
    "another's signature": _swapped,
    "two parts": lambda: sign(claims()).rpartition(".")[0],
    "four parts": lambda: sign(claims()) + ".x",
    "encrypted": lambda: sign(claims()) + ".x.y",
    "padded": lambda: sign(claims()) + "=",
    "a space": lambda: " " + sign(claims()),
    "empty": lambda: "",
    "long": lambda: sign(claims() | {"x": "x" * 9000}),
    "body a list": _raw({"alg": "RS256", "kid": "microsoft-1"}, [1]),
    "another's audience": _with(aud="somebody-else"),
    "several audiences": _with(aud=["holdfast-at-microsoft", "somebody-else"]),
    "audience in a list": _with(aud=["holdfast-at-microsoft"]),
    "the other provider's audience": _with(aud="holdfast-at-google"),
    "audience empty": _with(aud=""),
    "no audience": _with(aud=...),
    "made for another party": _with(azp="somebody-else"),
    "another issuer": _with(iss="https://evil.example"),
    "issuer of another directory": _with(iss=f"{URL}/microsoft/{GUID}/v2.0"),
    "directory of another issuer": _with(tid=GUID),
    "issuer with a slash more": _with(iss=f"{URL}/microsoft/{oidc.DIRECTORY}/v2.0/"),
    "issuer that only begins right": _with(iss=f"{URL}/microsoft/{oidc.DIRECTORY}/v2.0.evil"),
    "issuer not filled in": _with(iss=f"{URL}/microsoft/{{tid}}/v2.0"),
    "issuer a list": _with(iss=[f"{URL}/microsoft/{oidc.DIRECTORY}/v2.0"]),
    "the other provider's issuer": _with(iss=f"{URL}/google"),
    "no issuer": _with(iss=...),
    "no directory": _with(tid=...),
    "directory not one": _with(tid="common"),
    "directory of private accounts": _with(
        tid="9188040d-6c67-4c5b-b112-36a304b66dad",
        iss=f"{URL}/microsoft/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    ),
    "directory in capitals": _with(tid=oidc.DIRECTORY.upper()),
    "no person": _with(oid=...),
    "person an address": _with(oid="head@alder.example"),
    "no subject": _with(sub=...),
    "subject empty": _with(sub=""),
    "subject a number": _with(sub=7),
    "subject too long": _with(sub="s" * 256),
    "a guest by type": _with(acct=1),
    "a guest by provider": _with(idp="https://sts.windows.net/other/"),
    "a guest of live.com": _with(idp="live.com"),
    "version 1": _with(ver="1.0"),
    "no version": _with(ver=...),
    "no nonce": _with(nonce=...),
    "another's nonce": _with(nonce="m" * 43),
    "nonce empty": _with(nonce=""),
    "nonce a list": _with(nonce=[NONCE]),
    "expired": _with(exp=T - 61),
    "expired at the leeway's end": _with(exp=T - 60),
    "no end": _with(exp=...),
    "an end in words": _with(exp="never"),
    "an end that is true": _with(exp=True),
    "an end far off": _with(exp=T + 25 * 3600),
    "an end before its beginning": _with(exp=T - 30, iat=T),
    "made in the future": _with(iat=T + 61),
    "made long ago": _with(iat=T - 601),
    "not made": _with(iat=...),
    "made below zero": _with(iat=-1),
    "not good yet": _with(nbf=T + 61),
    "signed in in words": _with(auth_time="now"),
}
GOOGLE: dict[str, Callable[[], str]] = {
    "a private account": _google(hd=...),
    "domain empty": _google(hd=""),
    "domain a list": _google(hd=["alder.example"]),
    "domain with a path": _google(hd="alder.example/x"),
    "domain in capitals": _google(hd="ALDER.example"),
    "Microsoft's issuer": _google(iss=f"{URL}/microsoft/{oidc.DIRECTORY}/v2.0"),
    "an issuer like Google's": _google(iss=f"{URL}/google.evil.example"),
    "another's nonce": _google(nonce="m" * 43),
    "Microsoft's audience": _google(aud="holdfast-at-microsoft"),
    "Microsoft's token": lambda: sign(claims()),
    "Microsoft's key": lambda: sign(claims("google"), "microsoft", kid="google-1"),
}


def test_right_tokens_are_taken_and_name_the_account_not_the_address() -> None:
    """Whoever takes over an address takes over nothing."""
    for name in ("microsoft", "google"):
        provider = providers.named(name)
        assert provider
        one = tokens.check(provider, sign(claims(name), name), NONCE, NOW)
        other = claims(name) | {"email": "somebody.else@birch.example"}
        two = tokens.check(provider, sign(other, name), NONCE, NOW)

        assert one.key == two.key and "@" not in one.key
        assert NOW == one.signed_in_at


def test_wrong_tokens_are_refused(record_property: Callable[[str, object], None]) -> None:
    """R11: each of them, and always as the same refusal."""
    tried = [("microsoft", said, make) for said, make in MICROSOFT.items()]
    tried += [("google", said, make) for said, make in GOOGLE.items()]
    taken = [(name, said) for name, said, make in tried if accepts(make(), name)]

    record_property("figure", f"identity tokens: {len(tried)} wrong kinds, {len(taken)} accepted")
    assert len(tried) >= 60
    assert not taken


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=5))
)


# With anything else in one of these a token is not this one's, or is out of its time. Who signed in
# is not among them: another subject is another account.
DECIDES = {
    "microsoft": ["aud", "iss", "iat", "exp", "nonce", "tid", "oid", "ver"],
    "google": ["aud", "iss", "iat", "exp", "nonce"],
}


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """A right token changed: its letters, what it says under no right key, its head; or one claim
    that decides, under the right key.
    """
    name = draw(st.sampled_from(["microsoft", "google"]))
    right = sign(claims(name), name)
    way = draw(st.sampled_from(["letters", "cut", "claims", "head", "signed"]))
    if way == "letters":
        at = draw(st.integers(0, len(right) - 1))
        put = draw(st.characters(min_codepoint=32, max_codepoint=0x2FF))
        return name, right[:at] + put + right[at + 1 :]
    if way == "cut":
        at = draw(st.integers(0, len(right) - 1))
        return name, right[:at] + right[at + draw(st.integers(1, 40)) :]
    if way == "signed":
        claim = draw(st.sampled_from(DECIDES[name]))
        return name, sign(claims(name) | {claim: draw(ANYTHING)}, name)
    said, head = claims(name), {"alg": "RS256", "kid": f"{name}-1"}
    changed = said if way == "claims" else head
    changed[draw(st.sampled_from(sorted(changed)))] = draw(ANYTHING)
    _, _, signature = right.split(".")
    if draw(st.booleans()):
        return name, signed(head, said, ANOTHER)
    return name, f"{part(head)}.{part(said)}.{signature}"


@given(mutated())
@settings(max_examples=300)
def test_no_mutation_of_a_right_token_is_taken(found: tuple[str, str]) -> None:
    """R11: but the token itself, of course."""
    name, token = found

    assert token == sign(claims(name), name) or not accepts(token, name)


@pytest.mark.long
@given(mutated())
@settings(max_examples=5000)
def test_no_mutation_is_taken_in_the_long_form(found: tuple[str, str]) -> None:
    """The same, 5,000 times."""
    name, token = found

    assert token == sign(claims(name), name) or not accepts(token, name)
