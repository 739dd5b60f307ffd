"""Microsoft and Google as the local cloud has them: two issuers with keys of their own (R11).

An authorization server by Authlib, which the application does not use: what one reads in the
standard, the other must have read too. Its login page lists the demonstration's people and takes
any other address; whoever is pressed or typed is signed in, as whoever types a password would be.
Codes serve once and for a minute, need the verifier they were asked with, and answer only to our
own address.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import jinja2
from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Payload, OAuth2Request, grants
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import RSAKey
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

MOUNT = "/_local/with"
CLIENT_SECRET = "of-this-machine-only"  # noqa: S105 - there is nothing behind it
DIRECTORY = "5a17ab1e-0000-4000-8000-00000000demo".replace("demo", "de00")
DOMAIN = "saltmarsh.example"
_CODE_SECONDS = 60
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PEOPLE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
URLS = Map(
    [
        Rule(f"{MOUNT}/<provider>/authorize", endpoint="authorize", methods=["GET", "POST"]),
        Rule(f"{MOUNT}/<provider>/token", endpoint="token", methods=["POST"]),
        Rule(f"{MOUNT}/<provider>/keys", endpoint="keys", methods=["GET"]),
        Rule(
            f"{MOUNT}/<provider>/.well-known/openid-configuration",
            endpoint="discovery",
            methods=["GET"],
        ),
    ]
)


@dataclass(frozen=True)
class Account:
    """Somebody as the directory knows them."""

    email: str
    name: str
    directory: str = ""

    @property
    def id(self) -> str:
        return str(uuid.uuid5(_PEOPLE, self.email))

    def get_user_id(self) -> str:
        return self.id


@dataclass
class Code:
    """A code that waits for its exchange; the names are Authlib's."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    account: Account
    made_at: float = field(default_factory=time.monotonic)
    auth_time: int = 0

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str]:
        return ["pwd", "mfa"]


@dataclass(frozen=True)
class Client(ClientMixin):
    """Holdfast, as it is registered here."""

    client_id: str
    redirect_uri: str

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(each for each in scope.split() if each in {"openid", "email"})

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_secret_post", "token")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def names_of(provider: str, account: Account) -> tuple[str, str]:
    """The directory of somebody and their id in it, as the provider's tokens have them."""
    if provider == "google":
        return account.directory or DOMAIN, str(uuid.UUID(account.id).int)[:21]
    return account.directory or DIRECTORY, account.id


class Issuer(AuthorizationServer):
    """One provider: `microsoft` or `google`."""

    def __init__(self, name: str, base: str, public_url: str, now: Callable[[], float]) -> None:
        super().__init__(scopes_supported=["openid", "email"])
        self.name, self.base, self.now = name, base, now
        self.key = RSAKey.generate_key(2048, {"kid": f"{name}-1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, Code] = {}
        back = f"{public_url}/signin/with/{name}/back"
        self.client = Client(f"holdfast-at-{name}", back)
        self.register_token_generator("default", BearerTokenGenerator(lambda **_: uuid.uuid4().hex))
        self.register_grant(_grant_of(self), [CodeChallenge(required=True), _tokens_of(self)])

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    def save_token(self, token: Any, request: Any) -> None:
        """Nothing here is served by access tokens."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Request) -> OAuth2Request:
        return request if isinstance(request, OAuth2Request) else _Asked(request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        if isinstance(body, dict):
            import json

            return Response(json.dumps(body), status, headers, mimetype="application/json")
        return Response(body, status, headers)

    def claims_of(self, account: Account) -> dict[str, Any]:
        """What this provider says of somebody besides the standard's own claims."""
        directory, subject = names_of(self.name, account)
        if self.name == "google":
            return {
                "iss": self.base,
                "sub": subject,
                "hd": directory,
                "email": account.email,
                "email_verified": True,
            }
        return {
            "iss": f"{self.base}/{directory}/v2.0",
            "sub": uuid.uuid5(_PEOPLE, f"pairwise|{account.email}").hex,
            "oid": subject,
            "tid": directory,
            "ver": "2.0",
            "email": account.email,
            "preferred_username": account.email,
        }

    def directory_of(self, email: str) -> str:
        """Whose directory anybody else belongs to: at Google the domain of their address."""
        return email.rpartition("@")[2] if self.name == "google" else DIRECTORY

    def discovery(self) -> dict[str, Any]:
        issuer = self.base if self.name == "google" else f"{self.base}/{{tenantid}}/v2.0"
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }


class _Payload(OAuth2Payload):
    def __init__(self, request: Request) -> None:
        self._values = request.values

    @property
    def data(self) -> Any:
        return self._values

    @property
    def datalist(self) -> Any:
        return {name: self._values.getlist(name) for name in self._values}


class _Asked(OAuth2Request):
    """A request in Authlib's words. It speaks of https: this machine is its own network."""

    def __init__(self, request: Request) -> None:
        url = request.url.replace("http://", "https://", 1)
        super().__init__(request.method, url, headers=request.headers)
        self._request = request
        self.payload = _Payload(request)

    @property
    def args(self) -> Any:
        return self._request.args

    @property
    def form(self) -> Any:
        return self._request.form


def _grant_of(issuer: Issuer) -> type[grants.AuthorizationCodeGrant]:
    class Grant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]  # noqa: RUF012 - theirs

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            issuer.codes[code] = Code(
                code,
                request.client.client_id,
                request.payload.redirect_uri,
                request.payload.scope,
                asked.get("nonce", ""),
                asked.get("code_challenge", ""),
                asked.get("code_challenge_method", ""),
                request.user,
                auth_time=int(issuer.now()),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            """Once: whatever comes of it, a code is not asked for twice."""
            found = issuer.codes.pop(code, None)
            fresh = found and time.monotonic() - found.made_at < _CODE_SECONDS
            return found if fresh and found and found.client_id == client.client_id else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            issuer.codes.pop(authorization_code.code, None)

        def authenticate_user(self, authorization_code: Code) -> Account:
            return authorization_code.account

    return Grant


def _tokens_of(issuer: Issuer) -> OpenIDCode:
    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:  # noqa: ARG002
            return any(each.nonce == nonce for each in issuer.codes.values())

        def get_client_algorithm(self, client: Client) -> str:  # noqa: ARG002
            return "RS256"

        def get_encode_header(self, client: Client) -> dict[str, str]:  # noqa: ARG002
            return {"alg": "RS256", "kid": f"{issuer.name}-1", "typ": "JWT"}

        def resolve_client_private_key(self, client: Client) -> RSAKey:  # noqa: ARG002
            return issuer.key

        def get_compatible_claims(self, request: Any) -> dict[str, Any]:
            now = int(issuer.now())
            return {"aud": request.client.client_id, "iat": now, "nbf": now, "exp": now + 3600}

        def generate_user_info(self, user: Account, scope: str) -> UserInfo:  # noqa: ARG002
            return UserInfo(issuer.claims_of(user))

    return Tokens(require_nonce=True)


class LocalProviders:
    """WSGI: everything under `/_local/with/`. `people` gives whom the login pages list."""

    def __init__(
        self,
        public_url: str,
        people: Callable[[], list[Account]],
        now: Callable[[], float] = time.time,
        origin: str = "",
    ) -> None:
        base = f"{origin or '/'.join(public_url.split('/', 3)[:3])}{MOUNT}"
        self.issuers = {
            name: Issuer(name, f"{base}/{name}", public_url, now)
            for name in ("microsoft", "google")
        }
        self._people = people
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        answer = URLS.bind_to_environ(environ).dispatch(
            lambda endpoint, values: getattr(self, f"_{endpoint}")(
                self.issuers[values["provider"]], request
            ),
            catch_http_exceptions=True,
        )
        return answer(environ, start)

    def _authorize(self, issuer: Issuer, request: Request) -> Response:
        """The login page, and what pressing somebody on it does."""
        people = self._people()
        chosen = request.form.get("email", "").strip().lower()
        account = next((each for each in people if each.email == chosen), None)
        if account is None and _ADDRESS.fullmatch(chosen):
            account = Account(chosen, chosen, issuer.directory_of(chosen))
        try:
            grant = issuer.get_consent_grant(request=issuer.create_oauth2_request(request))
        except OAuth2Error as error:
            return Response(f"{error}\n", 400)
        if account is None:
            page = self._pages.get_template("login.html").render(
                label=issuer.name.capitalize(),
                people=people,
                directory=DIRECTORY,
                domain=DOMAIN,
            )
            return Response(page, mimetype="text/html")
        answer: Response = issuer.create_authorization_response(
            request, grant_user=account, grant=grant
        )
        answer.status_code = 303
        return answer

    def _token(self, issuer: Issuer, request: Request) -> Response:
        answer: Response = issuer.create_token_response(request)
        return answer

    def _keys(self, issuer: Issuer, _request: Request) -> Response:
        return _json({"keys": [issuer.key.as_dict(private=False)]})

    def _discovery(self, issuer: Issuer, _request: Request) -> Response:
        return _json(issuer.discovery())


def _json(found: dict[str, Any]) -> Response:
    import json

    return Response(json.dumps(found), mimetype="application/json")
