"""A request and a response as the views see them, apart from Chalice's own."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from chalicelib import config
from chalicelib.errors import BadRequest

if TYPE_CHECKING:
    from chalicelib.web.uploads import Upload

_MOST_FIELDS = 2000


class Values(Mapping[str, str]):
    """Form or query values: a name may have several; plain access gives the last."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._lists: dict[str, list[str]] = {}
        for name, value in pairs:
            self._lists.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._lists[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def getlist(self, name: str) -> list[str]:
        return list(self._lists.get(name, []))

    def lists(self) -> dict[str, list[str]]:
        """Every name with all its values, as drafts keep them."""
        return {name: list(values) for name, values in self._lists.items()}


@dataclass(frozen=True)
class Request:
    """What a browser or a sender asked. `path` is the real path, `route` its pattern."""

    method: str
    path: str
    route: str
    params: Mapping[str, str]
    query: Values
    headers: Mapping[str, str]
    body: bytes
    source_ip: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "Request":
        """Read an API Gateway proxy event. Names of headers become lower case."""
        context = event["requestContext"]
        raw = event.get("body") or ""
        params = dict(event.get("pathParameters") or {})
        route = context["resourcePath"]
        return cls(
            method=context["httpMethod"],
            path=_filled(route, params),
            route=route,
            params=params,
            query=Values(_pairs(event.get("multiValueQueryStringParameters"))),
            headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
            body=base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode(),
            source_ip=context.get("identity", {}).get("sourceIp", ""),
        )

    @cached_property
    def form(self) -> Values:
        """The sent form. Raises BadRequest when it is not text or has too many fields."""
        if self._is_multipart:
            pairs = self._parts[0]
            if len(pairs) > _MOST_FIELDS:
                raise BadRequest
            return Values([(name, value.replace("\r\n", "\n")) for name, value in pairs])
        try:
            text = self.body.decode()
            pairs = parse_qsl(
                text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        except ValueError as e:  # UnicodeDecodeError is one
            raise BadRequest from e
        return Values([(name, value.replace("\r\n", "\n")) for name, value in pairs])

    @cached_property
    def files(self) -> "Mapping[str, Upload]":
        """The files sent with the form, by field. Raises BadRequest as `form` does."""
        return self._parts[1] if self._is_multipart else {}

    @property
    def _is_multipart(self) -> bool:
        return self.headers.get("content-type", "").startswith("multipart/form-data")

    @cached_property
    def _parts(self) -> "tuple[list[tuple[str, str]], dict[str, Upload]]":
        from chalicelib.web import uploads  # few forms take files

        return uploads.parts(self.headers["content-type"], self.body)

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """By name. Python's own parser stops at the first odd one, and ours may stand after it."""
        pairs = [each.partition("=") for each in self.headers.get("cookie", "").split(";")]
        return {name.strip(): value.strip().strip('"') for name, _, value in pairs if name.strip()}


@dataclass
class Response:
    """What goes back. Security headers are added on the way out (R41)."""

    status: int = 200
    body: str | bytes = ""
    headers: dict[str, str | list[str]] = field(default_factory=dict)

    def set_cookie(self, name: str, value: str, *, seconds: int | None = None) -> None:
        """Set a `__Host-` cookie: Secure, HttpOnly, Lax, whole host; for the visit unless timed."""
        parts = [f"{name}={value}", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"]
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        cookies = self.headers.setdefault("Set-Cookie", [])
        if isinstance(cookies, list):
            cookies.append("; ".join(parts))

    def drop_cookie(self, name: str) -> None:
        self.set_cookie(name, "", seconds=0)


def redirect(path: str) -> Response:
    """See another page of ours next: 303, so that a reload never posts again."""
    return Response(303, "", {"Location": config.base_path() + path})


def _filled(route: str, params: Mapping[str, str]) -> str:
    segments = route.split("/")
    return "/".join(
        params.get(segment[1:-1], segment) if segment.startswith("{") else segment
        for segment in segments
    )


def _pairs(lists: Mapping[str, list[str]] | None) -> list[tuple[str, str]]:
    return [(name, value) for name, values in (lists or {}).items() for value in values]
