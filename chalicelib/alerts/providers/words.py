"""Words and small shapes that vendors share: what was done, whose machine, which site."""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.alerts.facts import Action
from chalicelib.alerts.formats.record import said


@cache
def usual() -> Mapping[str, Mapping[str, Any]]:
    """The lists of `usual.toml`, read once."""
    return tomllib.loads((Path(__file__).parent / "usual.toml").read_text(encoding="utf-8"))


@cache
def _verdicts() -> Mapping[str, Action]:
    return {word: Action(action) for action, words in usual()["verdicts"].items() for word in words}


def action_of(word: str | None) -> Action | None:
    """Our word for the vendor's, matched whole: `Web site access denied` ends in its verdict."""
    if word is None:
        return None
    plain = re.sub(r"[^a-z ]", "", word.lower().replace("_", "").replace("-", ""))
    candidates = [plain.replace(" ", ""), *plain.split()]
    return next((_verdicts()[word] for word in candidates if word in _verdicts()), None)


def person(name: str | None) -> tuple[str | None, str | None]:
    r"""(user, domain) of `DOMAIN\user`; a UPN or a plain name stays whole."""
    if name is None:
        return None, None
    domain, slash, user = name.rpartition("\\")
    if slash and user.strip():
        return user.strip(), said(domain.strip("\\"))
    return name, None


def somebody(name: str | None) -> str | None:
    """Networks and computers are nobody: `host$`, an address, `SYSTEM`."""
    if name is None or name.endswith("$") or address(name) is not None:
        return None
    return None if name.lower() in _NOBODY else name


_NOBODY = frozenset({"system", "anonymous", "guest", "localsystem", "unauthenticated"})


def address(text: str | None) -> str | None:
    """An IP address out of `1.2.3.4`, `1.2.3.4:80`, `[::1]:80` or `1.2.3.4:80:X0:name`."""
    if text is None:
        return None
    for candidate in (text, text.strip("[]"), *_without_port(text)):
        try:
            return str(ipaddress.ip_address(candidate.partition("%")[0].strip()))
        except ValueError:
            continue
    return None


def _without_port(text: str) -> list[str]:
    bracketed = re.match(r"\[([0-9A-Fa-f:.]+)\]", text)
    if bracketed:
        return [bracketed[1]]
    return [re.split("[:/]", text, maxsplit=1)[0], text.rpartition(":")[0], text.partition(",")[0]]


def mac(text: str | None) -> str | None:
    """A hardware address with colons, or None."""
    digits = re.sub(r"[^0-9a-f]", "", (text or "").lower())
    if text is None or len(digits) != 12 or len(text) > 17 or digits == "0" * 12:
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_\-.]*[a-z0-9_])?|[0-9a-f:.]+", re.IGNORECASE)


def host_name(text: str | None) -> str | None:
    """A host in lower case, without port, trailing dot or user part."""
    if text is None:
        return None
    text = text.strip().lower().rpartition("@")[2]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    text = text.rstrip(".")
    try:
        ascii_text = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError:
        return text or None
    return text if text and _HOST.fullmatch(ascii_text) else None


def host_of(url: str | None) -> str | None:
    """The host of a URL with or without its scheme."""
    if url is None or url.startswith("/"):
        return None
    try:
        parts = urlsplit(url if "://" in url[:16] else f"//{url}")
    except ValueError:
        return None
    return host_name(parts.netloc)


def absolute(url: str | None, host: str | None, *, secure: bool) -> str | None:
    """The full URL from a path and a host; never decoded, never invented."""
    if url is None:
        return None
    if "://" in url[:16]:
        return url
    if url.startswith("/") and host:
        shown = f"[{host}]" if ":" in host else host
        return f"http{'s' if secure else ''}://{shown}{url}"
    return None if url.startswith("/") else url


_SEARCH_FIELDS = ("q", "search_query", "query", "p", "wd", "text", "search", "k", "keyword")
_SEARCH_HOSTS = re.compile(
    r"(?:^|\.)(?:google|bing|yahoo|duckduckgo|youtube|ecosia|ask|baidu|yandex|qwant|startpage|brave"
    r"|kiddle|swisscows|tiktok|reddit|pinterest|amazon|ebay|wikipedia)\.",
)


def search_words(url: str | None, host: str | None) -> str | None:
    """The words searched for on a well-known search page; None everywhere else."""
    if url is None or host is None or not _SEARCH_HOSTS.search(host):
        return None
    try:
        fields = parse_qs(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return None
    for name in _SEARCH_FIELDS:
        words = said(fields.get(name, [None])[0])
        if words:
            return words[:200]
    return None


_NOT_A_PAGE = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|map|json|m3u8|ts)(?:$|[?#])", re.IGNORECASE
)


def is_page(url: str | None) -> bool:
    """False for the images, scripts and styles that one page view brings along."""
    return url is None or not _NOT_A_PAGE.search(url)


def listed(*texts: str | None) -> tuple[str, ...]:
    """Category texts, one each: `a,b` is two; a comma inside a name followed by a space too."""
    found: dict[str, None] = {}
    for text in texts:
        for part in re.split(r"\s*[,;|]\s*", text or ""):
            name = said(part)
            if name:
                found[name] = None
    return tuple(found)
