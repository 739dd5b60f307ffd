"""A client that uses the site as a browser does and checks every page it is given.

It calls the packaged handler with API Gateway's event, keeps cookies, follows the forms it finds
(their hidden fields and token included), and refuses any page without one heading, a title, our
security headers or a nonce on its scripts.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.doubles import Mailbox

ORIGIN = "http://localhost:8000"
# Where a list is brought in from a file. Never on a report or a case (S167, S172).
TAKES_FILES = ("/people/roster", "/certificate", "/policy", "/branding", "/branding/logo")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """Every element below with this tag and these attributes (`class_` holds a class)."""
        found = []
        for child in self.children:
            if isinstance(child, str):
                continue
            if child.tag == tag and child._has(attributes):
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def _has(self, wanted: Mapping[str, str]) -> bool:
        for name, value in wanted.items():
            if name == "class_":
                if value not in self.attributes.get("class", "").split():
                    return False
            elif self.attributes.get(name) != value:
                return False
        return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})
        self.unclosed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(
            Element(tag, {name: value or "" for name, value in attrs}, self.here)
        )

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.here.tag != tag:
            self.unclosed.append(f"<{self.here.tag}> closed by </{tag}>")
            return
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        if self.here.tag not in ("script", "style"):
            self.here.children.append(data)


@dataclass
class Answer:
    """One response."""

    status: int
    headers: dict[str, str]
    body: str
    raw: bytes
    cookies: list[str]
    path: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def root(self) -> Element:
        reader = _Reader()
        reader.feed(self.body)
        reader.close()
        assert not reader.unclosed, f"{self.path}: {reader.unclosed[:3]}"
        return reader.root

    @property
    def heading(self) -> str:
        return self.root.all("h1")[0].text

    @property
    def text(self) -> str:
        """What a person reads in the main part of the page."""
        main = self.root.all("main")
        return (main[0] if main else self.root).text

    def problems(self) -> list[str]:
        """The messages of the error summary."""
        summary = self.root.all("div", class_="govuk-error-summary")
        return [item.text for box in summary for item in box.all("li")]

    def forms(self) -> list[Element]:
        return self.root.all("form")


@dataclass
class Site:
    """A visitor: their cookies, and the mailbox that the whole test shares."""

    mailbox: Mailbox
    cookies: dict[str, str] = field(default_factory=dict)
    source_ip: str = "192.0.2.10"
    last: Answer | None = None

    def another(self) -> "Site":
        """Another visitor of the same site, with a browser of their own."""
        return Site(mailbox=self.mailbox)

    def get(
        self, path: str, *, expect: int | None = 200, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Open a page. `expect=None` takes any status."""
        return self._checked(self.request("GET", path, headers=headers), expect)

    def follow(self, answer: Answer) -> Answer:
        """Go where a redirect leads."""
        assert answer.status == 303, f"{answer.path} answered {answer.status}, not a redirect"
        return self.get(answer.location)

    def submit(
        self,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        *,
        page: Answer | None = None,
        action: str = "",
        button: str = "",
        expect: int | None = 303,
    ) -> Answer:
        """Fill in and send a form of the last page (or `page`), as a browser without scripts does.

        The form is the one whose action ends with `action`, or that has a button saying `button`,
        or the last on the page. What it holds already is sent too; `fields` are what was typed,
        ticked or chosen. Each must be there: a field the page lacks is a failure.
        """
        shown = page or self.last
        assert shown is not None, "no page to find a form on"
        form = _form(shown, action, button)
        sent = _held(form)
        names = {
            each.attributes.get("name", "")
            for tag in ("input", "textarea", "select", "button")
            for each in form.all(tag)
        }
        for name, value in (fields or {}).items():
            assert name in names, (
                f"{shown.path}: the form has no field {name!r}, only {sorted(names)}"
            )
            sent[name] = [value] if isinstance(value, str) else list(value)
        if button:
            pressed = next(b for b in form.all("button") if button in b.text)
            if pressed.attributes.get("name"):
                sent[pressed.attributes["name"]] = [pressed.attributes.get("value", "")]
        path = form.attributes.get("action") or shown.path
        return self.post(path, sent, expect=expect)

    def post(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]],
        *,
        expect: int | None = 303,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send form fields to a path as our own page would (its token must be among them)."""
        body = urlencode(dict(fields), doseq=True).encode()
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "Origin": ORIGIN,
        } | dict(headers or {})
        return self._checked(self.request("POST", path, body=body, headers=sent), expect)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One raw request through the handler; cookies are kept, nothing is checked."""
        event = self._event(method, path, body, dict(headers or {}))
        if event is None:
            return Answer(403, {}, "", b"", [], path)  # API Gateway's own answer: no such path
        import app

        made = app.app(event, _Context())
        answer = _answer(made, path)
        self._keep(answer.cookies)
        if '"cookies"' in answer.headers.get("clear-site-data", ""):
            self.cookies.clear()
        return answer

    def _event(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> dict[str, Any] | None:
        parts = urlsplit(path)
        matched = _match(parts.path)
        if matched is None:
            return None
        route, params = matched
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers.setdefault("Cookie", pairs)
        headers.setdefault("Accept", "text/html,*/*")
        return {
            "resource": route,
            "path": parts.path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": parse_qs(parts.query, keep_blank_values=True)
            or None,
            "pathParameters": params or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": route,
                "httpMethod": method,
                "identity": {"sourceIp": self.source_ip},
                "requestId": "test",
            },
            "body": base64.b64encode(body).decode() if body else None,
            "isBase64Encoded": bool(body),
        }

    def _keep(self, cookies: list[str]) -> None:
        for text in cookies:
            jar: SimpleCookie = SimpleCookie(text)
            for name, morsel in jar.items():
                assert name.startswith("__Host-")
                assert morsel["secure"] and morsel["httponly"] and morsel["path"] == "/"
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value

    def _checked(self, answer: Answer, expect: int | None) -> Answer:
        if expect is not None and answer.status != expect:
            shown = (
                answer.body
                if "<h1" not in answer.body
                else f"{answer.heading}: {answer.problems()} {answer.text[:600]}"
            )
            raise AssertionError(f"{answer.path} answered {answer.status}, not {expect}: {shown}")
        if answer.status != 403 or answer.headers:
            check_headers(answer)
        shows = answer.headers.get("content-type", "").startswith("text/html")
        if shows and answer.status not in (303, 307):
            check_page(answer)
            self.last = answer
        return answer


class _Context:
    """As much of Lambda's context as anything here reads."""

    aws_request_id = "test"
    function_name = "holdfast-test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-2:000000000000:function:holdfast-test"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def check_headers(answer: Answer) -> None:
    """Every answer carries the whole set (R41)."""
    from chalicelib.web import headers

    for name, value in headers.ALWAYS.items():
        assert answer.headers.get(name.lower()) == value, f"{answer.path}: {name}"
    policy = answer.headers.get("content-security-policy", "")
    assert "default-src 'none'" in policy and "unsafe" not in policy, answer.path
    assert answer.headers.get("cache-control"), answer.path


def check_page(answer: Answer) -> None:
    """What must be true of every page, whatever it shows."""
    root, where = answer.root, answer.path
    titles = root.all("head")[0].all("title")  # a picture has titles of its own
    assert len(titles) == 1 and titles[0].text, f"{where}: one title"
    headings = root.all("h1")
    assert len(headings) == 1 and headings[0].text, f"{where}: one h1, not {len(headings)}"
    spoken = root.all("html")[0].attributes.get("lang", "")
    chosen = re.search(r"[?&]lang=(\w+)", where)
    assert spoken.startswith(chosen[1] if chosen else "en"), f"{where}: language"
    assert len(root.all("main")) == 1, f"{where}: one main"
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
    for script in root.all("script"):
        assert nonce and script.attributes.get("nonce") == nonce[1], (
            f"{where}: script without nonce"
        )
    seen: set[str] = set()
    for element in _walk(root):
        attributes = element.attributes
        assert "style" not in attributes, f"{where}: inline style on <{element.tag}>"
        assert not any(name.startswith("on") for name in attributes), f"{where}: inline handler"
        if identity := attributes.get("id"):
            assert identity not in seen, f"{where}: id {identity!r} twice"
            seen.add(identity)
    for form in root.all("form"):
        if form.attributes.get("method", "get").lower() == "post":
            assert form.all("input", name="csrf_token"), f"{where}: form without token"
        if not where.partition("#")[0].endswith(TAKES_FILES):
            assert not form.all("input", type="file"), f"{where}: a file input"
    for label in root.all("label"):
        assert label.attributes.get("for") in seen, f"{where}: label for nothing: {label.text}"


def _walk(element: Element) -> list[Element]:
    found = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child, *_walk(child)]
    return found


def _form(answer: Answer, action: str, button: str) -> Element:
    forms = [
        form
        for form in answer.forms()
        if urlsplit(form.attributes.get("action", "")).path.endswith(action)
        and (not button or any(button in each.text for each in form.all("button")))
    ]
    if not action and not button:
        forms = [form for form in forms if form.attributes.get("method", "").lower() == "post"]
    assert forms, f"{answer.path}: no form for {action or button or 'posting'}"
    return forms[0] if action or button else forms[-1]


def _held(form: Element) -> dict[str, list[str]]:
    """What the form would send as it stands."""
    held: dict[str, list[str]] = {}
    for each in form.all("input"):
        name, kind = each.attributes.get("name"), each.attributes.get("type", "text")
        if not name or kind in ("submit", "button"):
            continue
        if kind in ("checkbox", "radio") and "checked" not in each.attributes:
            continue
        held.setdefault(name, []).append(
            each.attributes.get("value", "on" if kind == "checkbox" else "")
        )
    for area in form.all("textarea"):
        if name := area.attributes.get("name"):
            held[name] = [
                "".join(c for c in area.children if isinstance(c, str)).removeprefix("\n")
            ]
    for select in form.all("select"):
        if name := select.attributes.get("name"):
            options = select.all("option")
            chosen = [o for o in options if "selected" in o.attributes] or options[:1]
            held[name] = [o.attributes.get("value", o.text) for o in chosen]
    return held


@cache
def _of_length(routes: int) -> dict[int, list[tuple[str, list[str]]]]:
    """The application's routes by how many segments they have; anew when there are more."""
    import app

    found: dict[int, list[tuple[str, list[str]]]] = {}
    for route in app.app.routes:
        parts = route.split("/")
        found.setdefault(len(parts), []).append((route, parts))
    return found


def _match(path: str) -> tuple[str, dict[str, str]] | None:
    """The route that API Gateway would pick, and its path parameters."""
    import app

    segments = path.split("/")
    best: tuple[int, str, dict[str, str]] | None = None
    for route, parts in _of_length(len(app.app.routes)).get(len(segments), ()):
        params: dict[str, str] = {}
        for part, segment in zip(parts, segments, strict=True):
            if part.startswith("{"):
                params[part.strip("{}")] = segment
            elif part != segment:
                break
        else:
            if all(params.values()) and (best is None or len(params) < best[0]):
                best = (len(params), route, params)
    return (best[1], best[2]) if best else None


def _answer(made: Mapping[str, Any], path: str) -> Answer:
    body = made.get("body") or ""
    raw = base64.b64decode(body) if made.get("isBase64Encoded") else body.encode()
    several = made.get("multiValueHeaders") or {}
    cookies = next((list(v) for k, v in several.items() if k.lower() == "set-cookie"), [])
    return Answer(
        status=made["statusCode"],
        headers={name.lower(): value for name, value in (made.get("headers") or {}).items()},
        body=raw.decode(errors="replace"),
        raw=raw,
        cookies=cookies,
        path=path,
    )
