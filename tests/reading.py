"""How old one must be to read what pages say (S245), as a library of readability counts it."""

import re
from collections.abc import Iterable

import readability

from tests.pages import Answer

ELEVEN = 11


def reading_age(pages: Iterable[Answer]) -> float:
    """Five years more than the school grade that Kincaid gives for all that the pages say."""
    sentences: list[str] = []
    for shown in pages:
        main = shown.root.all("main")[0]
        for tag in ("p", "li", "label", "legend", "h1", "h2"):
            for each in main.all(tag):
                sentences += re.split(r"(?<=[.!?:])\s+", each.text)
    words = [re.findall(r"[A-Za-z\u2019']+", each) for each in sentences]
    tokens = "\n".join(" ".join(each) for each in words if len(each) > 3)
    grades = readability.getmeasures(tokens, lang="en")["readability grades"]
    return float(grades["Kincaid"]) + 5
