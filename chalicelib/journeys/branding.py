"""The page where a school says how it shows itself to families, and its logo's way there (10.8).

A file that was sent is opened by the documents function alone, which draws it anew; what families
get is that drawing, from our own address, sandboxed.
"""

import base64
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib import audit, ids
from chalicelib.audit import actors
from chalicelib.documents import service as documents
from chalicelib.documents import typeset
from chalicelib.documents.model import Asked, File, Job, Progress
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, VisitorAccess, school, visitor
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.journeys import logo_svg
from chalicelib.storage import drafts, transaction
from chalicelib.tenancy import brand
from chalicelib.tenancy.model import Brand
from chalicelib.web import Pages, Response, fields, page, redirect, typing_in
from chalicelib.web.forms import Form
from chalicelib.web.uploads import File as Chosen

pages = Pages(__name__)
KIND = "brand.logo"
TEMPLATE = Path(__file__).with_name("logo.typ")
LARGEST = 200_000  # bytes of the file: it waits in one sealed row
_MOST_PIXELS = 4_000  # across and down, by what the file says of itself
_THINNEST = 12  # times as wide as high, or the other way round
_MANAGE = school(Permission.MANAGE_SETTINGS)
_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


class BrandForm(Form):
    version = fields.Hidden()
    name = fields.Text(
        "Name that families know you by",
        most=80,
        hint="Leave it empty to show the name that Holdfast has for your school",
    )
    colour = fields.Text(
        "Your colour",
        most=7,
        width="10",
        hint="As your website has it: a hash and six letters or figures, like #7a1f3d",
    )

    def check(self) -> None:
        self.colour.data = (self.colour.data or "").lower()
        if self.colour.data and not brand.COLOUR.fullmatch(self.colour.data):
            self.refuse("colour", "Enter a colour like #7a1f3d")


class LogoForm(Form):
    file = Chosen(
        "Your logo",
        hint="PNG, JPEG or SVG, 200 kB and 4,000 pixels across at most. In an SVG, letters must be "
        "outlines. No picture of a child.",
        accept=".png,.jpg,.jpeg,.svg",
        required="Choose a picture of your logo",
    )


@dataclass(frozen=True)
class Sent:
    """A picture to draw: `png`, `jpg` or `svg`, and how many times as wide as high it is."""

    form: str
    body: bytes
    ratio: float


@pages.get("/s/{school}/branding", access=_MANAGE)
def show(staff: SchoolAccess) -> Response:
    now, version = brand.read(staff.school)
    form = BrandForm.blank(version=str(version), name=now.name or None, colour=now.colour or None)
    return _page(staff, form, LogoForm.blank(), now=now)


@pages.post("/s/{school}/branding", access=_MANAGE)
def save(staff: SchoolAccess) -> Response:
    form = BrandForm.read(staff.request)
    if not form.problems:
        version = typing_in.whole_number(form.version.data or "")
        try:
            brand.change(
                staff.school,
                name=form["name"].data or "",
                colour=form.colour.data or "",
                version=-1 if version is None else version,
                by=staff.actor,
            )
            return redirect(f"/s/{staff.school}/branding")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict:
            form.version.typed = [str(brand.read(staff.school)[1])]
            form.refuse("", "Somebody else saved meanwhile. Look at what you typed, and save again")
    return _page(staff, form, LogoForm.blank(), status=422)


@pages.upload("/s/{school}/branding/logo", access=_MANAGE)
def send_logo(staff: SchoolAccess) -> Response:
    form = LogoForm.read(staff.request)
    form.file.take(staff.request.files)
    if not form.problems:
        try:
            sent = opened(form.file.data.body)
            return redirect(f"/s/{staff.school}/documents/{_ask(staff, sent.body)}")
        except ValueError as e:
            form.refuse("file", str(e))
    now, version = brand.read(staff.school)
    shown = BrandForm.blank(version=str(version), name=now.name or None, colour=now.colour or None)
    return _page(staff, shown, form, now=now, status=422)


@pages.post("/s/{school}/branding/logo/remove", access=_MANAGE)
def drop_logo(staff: SchoolAccess) -> Response:
    brand.drop_logo(staff.school, by=staff.actor)
    return redirect(f"/s/{staff.school}/branding")


@pages.get("/r/{school}/logo", access=visitor())
def logo(visit: VisitorAccess) -> Response:
    """The drawing, for whoever has a family's page open; nothing in it can act."""
    png = brand.logo(visit.school)
    if png is None:
        raise NotFound
    headers: dict[str, str | list[str]] = {
        "Content-Type": "image/png",
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, max-age=600",
    }
    return Response(200, png, headers)


def make_logo(job: Job, progress: Progress) -> Sequence[File]:
    """Draw what was sent anew and keep the drawing; there is no file to fetch."""
    place, by = SchoolId(job.tenant), actors.person(job.asked.person)
    draft = drafts.load(place, by, KIND, job.asked.values["sent"])
    if draft is None:
        raise NotFound
    sent = opened(base64.b64decode(draft.fields["body"][0]))
    progress(30, "Drawing your logo")
    png = typeset.redrawn(TEMPLATE, sent.body, sent.form, sent.ratio, made_at=job.asked_at)
    brand.put_logo(place, png, by=by)
    return ()


def opened(body: bytes) -> Sent:
    """A picture that was sent, known to be one that may be drawn; an SVG is written anew for it.

    Raises ValueError, in words for whoever sent it, for anything else and for what is too large.
    """
    if len(body) > LARGEST:
        raise ValueError("The picture must be 200 kB or less. Save it smaller, then send that")
    if logo_svg.is_one(body):
        drawing = logo_svg.drawing(body)
        form, body, width, height = "svg", drawing.svg, drawing.width, drawing.height
    else:
        form, width, height = _size_of(body)
        if max(width, height) > _MOST_PIXELS:
            raise ValueError("The picture must be at most 4,000 pixels across")
    if max(width, height) > _THINNEST * min(width, height):
        raise ValueError("The picture must not be a thin strip")
    return Sent(form, body, width / height)


def _size_of(body: bytes) -> tuple[str, int, int]:
    """What a picture is (`png` or `jpg`), and its size in pixels, as its head says."""
    if body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) > 24:
        form, (width, height) = "png", struct.unpack(">II", body[16:24])
    else:
        form, (width, height) = "jpg", next(_jpeg_sizes(body), (0, 0))
    if not width or not height:
        raise ValueError("Send a PNG, JPEG or plain SVG picture of your logo")
    return form, width, height


def _jpeg_sizes(body: bytes) -> Iterator[tuple[int, int]]:
    """Width and height of each frame's head."""
    at = 2
    while body.startswith(b"\xff\xd8\xff") and at + 9 < len(body) and body[at] == 0xFF:
        marker, length = body[at + 1], int.from_bytes(body[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            yield int.from_bytes(body[at + 7 : at + 9]), int.from_bytes(body[at + 5 : at + 7])
        at += 2 + max(length, 2)


def _ask(staff: SchoolAccess, body: bytes) -> str:
    sent = ids.new()
    fields_ = {"body": [base64.b64encode(body).decode()]}
    drafts.save(staff.school, staff.actor, KIND, sent, fields_)
    asked = Asked(
        KIND,
        "Your logo",
        Permission.MANAGE_SETTINGS,
        staff.person,
        f"/s/{staff.school}/branding",
        values={"sent": sent},
        doing="Drawing your logo",
        done="Your logo is shown to families from now on.",
    )
    with transaction() as tx:
        return documents.ask(tx, staff.school, asked)


def _page(
    staff: SchoolAccess,
    form: BrandForm,
    logo_form: LogoForm,
    *,
    now: Brand | None = None,
    status: int = 200,
) -> Response:
    now = now or brand.read(staff.school)[0]
    audit.viewed(staff.school, by=staff.actor, action="brand.viewed", about="brand/look")
    offered = form.colour.data if form.problems and form.colour.data else ""
    fits = bool(offered and brand.COLOUR.fullmatch(offered))
    return page(
        "home/branding",
        status,
        school=staff.school,
        school_name=staff.school_name,
        form=logo_form if logo_form.problems else form,
        look=form,
        logo_form=logo_form,
        now=now,
        offered=brand.nearest(offered) if fits else "",
    )
