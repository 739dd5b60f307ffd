r"""CEF and LEEF: a header divided by bars, then `key=value` with their own escapes.

Relays cut the `CEF:` prefix off, put a syslog header before it, and leave `duser=` empty; values
hold spaces, `\=`, `\\` and real line breaks.
"""

import re

_CEF = re.compile(r"(?:\bCEF:\s*|\A\s*)\d{1,2}\|")
_BAR = re.compile(r"(?<!\\)\|")
_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z_][\w.\-\[\]]*)=")
_ESCAPES = re.compile(r"\\([\\=|nr])")
_LEEF = re.compile(r"(?:LEEF:\s*[12](?:\.\d)?|\A\s*[12]\.\d)\|")
_HEADER = ("version", "vendor", "product", "product_version", "signature", "name", "severity")


def cef(text: str) -> tuple[dict[str, str], dict[str, str]] | None:
    """(header, extension) of a CEF line, or None when it is not one."""
    start = _CEF.search(text)
    if start is None:
        return None
    parts = _BAR.split(text[start.start() :].strip().removeprefix("CEF:").strip(), maxsplit=7)
    if len(parts) < 8:
        return None
    header = {name: _unescape(part) for name, part in zip(_HEADER, parts, strict=False)}
    return header, _extension(parts[7])


def leef(text: str) -> tuple[dict[str, str], dict[str, str]] | None:
    """(header, attributes) of a LEEF 1.0 or 2.0 line, or None when it is not one."""
    start = _LEEF.search(text)
    if start is None:
        return None
    line = text[start.start() :].removeprefix("LEEF:").strip()
    newer = line.startswith("2")
    parts = line.split("|", 6 if newer else 5)
    if len(parts) < (7 if newer else 6):
        return None
    header = dict(
        zip(("version", "vendor", "product", "product_version", "signature"), parts, strict=False)
    )
    divider = _divider(parts[5]) if newer else "\t"
    rest = parts[-1]
    if divider == "\t" and "\t" not in rest:
        rest = rest.replace("#011", "\t")  # as rsyslog writes it
    if divider not in rest:
        return header, _extension(rest)
    found: dict[str, str] = {}
    for piece in rest.split(divider):
        key, equals, value = piece.partition("=")
        if equals:
            found.setdefault(key.strip(), value.strip())
    return header, found


def _divider(text: str) -> str:
    """LEEF 2.0 names its own divider, as a character or as hexadecimal."""
    text = text.strip()
    if re.fullmatch(r"(?:0?x)[0-9A-Fa-f]{2,4}", text):
        return chr(int(text.lower().partition("x")[2], 16))
    return text if len(text) == 1 else "\t"


def _extension(text: str) -> dict[str, str]:
    keys = list(_KEY.finditer(text))
    ends = [*(key.start() for key in keys[1:]), len(text)]
    found: dict[str, str] = {}
    for key, end in zip(keys, ends, strict=False):
        found.setdefault(key[1], _unescape(_bare(text[key.end() : end].strip())))
    return _named(found)


def _bare(text: str) -> str:
    """A value without the quotes that the standard does not ask for and some vendors write."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _named(found: dict[str, str]) -> dict[str, str]:
    """`cs1Label=Policy cs1=X` also answers to `Policy`."""
    for key in [key for key in found if key.endswith("Label")]:
        value = found.get(key.removesuffix("Label"))
        if value is not None and found[key]:
            found.setdefault(found[key], value)
    return found


def _unescape(text: str) -> str:
    return _ESCAPES.sub(lambda match: {"n": "\n", "r": "\r"}.get(match[1], match[1]), text)
