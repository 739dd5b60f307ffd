"""Is a deployment's front as it should be? `python -m infra.smoke URL` tells.

It signs in nobody and writes nothing, so it may be run against any installation at any time.
"""

import argparse
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HEADERS = {
    "strict-transport-security": "max-age=",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


Fetch = Callable[[str], Answer]


def problems(fetch: Fetch) -> Iterator[str]:
    """What is wrong, in words; nothing when all is well."""
    for path, status in (("/health", 200), ("/", 200), ("/signin", 200), ("/no/such/page", 404)):
        answer = fetch(path)
        if answer.status != status:
            yield f"{path} answers {answer.status}, not {status}"
        for name, start in HEADERS.items():
            if start not in answer.headers.get(name, ""):
                yield f"{path} lacks {name}: {start}"
    if fetch("/").body.count("<h1") != 1:
        yield "/ is not a page of ours"


def over_http(base: str) -> Fetch:
    def fetch(path: str) -> Answer:
        try:
            answer = urllib.request.urlopen(base + path, timeout=30)  # noqa: S310 - the operator's
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers, answer.read().decode("utf-8", "replace"))

    return fetch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the installation's PublicUrl")
    base = parser.parse_args().url.rstrip("/")
    found = list(problems(over_http(base)))
    print(*found or [f"{base} answers as it should"], sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
