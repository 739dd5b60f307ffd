"""A PDF that only its password opens: AES with 256 bits, as PDF 2.0 has it.

The password is made here, shown once to whoever asked, and is told to the reader another way.
"""

import io
import secrets

_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # none that is read for another
_GROUPS, _LENGTH = 4, 5


def password() -> str:
    """Twenty characters in groups, to be read out on the telephone: 98 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def locked(pdf: bytes, key: str) -> bytes:
    """The same file, tags and all, encrypted: nothing in it can be read without the key."""
    from pypdf import PdfReader, PdfWriter  # only the function that builds documents carries it

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(user_password=key, owner_password=secrets.token_urlsafe(32), algorithm="AES-256")
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()
