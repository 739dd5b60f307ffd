"""Boxes of text that no picture can be pasted into (S213, R-UKCIS 2)."""

from typing import Any

from chalicelib.incidents.model.pictures import REASON, without_pictures
from chalicelib.web.fields import LongText, Text

MOST_DESCRIPTION = 20_000
MOST_NOTE = 4_000
MOST_LINE = 200


class Words(LongText):
    """Several lines. A pasted picture is taken out before the text is stored or shown again."""

    def parse(self, typed: list[str]) -> Any:
        return super().parse(_clean(self, typed))


class Line(Text):
    """One line, with the same refusal."""

    def parse(self, typed: list[str]) -> Any:
        return super().parse(_clean(self, typed))


def _clean(question: Text, typed: list[str]) -> list[str]:
    if not typed:
        return typed
    text, found = without_pictures(typed[0])
    if found:
        question.typed = [text]
        raise ValueError(REASON)
    return typed
