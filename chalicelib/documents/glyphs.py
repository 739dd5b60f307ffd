"""Texts that a PDF's typefaces can show: PDF/UA refuses a character without a shape.

People type emoji and every script there is, and a case must print all the same. What no typeface
has is said in words: the name of a symbol, the number of a letter. Nothing is left out.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.documents.typeset import FONT, font_folder

FALLBACK = "DejaVu Sans Mono"  # Typst carries it: Arabic, Hebrew and more
FONTS = (FONT, FALLBACK)
_KNOWN = 0x17F  # Latin with all of its marks in Europe: the typeface has every one
_SILENT = {"\u200d", "\ufe0e", "\ufe0f"}  # they only join or colour the emoji around them
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # of direction, by hand
_SOURCE = (
    b'#set document(title: "glyphs")\n#let said = json(bytes(sys.inputs.data))\n'
    b"#set text(font: said.fonts)\n#for each in said.texts { par(each) }\n"
)


def showable(data: Any) -> Any:
    """JSON data with each text as it can be shown."""
    unknown = sorted({letter for text in _texts(data) for letter in text if ord(letter) > _KNOWN})
    lacking = _lacking(unknown)
    words: dict[int, str | None] = _TURNS | {
        ord(letter): _word(letter) for letter in (*lacking, *_SILENT)
    }
    return _changed(data, lambda text: text.translate(words))


def _lacking(letters: list[str]) -> list[str]:
    """Those that cannot be shown, found by halves: a page of one script is one try."""
    if not letters or _shows(letters):
        return []
    if len(letters) == 1:
        return letters
    half = len(letters) // 2
    return _lacking(letters[:half]) + _lacking(letters[half:])


def _shows(letters: Iterable[str]) -> bool:
    import typst  # only the function that builds documents carries it

    write: Any = typst.compile
    said = {"fonts": FONTS, "texts": list(letters)}
    try:
        write(
            _SOURCE,
            format="pdf",
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            sys_inputs={"data": json.dumps(said)},
        )
    except typst.TypstError:
        return False
    return True


def _word(letter: str) -> str:
    if letter in _SILENT:
        return ""
    name = unicodedata.name(letter, "").lower()
    is_letter = unicodedata.category(letter).startswith(("L", "M"))
    return f"[U+{ord(letter):04X}]" if is_letter or not name else f"[{name}]"


def _texts(data: Any) -> Iterable[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for each in data.values():
            yield from _texts(each)
    elif isinstance(data, list | tuple):
        for each in data:
            yield from _texts(each)


def _changed(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: _changed(each, change) for name, each in data.items()}
    return [_changed(each, change) for each in data] if isinstance(data, list | tuple) else data
