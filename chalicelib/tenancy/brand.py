"""How a school shows itself to families: a name, a colour that can be read, a logo (10.8).

The logo that is kept was drawn anew by the documents function: nothing of the file that was sent,
no metadata and no markup, is ever served.
"""

import colorsys
import re
from typing import Any

from pynamodb.attributes import BinaryAttribute

from chalicelib import audit
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId
from chalicelib.storage import Row, Table, get, table, transaction
from chalicelib.tenancy import repository
from chalicelib.tenancy.model import Brand, School
from chalicelib.web.navigation import Look

PAPER = "#fbf9f5"
LEAST = 4.5  # to 1, as for text: the colour stands in headings on paper too (WCAG 1.4.3)
COLOUR = re.compile(r"#[0-9a-f]{6}")
_LOGO = "brand#logo"


class LogoRow(Row):
    """A school's logo as a PNG that we made."""

    class Meta(Table):
        table_name = table("directory")

    png = BinaryAttribute(legacy_encoding=False)


def read(school: SchoolId) -> tuple[Brand, int]:
    """How a school shows itself, and the version that a change must meet. Raises NotFound."""
    row = _row(school)
    return repository.to_school(row).brand, int(row.version or 0)


def change(school: SchoolId, *, name: str, colour: str, version: int, by: str) -> None:
    """Replace name and colour; either may be empty.

    Raises Invalid at `colour` for one that cannot be read on our pages, Conflict when somebody
    else saved since.
    """
    if colour and contrast(colour, PAPER) < LEAST:
        told = f"Too pale to read on our pages. The nearest that can be read is {nearest(colour)}"
        raise Invalid({"colour": [told]})
    row = _row(school)
    if int(row.version or 0) != version:
        raise Conflict
    _save(row, name=name, colour=colour, by=by)


def put_logo(school: SchoolId, png: bytes, *, by: str) -> None:
    """Keep a logo that we drew, and show it from now on."""
    row = _row(school)
    with transaction() as tx:
        tx.put(LogoRow(school, _LOGO, png=png))
        row.brand = {**(row.brand or {}), "logo": True}
        tx.replace(row)
        audit.record(tx, school, by=by, action="brand.changed", about="brand/logo")


def drop_logo(school: SchoolId, *, by: str) -> None:
    """Show no logo any more; done again, nothing changes."""
    row = _row(school)
    if not (row.brand or {}).get("logo"):
        return
    with transaction() as tx:
        tx.delete(LogoRow, school, _LOGO)
        row.brand = {**row.brand, "logo": False}
        tx.replace(row)
        audit.record(tx, school, by=by, action="brand.changed", about="brand/logo")


def logo(school: SchoolId) -> bytes | None:
    """The PNG, or None."""
    row = get(LogoRow, school, _LOGO, consistent=False)
    return bytes(row.png) if row else None


def look(school: School) -> Look | None:
    """What stands above a family's page; None for a school that decided nothing."""
    brand = school.brand
    if not (brand.name or brand.colour or brand.has_logo):
        return None
    logo_path = f"/r/{school.id}/logo" if brand.has_logo else ""
    return Look(brand.name or school.name, brand.colour, logo_path)


def for_paper(school: SchoolId) -> dict[str, Any]:
    """The same for a document: its colour, and the logo as numbers, which JSON can carry."""
    brand, _ = read(school)
    png = logo(school) if brand.has_logo else None
    return {"name": brand.name, "colour": brand.colour, "logo": list(png or b"")}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str) -> str:
    """The colour of the same hue, darker by no more than it takes to be read on our paper."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(colour))
    for step in range(256):
        parts = colorsys.hls_to_rgb(hue, max(light - step / 255, 0), saturation)
        darker = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
        if contrast(darker, PAPER) >= LEAST:
            return darker
    return "#000000"


def _save(row: Any, *, name: str, colour: str, by: str) -> None:
    row.brand = {**(row.brand or {}), "name": name, "colour": colour}
    with transaction() as tx:
        tx.replace(row)
        audit.record(tx, row.tenant, by=by, action="brand.changed", about="brand/look")


def _row(school: SchoolId) -> Any:
    row = repository.school_row(school)
    if row is None:
        raise NotFound
    return row


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
