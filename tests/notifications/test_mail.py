"""A mail as built: headers nobody can add to, nothing that counts readers, nothing that tells."""

import re
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.notifications import mail
from chalicelib.web import render
from tests.doubles import FrozenClock

TEMPLATES = sorted(folder.parent.name for folder in (render.SOURCES / "emails").glob("*/html"))
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}


class Anything(dict[str, str]):
    """Values for any template: each name stands for itself."""

    def __missing__(self, name: str) -> str:
        return f"/{name}" if name in {"path", "choices"} else f"value of {name}"


def build(template: str = "incident_submitted", **more: Any) -> EmailMessage:
    values = {name: Anything()[name] for name in names_in(template)} | more.pop("values", {})
    given_ = {"to": "dsl@oakfield.example", "reference": "01HZX-01ABC", **more}
    return mail.build(template=template, values=values, **given_)


def names_in(template: str) -> set[str]:
    """The values a mail template asks for."""
    from jinja2 import meta

    environment = render._mail()
    names: set[str] = set()
    for part in ("subject", "text", "html"):
        source = (render.SOURCES / "emails" / template / part).read_text()
        tree = environment.parse(source)
        names |= meta.find_undeclared_variables(tree)
        for other in filter(None, meta.find_referenced_templates(tree)):
            if not other.startswith("emails/_"):
                names |= names_in(other.split("/")[1])
    return names - set(environment.globals)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_has_both_bodies_and_our_headers_alone(
    template: str, clock: FrozenClock
) -> None:
    """Text and HTML, marked as automatic, with an id that a second copy would share."""
    message = build(template)

    assert set(message.keys()) == HEADERS
    assert "auto-generated" == message["Auto-Submitted"]
    assert "<01hzx-01abc@holdfast.example>" == message["Message-ID"]
    assert "Holdfast <no-reply@holdfast.example>" == message["From"]
    assert "dsl@oakfield.example" == message["To"]
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in message.iter_parts()]
    assert body(message, "plain").strip() and str(message["Subject"]).strip()


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_mail_counts_its_readers_or_fetches_anything(template: str, clock: FrozenClock) -> None:
    """Every link is ours, and nothing is loaded when it is opened (R40)."""
    message = build(template)
    html, text = body(message, "html"), body(message, "plain")

    links = re.findall(r"https?://[^\s\"'<>]+", html + text)
    assert all(link.startswith("http://localhost:8000/") for link in links)
    assert not re.search(r"<(img|link|script|iframe|form|object|video)\b|url\(|@import", html)
    assert "?" not in "".join(links)


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_typed_is_escaped_in_every_mail(template: str, clock: FrozenClock) -> None:
    """A value is text, whatever it holds."""
    nasty = "<img src=x onerror=1>\"'&"
    values = {name: nasty for name in names_in(template) if name != "path"}

    html = body(build(template, values=values), "html")

    assert "<img" not in html


LINE_BREAKS = [
    "\r",
    "\n",
    "\r\n",
    "\n ",
    "\u2028",
    "\u2029",
    "\x0b",
    "\x0c",
    "\x85",
    "\x1c",
    "\x00",
]
ADDED = ["Bcc: thief@evil.example", "X-Added: 1", "To: thief@evil.example", "\n\nbody"]
injections = st.builds(
    "{}{}{}".format,
    st.text(max_size=10),
    st.sampled_from(LINE_BREAKS),
    st.sampled_from(ADDED) | st.text(max_size=20),
)


@pytest.mark.parametrize("field", ["to", "reference", "school", "path", "urgent"])
@given(payload=injections)
@example(payload="x\r\nBcc: thief@evil.example")
@settings(max_examples=100, deadline=None)
def test_no_text_adds_a_header_or_a_recipient(field: str, payload: str) -> None:
    """Five fields that reach a mail, a hundred payloads each: refused, or harmless (R40)."""
    given_: dict[str, Any] = (
        {field: payload} if field in ("to", "reference") else {"values": {field: payload}}
    )
    try:
        raw = build(**given_).as_bytes()
    except ValueError:
        return
    head = raw.split(b"\n\n", 1)[0].decode("ascii", "replace")
    names = [line.split(":")[0] for line in head.splitlines() if line[:1].strip()]

    assert sorted(HEADERS) == sorted(names)
    assert (
        "evil.example" not in (re.search(r"^To: (.*)", head, re.MULTILINE) or [""] * 2)[1]
        or field == "to"
    )


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("dsl@oakfield.example", "dsl@oakfield.example"),
        ("o'neil+dsl@sub.oakfield.example", "o'neil+dsl@sub.oakfield.example"),
        ("dsl@bücher.example", "dsl@xn--bcher-kva.example"),
        ("dsl@straße.example", "dsl@xn--strae-oqa.example"),
    ],
)
def test_an_address_is_spelled_as_mail_servers_do(
    address: str, spelled: str, clock: FrozenClock
) -> None:
    """A domain with accents reaches its server; encoded as a word it would reach nobody."""
    message = build(to=address)

    assert spelled == message["To"]
    assert f"To: {spelled}\n".encode() in message.as_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "nobody",
        "a@b@c",
        "a@",
        "@b.example",
        "ä@oakfield.example",
        "a b@c.example",
        "a@b.example, c@d.example",
        "a@b.example\n",
        "Name <a@b.example>",
        "a@\u2028.example",
    ],
)
def test_an_address_that_is_none_is_refused(address: str, clock: FrozenClock) -> None:
    """The message is tried again and handed to a person in the end; it never goes elsewhere."""
    with pytest.raises(ValueError, match=r"address|[Cc]odepoint"):
        build(to=address)


def test_links_are_built_from_our_own_address(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From PUBLIC_URL with its base path, whatever any request said (R18)."""
    monkeypatch.setenv("PUBLIC_URL", "https://holdfast.example/app/")

    text = body(build(values={"path": "/s/x/incidents/1"}), "plain")

    assert "https://holdfast.example/app/s/x/incidents/1" in text
