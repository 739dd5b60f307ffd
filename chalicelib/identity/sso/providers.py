"""Whom we ask, and where: two providers, their addresses fixed here and nowhere else (R43).

On a laptop the local cloud plays both; no other stage reads that setting (a test proves it).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib import config
from chalicelib.identity.model import Method


@dataclass(frozen=True)
class Provider:
    """One provider. `issuers` are what a token may name; `{tid}` stands for the directory's id."""

    method: Method
    authorize: str
    token: str
    keys: str
    issuers: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.method.value

    @property
    def label(self) -> str:
        return self.method.label

    @property
    def client_id(self) -> str:
        """Who we are there; empty where the deployment has not said."""
        return config.sso_client_id(self.name)

    @property
    def is_microsoft(self) -> bool:
        return self.method is Method.MICROSOFT

    @property
    def redirect_uri(self) -> str:
        return f"{config.public_url()}/signin/with/{self.name}/back"


def named(name: str) -> Provider | None:
    """A provider that this deployment is known to, by its word in paths."""
    return next((each for each in offered() if each.name == name), None)


def offered() -> list[Provider]:
    """Those that this deployment is known to."""
    return [each for each in _all() if each.client_id]


def client_secret(provider: Provider) -> str:
    """What proves us to the provider: from the deployment's secret, never from a table."""
    if config.local_sign_in_url():
        return "of-this-machine-only"
    secret: str = _secrets(config.sso_secret_arn())[provider.name]
    return secret


def _all() -> tuple[Provider, Provider]:
    if local := config.local_sign_in_url():
        return _local(Method.MICROSOFT, local, "/{tid}/v2.0"), _local(Method.GOOGLE, local, "")
    return _MICROSOFT, _GOOGLE


_MICROSOFT = Provider(
    Method.MICROSOFT,
    "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize",
    "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
    "https://login.microsoftonline.com/organizations/discovery/v2.0/keys",
    ("https://login.microsoftonline.com/{tid}/v2.0",),
)
_GOOGLE = Provider(
    Method.GOOGLE,
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    "https://www.googleapis.com/oauth2/v3/certs",
    ("https://accounts.google.com", "accounts.google.com"),
)


def _local(method: Method, url: str, issuer: str) -> Provider:
    base = f"{url}/{method.value}"
    return Provider(method, f"{base}/authorize", f"{base}/token", f"{base}/keys", (base + issuer,))


@cache
def _secrets(arn: str) -> dict[str, Any]:
    import json

    import boto3

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=arn)
    found: dict[str, Any] = json.loads(answer["SecretString"])
    return found
