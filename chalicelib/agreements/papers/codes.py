"""The code of a letter, for whoever types it: a school and a secret in groups of four."""

from chalicelib import ids

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16


def spaced(code: str) -> str:
    """A code in groups of four, in capitals."""
    return "  ".join(code[at : at + 4] for at in range(0, len(code), 4)).upper()


def token_of(typed: str) -> str:
    """The token in what somebody typed, or an empty text: spaces, dashes and letters that mislead
    do not matter.
    """
    plain = "".join(letter for letter in typed.casefold() if letter.isalnum())
    plain = plain.translate(str.maketrans("oil", "011"))
    ready = len(plain) == ids.TENANT_LENGTH + LENGTH and ids.is_tenant(plain[:16])
    return f"{plain[:16]}.{plain[16:]}" if ready and ids.is_tenant(plain[16:]) else ""
