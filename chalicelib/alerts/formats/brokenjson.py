r"""JSON made by text substitution: `{"user": "%%log.user%%"}` with a quote or a backslash inside.

FortiOS fills its template without escaping (nothing promises that it does), so `DOMAIN\pupil` and
a search for a quoted phrase give invalid JSON. The template's own keys are what can be trusted:
whatever stands between two of them is the value of the first, letter by letter.
"""

import re

_KEY = re.compile(r"(?:^|[{,\[])\s*\"([A-Za-z_@][\w.@\- ]{0,63})\"\s*:\s*")
_CLOSING = re.compile(r"\"\s*+(?:[}\]]\s*+)*+$")


def salvage(text: str) -> dict[str, str]:
    """The flat fields of broken JSON, literally; the first spelling of a key wins.

    First wins because the template puts what a pupil can type last: an address that contains
    `","action":"passthrough` must not overrule the firewall.
    """
    keys = list(_KEY.finditer(text))
    ends = [*(key.start() for key in keys[1:]), len(text)]
    found: dict[str, str] = {}
    for key, end in zip(keys, ends, strict=False):
        found.setdefault(key[1], _literal(text[key.end() : end]))
    return found


def _literal(text: str) -> str:
    text = text.strip().rstrip(",").rstrip()
    if text.startswith('"'):
        text = text[1:]
        text = text if text.endswith('"') else _CLOSING.sub('"', text)
        return text.removesuffix('"').replace('\\"', '"').replace("\\/", "/")
    return text.rstrip("}] \r\n\t")
