"""Static files: built once, named by their content, kept by browsers for ever.

`python -m infra.assets.build` writes the files and `manifest.json`, which maps plain names to
hashed ones. Only names in the manifest are served, so no path can lead anywhere else.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"
CACHING = "public, max-age=31536000, immutable"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "webmanifest": "application/manifest+json",
}


class NotBuilt(RuntimeError):
    """The static files are missing: run `python -m infra.assets.build`."""


def hashed_name(name: str) -> str:
    """The name to link to: `holdfast.css` is `holdfast.3f2a….css`."""
    return _manifest()[name]


def read(hashed: str) -> tuple[bytes, str] | None:
    """The bytes and content type of a file by its hashed name; None when there is none."""
    if hashed not in _manifest().values():
        return None
    return _content(hashed), _TYPES[hashed.rsplit(".", 1)[1]]


@cache
def _content(hashed: str) -> bytes:
    return (STATIC / hashed).read_bytes()


@cache
def _manifest() -> Mapping[str, str]:
    try:
        text = (STATIC / "manifest.json").read_text()
    except FileNotFoundError as e:
        raise NotBuilt(str(STATIC)) from e
    manifest: dict[str, str] = json.loads(text)
    return manifest
