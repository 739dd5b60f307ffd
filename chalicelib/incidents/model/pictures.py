"""No picture ever gets in: not as a file, and not pasted into a box of text (S213, R-UKCIS 2).

A pasted picture may be the very image that nobody is allowed to keep or copy, so it is taken out
before the text is stored or shown again, and the person is told why.
"""

import re

GONE = "[picture removed]"
REASON = (
    "We removed a picture from what you pasted. Pictures are never kept here, because keeping or "
    "copying some of them is a crime. Say in words what it shows and where it is now"
)

_DATA_URI = re.compile(r"data:[\w.+-]{1,40}/[\w.+-]{1,80}[^\s,]{0,80},[\w+/=%.~-]*", re.IGNORECASE)
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{40,}(?:\s{1,4}[A-Za-z0-9+/_-]{40,})*={0,2}")
_LEAST = 500  # a file shorter than this shows nobody
_BEGINNINGS = ("/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR", "Qk0", "AAAA", "JVBERi0")


def without_pictures(text: str) -> tuple[str, bool]:
    """The text with pasted pictures taken out, and whether there was one."""
    clean = _DATA_URI.sub(GONE, text)
    clean = _ENCODED.sub(lambda found: GONE if _encoded(found.group()) else found.group(), clean)
    return clean, clean != text


def _encoded(run: str) -> bool:
    """Whether a very long run of letters is an encoded file, and not somebody's held-down key."""
    if len(run) < _LEAST:
        return False
    if run.startswith(_BEGINNINGS) and len(set(run)) > 30:
        return True
    kinds = (str.isupper, str.islower, str.isdigit)
    return len(set(run)) > 40 and all(any(kind(letter) for letter in run) for kind in kinds)
