"""An agreement's Markdown as HTML: headings, paragraphs, lists and emphasis, and nothing else.

The renderer starts from nothing and is given those four, so a template that a school adapts can
hold no markup, link or picture of its own (S144 to S165 need none).
"""

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from chalicelib.agreements.wording import Part, Text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_CLASSES = {
    "p": "govuk-body",
    "h2": "govuk-heading-l",
    "h3": "govuk-heading-m",
    "ul": "govuk-list govuk-list--bullet govuk-list--spaced",
    "ol": "govuk-list govuk-list--number govuk-list--spaced",
}


def html(text: str) -> Markup:
    """What a signer sees of a text; safe for any text whatever."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    for token in tokens:
        if token.nesting == 1 and token.tag in _CLASSES:
            token.attrJoin("class", _CLASSES[token.tag])
    rendered: str = markdown.renderer.render(tokens, markdown.options, {})
    return Markup(rendered)  # noqa: S704 - markdown-it escapes all it is given; html is off


def parts(text: Text) -> dict[Part, Markup]:
    """Each part of a text by itself, for pages that place them."""
    return {part: html(words) for part, words in text.parts.items()}


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 20 ms that only an agreement's page needs

    return MarkdownIt("zero", {"html": False}).enable(["heading", "list", "emphasis", "escape"])
