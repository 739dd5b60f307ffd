"""The 8-digit codes that are mailed: made, and as a mail shows them. Kept by `hashing`."""

import secrets

DIGITS = 8


def new() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def spaced(code: str) -> str:
    """A code as a mail shows it."""
    return f"{code[:4]} {code[4:]}"
