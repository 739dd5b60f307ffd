"""A logo that comes as SVG, written anew with its shapes alone before it is drawn (10.8, R42).

What would run, load or link is left out; what would change how the logo looks is refused in words.
How much there is to draw is bounded here, every reference followed, so that no small file becomes
hours of work or a mountain of memory.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_KEPT = _SHAPES | {
    *("svg", "g", "defs", "symbol", "use", "switch", "style", "clipPath", "mask"),
    *("linearGradient", "radialGradient", "stop"),
}
_EFFECT, _DASHES = "an effect such as a shadow", "dashed lines"
_REFUSED = {
    "image": "a picture of another kind inside it",
    "filter": _EFFECT,
    "pattern": "a repeated pattern",
    "marker": "arrow heads",
    "text": "letters that are not outlines",
}
_MOST_PARTS, _DEEPEST = 5_000, 30
_MOST_DRAWN = 600_000  # letters of everything that is drawn: what is used twice counts twice
_EACH = 60  # letters that a part counts for, besides its own
_MOST_STYLE = 20_000
_OWN = re.compile(r"url\(\s*(['\"]?)#([^'\"()\s]+)\1\s*\)")
_COLOURED = re.compile(r"(?:fill|stroke)\s*:\s*url\(\s*(['\"]?)#[^'\"()\s]+\1\s*\)")
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_HUGE = re.compile(r"(?<![\d.#])\d{8,}|(?<=[\d.])e\+?0*(?:[6-9]|[1-9]\d)", re.IGNORECASE)
_NO_NUMBERS = frozenset({"id", "class", "href"})
_NUMBER = re.compile(r"\+?(\d{1,7}(?:\.\d*)?|\.\d+)\s*(?:px|pt|mm|cm|in|pc)?")
_SEEN = {
    _EFFECT: re.compile(r"(?<![-\w])filter\s*:(?!\s*none)", re.IGNORECASE),
    _DASHES: re.compile(r"stroke-dasharray\s*:(?!\s*none)", re.IGNORECASE),
}
_ATTRIBUTES = {"filter": _EFFECT, "stroke-dasharray": _DASHES}


@dataclass(frozen=True)
class Drawing:
    """A clean SVG, and the sides of its picture in units of its own."""

    svg: bytes
    width: float
    height: float


def is_one(body: bytes) -> bool:
    """Whether a file is XML that begins as an SVG does; it may be a bad one all the same."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in body


def drawing(body: bytes) -> Drawing:
    """An SVG file of some hundred kilobytes at most, written anew.

    Raises ValueError, in words for whoever sent it, for one that is broken, that cannot be drawn
    as it looks, or that is too much to draw.
    """
    from defusedxml import ElementTree

    root = _root(body)
    _check_size(root)
    x, y, width, height = _box(root.attrib)
    _clean(root)
    if not any(each.tag in _SHAPES for each in root.iter()):
        raise ValueError("There is nothing to draw in this picture. Send a PNG of your logo")
    _Weighing(root).weigh(root)
    size = {
        "viewBox": f"{x:.9g} {y:.9g} {width:.9g} {height:.9g}",
        "width": f"{width:.9g}",
        "height": f"{height:.9g}",
    }
    others = {name: value for name, value in root.attrib.items() if name not in size}
    root.attrib = {"xmlns": _SVG.strip("{}"), **size, **others}
    return Drawing(ElementTree.tostring(root), width, height)


def _root(body: bytes) -> Any:
    from defusedxml import ElementTree, common

    try:
        root = ElementTree.fromstring(body)
    except common.DefusedXmlException as e:
        raise _cannot("shortened words (entities)") from e
    except (ElementTree.ParseError, ValueError, LookupError) as e:
        raise ValueError("This picture is broken or cut off. Save it again, or send a PNG") from e
    if _name(root) != "svg":
        raise ValueError("This is no picture in SVG. Send a PNG, JPEG or SVG of your logo")
    return root


def _check_size(root: Any) -> None:
    """Before anything walks through it by calling itself."""
    level, parts = [root], 0
    for _ in range(_DEEPEST):
        parts += len(level)
        level = [child for each in level for child in each]
        if parts > _MOST_PARTS:
            raise _too_much()
    if level:
        raise _too_much()


def _box(attributes: Mapping[str, str]) -> tuple[float, float, float, float]:
    """Where the picture lies in the drawing: as it says, or as large as it says it is."""
    try:
        x, y, width, height = map(float, re.split(r"[\s,]+", attributes["viewBox"].strip()))
    except (KeyError, ValueError):
        x = y = 0.0
        width, height = (_number(attributes.get(side, "")) for side in ("width", "height"))
    if not (0 < width < 1e7 and 0 < height < 1e7 and abs(x) < 1e7 and abs(y) < 1e7):
        raise ValueError("This picture does not say how large it is. Save it again, or send a PNG")
    return x, y, width, height


def _number(text: str) -> float:
    found = _NUMBER.fullmatch(text.strip())
    return float(found[1]) if found else 0.0


# --- writing it anew ------------------------------------------------------------------------------


def _clean(part: Any) -> None:
    """Leave the shapes, and of each only what says how it looks."""
    part.tag = _name(part)
    part.attrib = dict(_attributes(part.attrib))
    part.text = _sheet(part.text or "") if part.tag == "style" else None
    part.tail = None
    for child in list(part):
        name = _name(child)
        if name in _REFUSED or name.startswith("fe"):
            raise _cannot(_REFUSED.get(name, _EFFECT))
        if name in _KEPT:
            _clean(child)
        else:
            part.remove(child)


def _name(part: Any) -> str:
    """What a part is called in SVG; empty for one of another kind."""
    name = str(part.tag).removeprefix(_SVG)
    return "" if name.startswith("{") else name


def _attributes(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        if name in (_LINK, "href"):
            if not value.strip().startswith("#"):
                raise _points_elsewhere()
            yield "href", value.strip()
        elif not name.startswith(("{", "on")):
            yield name, _looks(name, value)


def _looks(name: str, value: str) -> str:
    """How a part looks, where that points nowhere but into the file."""
    if name in _ATTRIBUTES and value.strip() != "none":
        raise _cannot(_ATTRIBUTES[name])
    return value if name in _NO_NUMBERS else _words(value)


def _sheet(text: str) -> str:
    """A sheet of styles: it says how shapes look, and loads nothing."""
    text = _words(text)
    if "@" in text or len(text) > _MOST_STYLE:
        raise _cannot("a style sheet or typeface that is kept elsewhere")
    return text


def _words(text: str) -> str:
    """What an attribute or a sheet says, without its comments."""
    text = _COMMENT.sub(" ", text)
    if "\\" in text or "/*" in text:  # it could spell any other word
        raise _points_elsewhere()
    if len(_OWN.findall(text)) != text.lower().count("url("):
        raise _points_elsewhere()
    if _HUGE.search(text):
        raise _cannot("numbers that no screen has room for")
    for what, pattern in _SEEN.items():
        if pattern.search(text):
            raise _cannot(what)
    return text


# --- how much there is to draw --------------------------------------------------------------------


@dataclass
class _Weighing:
    """The letters and layers of what is drawn when every reference is followed."""

    root: Any
    known: dict[Any, tuple[int, int]] = field(default_factory=dict)
    begun: set[Any] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.named = {each.get("id"): each for each in self.root.iter() if each.get("id")}
        self.by_class: dict[str, list[str]] = {}
        for sheet in self.root.iter("style"):
            self._read(sheet.text or "")

    def _read(self, sheet: str) -> None:
        """Which classes mean what else is drawn, such as a shape that cuts others out."""
        for selectors, body in _RULE.findall(sheet):
            meant = [name for _, name in _OWN.findall(_COLOURED.sub("", body))]
            for selector in selectors.split(",") if meant else ():
                found = _CLASS.fullmatch(selector.strip())
                if not found:
                    raise _cannot("a style sheet that is hard to follow")
                self.by_class.setdefault(found[1], []).extend(meant)

    def weigh(self, part: Any, level: int = 1) -> tuple[int, int]:
        """Raises ValueError for too much, too deep, or what is drawn inside itself."""
        if part in self.known:
            return self.known[part]
        if part in self.begun or level > _DEEPEST:
            raise _too_much()
        self.begun.add(part)
        own = _EACH + len(part.text or "") + sum(map(len, part.attrib.values()))
        inside = [self.weigh(each, level + 1) for each in (*part, *self._meant(part))]
        letters = own + sum(letters for letters, _ in inside)
        layers = 1 + max((layers for _, layers in inside), default=0)
        if letters > _MOST_DRAWN or layers > _DEEPEST:
            raise _too_much()
        self.known[part] = letters, layers
        return letters, layers

    def _meant(self, part: Any) -> Iterator[Any]:
        names = [name for value in part.attrib.values() for _, name in _OWN.findall(value)]
        names += [part.get("href", "").removeprefix("#")]
        for each in part.get("class", "").split():
            names += self.by_class.get(each, ())
        return (self.named[name] for name in names if name in self.named)


def _cannot(what: str) -> ValueError:
    return ValueError(f"The picture has {what}. Save it without, or send a PNG of your logo")


def _points_elsewhere() -> ValueError:
    return _cannot("something in it that is kept elsewhere")


def _too_much() -> ValueError:
    return ValueError("The picture is made of too many parts. Simplify it, or send a PNG")
