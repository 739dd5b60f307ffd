"""PDF/UA by Typst: tagged, so that it can be read aloud.

A template gets its data as JSON; nothing is ever put into its markup, so no name can become a
command. Typst refuses to write a document that breaks PDF/UA.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

FONT = "Source Sans Pro"
_PANICS = "pyo3_runtime"


class Undrawable(Exception):
    """A picture at which the drawing library gave up."""


def typeset(template: Path, data: Any, *, made_at: datetime) -> bytes:
    """The PDF/UA-1 file of a Typst template, which finds its data as `sys.inputs.data` (JSON)."""
    [whole] = _written(template, data, made_at, "pdf")
    return whole


def pages(template: Path, data: Any, *, made_at: datetime) -> list[bytes]:
    """The same as PNG pictures of its pages, to look at."""
    return _written(template, data, made_at, "png")


def picture(svg: bytes, *, width: int, height: int, made_at: datetime) -> bytes:
    """An SVG file as PNG, in the documents' typeface; its size in pixels of a screen."""
    data = {"svg": svg.decode(), "width": width, "height": height}
    [only] = _written(Path(__file__).parent / "picture.typ", data, made_at, "png")
    return only


def redrawn(
    template: Path, body: bytes, form: str, ratio: float, *, made_at: datetime, height: float = 64
) -> bytes:
    """A PNG, JPEG or SVG drawn anew as PNG, so high in points and as wide as its ratio says.

    Nothing of the file comes along but what can be seen of it. An SVG must be clean: pictures that
    it links to would be looked for beside the template. Raises Undrawable where drawing breaks off.
    """
    data = {"body": list(body), "format": form, "width": height * ratio, "height": height}
    try:
        [only] = _written(template, data, made_at, "png")
    except BaseException as e:
        if type(e).__module__ == _PANICS:  # no Exception: it would end the whole function
            raise Undrawable from e
        raise
    return only


def _written(
    template: Path, data: Any, made_at: datetime, form: Literal["pdf", "png"]
) -> list[bytes]:
    import typst  # 80 MB: only the function that builds documents carries it

    written: Any = typst.compile(
        str(template),
        root=str(template.parent),
        format=form,
        font_paths=[font_folder()],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"] if form == "pdf" else [],
        sys_inputs={"data": json.dumps(data)},
        timestamp=made_at.replace(microsecond=0),  # it takes whole seconds only
        ppi=110,
    )
    return written if isinstance(written, list) else [written]


def font_folder() -> str:
    """Where the typeface is."""
    import font_source_sans_pro  # type: ignore[import-untyped]  # a folder of fonts

    return str(Path(font_source_sans_pro.__file__).parent / "files")
