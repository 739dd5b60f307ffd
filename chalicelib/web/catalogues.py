"""Translations as gettext's own format keeps them, read as text, and a page turned by one.

Pages are written in English. A signer's page asks for each sentence as it is made; the open form is
turned when it is whole, so that its English stays plain to read and every sentence has one place.
"""

import ast
import html
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

# What is no sentence of ours: tags, and elements whose content was typed or is a program's.
_PARTS = re.compile(
    r"(<(script|style|textarea)\b.*?</\2>"
    r"|<dd class=\"govuk-summary-list__value\".*?</dd>|<!--.*?-->|<[^>]*>)",
    re.DOTALL,
)
_SAID = re.compile(r'\b(aria-label|title|alt)="([^"]*)"')
_LEADS = re.compile(r'\b(href|action)="([^"]*)"')
_NUMBER = re.compile(r"\d+")
_DASH = " \u2013 "


def parsed(po: str) -> dict[str, str]:
    """What a catalogue in gettext's own format holds: sentences by their English, no plurals."""
    found: dict[str, str] = {}
    english, said, into = "", "", ""
    for line in [*po.splitlines(), 'msgid ""']:
        word, _, rest = line.partition(" ")
        if word == "msgid":
            if english:
                found[english] = said
            english, said, into = ast.literal_eval(rest), "", "english"
        elif word == "msgstr":
            said, into = ast.literal_eval(rest), "said"
        elif line.startswith('"') and into == "english":
            english += ast.literal_eval(line)
        elif line.startswith('"') and into == "said":
            said += ast.literal_eval(line)
    return found


def turned(page: str, words: Mapping[str, str], leads: Callable[[str], str]) -> str:
    """A page in another language: its sentences by their English, its links as `leads` says.

    What people typed stays as it is: values of inputs, text boxes, and answers shown to be checked.
    A sentence without a translation stays English.
    """
    found = []
    for number, part in enumerate(_PARTS.split(page)):
        if number % 3 == 0:
            found.append(_sentence(part, words))
        elif number % 3 == 1:
            found.append(_tag(part, words, leads))
    return "".join(found)


def missing(page: str, words: Mapping[str, str]) -> set[str]:
    """The sentences of a page that have letters and no translation."""
    plain = [_plain(part) for part in _PARTS.split(page)[::3]]
    return {each for each in plain if re.search(r"[A-Za-z]{2}", each) and not _said(each, words)}


def _plain(text: str) -> str:
    return html.unescape(" ".join(text.split()))


def _sentence(text: str, words: Mapping[str, str]) -> str:
    said = _said(_plain(text), words)
    if not said:
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return before + html.escape(said, quote=False) + after


def _said(plain: str, words: Mapping[str, str]) -> str:
    """A sentence's translation, its numbers in their order; a title's part by part."""
    if plain in words:
        return words[plain]
    if said := words.get(_NUMBER.sub("#", plain)):
        numbers = iter(_NUMBER.findall(plain))
        return re.sub("#", lambda _: next(numbers, ""), said)
    if _DASH in plain:
        parts = [_said(part, words) or part for part in plain.split(_DASH)]
        return _DASH.join(parts) if parts != plain.split(_DASH) else ""
    return ""


def _tag(tag: str, words: Mapping[str, str], leads: Callable[[str], str]) -> str:
    if tag.startswith(("<script", "<style", "<textarea", "<dd ", "<!")):
        return tag
    tag = _SAID.sub(lambda m: f'{m[1]}="{html.escape(_said(_plain(m[2]), words)) or m[2]}"', tag)
    return _LEADS.sub(lambda m: f'{m[1]}="{html.escape(leads(html.unescape(m[2])))}"', tag)


def with_language(path: str, code: str, *, within: str) -> str:
    """An address that keeps the language, when it leads to one of ours below `within`."""
    parts = urlsplit(path)
    if parts.netloc or not parts.path.startswith(within) or "lang=" in parts.query:
        return path
    query = "&".join(filter(None, (parts.query, f"lang={code}")))
    return parts._replace(query=query).geturl()
