"""Where to go after signing in: only ever a page of ours (R18).

A path counts when a declared GET route has its shape and its parameters hold nothing but the
letters that ids and tokens are made of. Everything else leads to the person's own place.
"""

import re

from chalicelib.web import pages

_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}\Z")
_LONGEST = 300


def checked(path: str) -> str:
    """The path when it is a page of ours to return to, else an empty text."""
    if len(path) > _LONGEST or not path.startswith("/"):
        return ""
    segments = path.split("/")
    return path if any(_fits(route.path, segments) for route in _pages()) else ""


def _pages() -> list[pages.Route]:
    return [
        route
        for route in pages.known()
        if route.method == "GET" and route.access.startswith(("school:", "trust:", "signed_in"))
    ]


def _fits(pattern: str, segments: list[str]) -> bool:
    parts = pattern.split("/")
    return len(parts) == len(segments) and all(
        bool(_SEGMENT.match(segment)) if part.startswith("{") else part == segment
        for part, segment in zip(parts, segments, strict=True)
    )
