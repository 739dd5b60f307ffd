"""A school shows its name, colour and logo to families, and nothing else of a file (10.8)."""

import base64
import re
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.documents import build
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents.exports import posters
from chalicelib.journeys.branding import KIND, opened
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.storage import drafts
from chalicelib.tenancy import brand
from tests.agreements.families import a_link, a_ready_school
from tests.builders import Person, a_person, a_school, signed_in, within
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.doubles import Mailbox
from tests.pages import ORIGIN, Answer, Site

__all__ = ["bucket"]
CANARY = b"Taken at 51.5N 0.1W by R. Sparrow"
AN_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" onload="alert(1)">'
    b"<metadata>" + CANARY + b'</metadata><path d="M0 0h20v10z" fill="#7a1f3d"/></svg>'
)


def a_png(width: int = 120, height: int = 60, *, more: bytes = b"") -> bytes:
    """A PNG of one colour, with a text chunk that must go no further."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = (b"\0" + b"\x7a\x1f\x3d" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + (chunk(b"tEXt", b"Comment\0" + more) if more else b"")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def head(store: str) -> Person:
    return a_person(a_school("Plain Name School"), roles=[Role.HEADTEACHER])


def _sent(browser: Site, school: str, body: bytes) -> Answer:
    page = browser.get(f"/s/{school}/branding")
    token = page.root.all("input", name="csrf_token")[-1].attributes["value"]
    whole = (
        f'--XyZ\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--XyZ\r\nContent-Disposition: form-data; name="file"; filename="logo.png"\r\n\r\n'
    ).encode()
    headers = {
        "Content-Type": "multipart/form-data; boundary=XyZ",
        "Sec-Fetch-Site": "same-origin",
        "Origin": ORIGIN,
    }
    path = f"/s/{school}/branding/logo"
    return browser.request("POST", path, body=whole + body + b"\r\n--XyZ--\r\n", headers=headers)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("branding", {"version": "9" * 5000}),
        ("settings", {"version": "9" * 5000}),
        ("settings/terms/2026-27", {"version": "9" * 5000}),
        ("retention/periods", {"number": "9" * 5000, "low_years": "7"}),
    ],
)
def test_a_version_that_no_number_could_be_is_an_old_one(
    site: Site, head: Person, page: str, fields: dict[str, str]
) -> None:
    """A hidden field of five thousand digits is answered like any other form that is too old."""
    browser = signed_in(site, head)
    shown = browser.get(f"/s/{head.place}/{page}")
    action = f"/{page.rpartition('/')[2]}"
    answer = browser.submit(fields, page=shown, action=action, expect=None)
    assert answer.status in (409, 422), answer.text


@given(colour=st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_the_nearest_colour_can_be_read_and_is_no_darker_than_it_must(colour: str) -> None:
    """At least 4.5 to 1 on our paper; one that passes already stays as it is (WCAG 1.4.3)."""
    found = brand.nearest(colour)

    assert brand.COLOUR.fullmatch(found)
    assert brand.contrast(found, brand.PAPER) >= brand.LEAST
    if brand.contrast(colour, brand.PAPER) >= brand.LEAST + 0.05:
        assert found == colour
    else:
        assert brand.contrast(found, brand.PAPER) < brand.LEAST + 0.4


def test_name_and_colour_stand_above_a_family_s_pages_alone(site: Site, head: Person) -> None:
    """A pale colour is refused with the nearest that can be read, which one press takes; another
    school's pages have nothing of it.
    """
    browser = signed_in(site, head)
    browser.get(f"/s/{head.place}/branding")
    pale = browser.submit(
        {"name": "Plain Name & Friends", "colour": "#FFE680"}, button="Save", expect=422
    )
    offered = re.search(r"#[0-9a-f]{6}", pale.problems()[0])
    assert offered
    browser.follow(browser.submit(page=pale, button=f"Use {offered[0]} instead"))

    shown, other = site.get(f"/r/{head.place}"), site.get(f"/r/{a_school()}")

    (band,) = [each for each in shown.root.all("rect") if each.attributes["fill"] == offered[0]]
    assert band
    assert "Plain Name & Friends" in shown.root.text
    assert "hf-brand" not in other.body


def test_two_who_save_at_once_lose_nothing_typed(site: Site, head: Person) -> None:
    """The second is told, and still has what was typed."""
    browser = signed_in(site, head)
    first, second = (
        browser.get(f"/s/{head.place}/branding"),
        browser.get(f"/s/{head.place}/branding"),
    )
    browser.submit({"name": "One"}, page=first, button="Save")

    late = browser.submit({"name": "Two"}, page=second, button="Save", expect=422)

    assert "Somebody else saved" in late.problems()[0]
    browser.submit(page=late, button="Save")
    with within(str(head.place)):
        assert "Two" == brand.read(SchoolId(head.place))[0].name


def test_a_logo_is_drawn_anew_and_served_in_a_sandbox(
    site: Site, head: Person, bucket: Bucket
) -> None:
    """What a camera or a program wrote into the file is gone; the answer can act on nothing."""
    school = SchoolId(head.place)
    browser = signed_in(site, head)
    sent = a_png(more=CANARY)
    job = _sent(browser, school, sent).location.rpartition("/")[2]
    site.request("GET", f"/r/{school}/logo")
    build.build(school, job, DOCUMENTS)
    build.build(school, job, DOCUMENTS)

    served = site.request("GET", f"/r/{school}/logo")
    page = site.get(f"/r/{school}")

    assert served.raw.startswith(b"\x89PNG")
    assert served.raw != sent
    assert CANARY not in served.raw
    assert b"tEXt" not in served.raw
    assert "sandbox" in served.headers["content-security-policy"]
    assert "image/png" == served.headers["content-type"]
    assert [f"/r/{school}/logo"] == [e.attributes["src"] for e in page.root.all("img")]
    assert "Your logo is shown to families" in browser.get(f"/s/{school}/documents/{job}").text
    browser.get(f"/s/{school}/branding")
    browser.follow(browser.submit(button="Show no logo"))
    site.get(f"/r/{school}/logo", expect=404)


def test_a_logo_as_svg_is_on_the_page_and_on_paper_as_a_drawing_of_ours(
    site: Site, head: Person, bucket: Bucket
) -> None:
    """R42: its shapes and nothing else; one that cannot be taken is refused beside the field."""
    school = SchoolId(head.place)
    browser = signed_in(site, head)
    refused = _sent(browser, school, AN_SVG.replace(b"<path", b"<image/><path"))
    assert 422 == refused.status
    (said,) = refused.problems()
    assert "The picture has a picture of another kind inside it" in said
    job = _sent(browser, school, AN_SVG).location.rpartition("/")[2]
    build.build(school, job, DOCUMENTS)

    served = site.request("GET", f"/r/{school}/logo")

    assert served.raw.startswith(b"\x89PNG")
    assert CANARY not in served.raw
    assert "image/png" == served.headers["content-type"]
    assert [f"/r/{school}/logo"] == [
        e.attributes["src"] for e in site.get(f"/r/{school}").root.all("img")
    ]
    with within(school):
        (kept,) = drafts.of_owner(school, head.actor, KIND)
        assert CANARY not in base64.b64decode(kept.fields["body"][0])
        paper = posters.ask(school, PersonId(head.id), f"/s/{school}/poster")
    build.build(school, paper, DOCUMENTS)
    (made,) = bucket.objects.values()
    assert made["Body"].startswith(b"%PDF")


@pytest.mark.parametrize(
    "body",
    [
        b"GIF89a" + b"\0" * 50,
        b"\xff\xd8\xff\xe0\0\x04ab",
        a_png()[:20],
        a_png()[:16] + struct.pack(">II", 60_000, 60_000) + a_png()[24:],
        a_png()[:16] + struct.pack(">II", 3_000, 10) + a_png()[24:],
        b"\x89PNG" + b"x" * 300_000,
    ],
    ids=["gif", "no frame", "cut", "bomb", "strip", "heavy"],
)
def test_what_is_no_small_picture_is_refused_before_anything_opens_it(body: bytes) -> None:
    """By its first bytes and what its head says of its size."""
    with pytest.raises(ValueError, match="picture"):
        opened(body)


def test_a_jpeg_s_size_is_read_past_its_metadata() -> None:
    """EXIF stands before the frame."""
    body = (
        b"\xff\xd8\xff\xe1\x00\x08Exif\0\0"
        b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 40, 90) + b"\x03" + b"\0" * 20
    )

    sent = opened(body)

    assert ("jpg", 90 / 40) == (sent.form, sent.ratio)


def test_the_poster_carries_it(head: Person, bucket: Bucket) -> None:
    """On paper too, and still PDF/UA: Typst refuses what is not."""
    school = SchoolId(head.place)
    with within(school):
        _, version = brand.read(school)
        brand.change(school, name="Own name", colour="#7a1f3d", version=version, by=head.actor)
        brand.put_logo(school, a_png(), by=head.actor)
        job = posters.ask(school, PersonId(head.id), f"/s/{school}/poster")
    build.build(school, job, DOCUMENTS)

    (made,) = bucket.objects.values()
    assert made["Body"].startswith(b"%PDF")


def test_a_signer_s_pages_carry_it(site: Site, mailbox: Mailbox) -> None:
    """Above each page behind the emailed link (10.8)."""
    ready = a_ready_school()
    link = a_link(ready, mailbox)
    with within(ready.school):
        _, version = brand.read(ready.school)
        brand.change(ready.school, name="", colour="#7a1f3d", version=version, by="system:test")

    for step in ("", "/child", "/parent", "/decline"):
        assert '<rect width="100%" height="8" fill="#7a1f3d"/>' in site.get(link + step).body
