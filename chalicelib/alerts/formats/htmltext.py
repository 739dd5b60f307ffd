"""The words of an HTML mail as lines of text: cells of a table's row stand beside one another.

Nothing is fetched and nothing is kept but words. Styles, scripts and pictures are left out.
"""

from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section"}
    | {"table", "tbody", "thead", "tr", "ul"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "svg", "object"})
_CELLS = frozenset({"td", "th"})


def text_of(html: str) -> str:
    """The text of a page, one line for each block; tabs between cells."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = ("\t".join(_tidy(cell) for cell in line.split("\t")) for line in reader.text())
    return "\n".join(line.strip() for line in lines if line.strip())


def _tidy(text: str) -> str:
    return " ".join(text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._cells = 0

    def text(self) -> list[str]:
        return "".join(self._parts).split("\n")

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _CELLS:
            self._parts.append("\t" if self._cells else "")
            self._cells += 1
        elif tag in _BLOCKS:
            self._break(tag)

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data.replace("\t", " ").replace("\n", " "))

    def _break(self, tag: str) -> None:
        """A paragraph inside a cell does not end the row."""
        if self._cells and tag not in {"tr", "table", "tbody", "thead"}:
            self._parts.append(" ")
            return
        self._cells = 0
        self._parts.append("\n")
