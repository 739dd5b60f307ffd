"""The poster for the wall as PDF: the address of the open form, to read and to point a phone at
(features 1.1, S263, S339).
"""

from collections.abc import Sequence
from pathlib import Path

from chalicelib import config
from chalicelib.documents import glyphs
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked, File, Form, Job, Progress
from chalicelib.documents.typeset import typeset
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId, SchoolId
from chalicelib.storage import transaction
from chalicelib.tenancy import brand, directory, settings

KIND = "incident.poster"
TEMPLATE = Path(__file__).with_name("poster.typ")
QUESTION = "Did something online worry you? Tell us."
HELP = (
    "You can also tell any adult at school.",
    "Childline is free at any time: 0800 1111. In danger now? Call 999.",
)


def ask(school: SchoolId, person: PersonId, back: str) -> str:
    """Have it made; gives the job's id."""
    asked = Asked(
        KIND,
        "Poster for the wall",
        Permission.READ_LOG,
        person,
        back,
        doing="Making the poster",
        done="The poster is ready.",
    )
    with transaction() as tx:
        return documents.ask(tx, school, asked)


def make(job: Job, progress: Progress) -> Sequence[File]:
    """Called by the queue."""
    school = SchoolId(job.tenant)
    address = address_of(school)
    progress(20, "Drawing the code")
    look = brand.for_paper(school)
    data = {
        "title": "Poster: tell us what happened online",
        "school": look["name"] or directory.school(school).name,
        "question": QUESTION,
        "lines": lines_of(school),
        "code": picture(address),
        "alt": "QR code of the address below",
        "address": address.partition("://")[2],
        "help": HELP,
    }
    fonts = {"fonts": list(glyphs.FONTS), "brand": look}
    pdf = typeset(TEMPLATE, glyphs.showable(data) | fonts, made_at=job.asked_at)
    return (File(Form.PDF, pdf),)


def address_of(school: SchoolId) -> str:
    return f"{config.public_url()}/r/{school}"


def lines_of(school: SchoolId) -> list[str]:
    """What the poster promises, by what the school has decided."""
    lines = ["Pupils, parents, carers and visitors. You need no account."]
    if settings.read(school).anonymous_reports:
        lines.append("You do not have to give your name.")
    return lines


def picture(address: str, **how: object) -> str:
    """A QR code as SVG that needs no style and no other file."""
    # Only the poster pays for this import.
    import segno

    drawn: str = segno.make(address, error="q", micro=False).svg_inline(
        **{"omitsize": True, "border": 2, "svgclass": None, "lineclass": None, **how}
    )
    return drawn
