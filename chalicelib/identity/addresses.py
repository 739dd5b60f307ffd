"""Email addresses as names of people: one form for each, looked up without being stored."""

import hashlib
import hmac

from chalicelib.errors import Invalid
from chalicelib.ids import PersonId
from chalicelib.storage import keyring
from chalicelib.web import typing_in

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

# Mailboxes that several people read: a link sent there signs in whoever opens it first.
_SHARED = frozenset(
    {
        "accounts",
        "admin",
        "administrator",
        "admissions",
        "attendance",
        "contact",
        "contactus",
        "dsl",
        "enquiries",
        "enquiry",
        "finance",
        "general",
        "head",
        "headteacher",
        "hello",
        "help",
        "helpdesk",
        "hr",
        "info",
        "inbox",
        "mail",
        "no-reply",
        "noreply",
        "office",
        "post",
        "principal",
        "reception",
        "safeguarding",
        "school",
        "schooloffice",
        "secretary",
        "senco",
        "staff",
        "support",
        "team",
        "webmaster",
    }
)


def normal(typed: str) -> str:
    """The one form of an address: what is stored, what mail goes to, what is looked up.

    Mail goes to this form and never to what was typed, so that no look-alike letter can bring
    somebody else's code to another mailbox. Raises ValueError with a sentence for its typist.
    """
    address = typing_in.email(typed.strip()).lower()
    if not address.isascii():
        raise ValueError("Enter an email address without accented letters")
    return address


def of_a_person(typed: str) -> str:
    """`normal`, for somebody who is to sign in with it. Raises Invalid."""
    try:
        address = normal(typed)
    except ValueError as e:
        raise Invalid({"email": [str(e)]}) from e
    if address.partition("@")[0].replace(".", "") in _SHARED:
        text = "Enter this person's own address: several people may read this mailbox"
        raise Invalid({"email": [text]})
    return address


def digest(address: str) -> str:
    """HMAC of a normal address under the deployment's key: says nothing to who reads the table."""
    return _mac(b"address", address).hex()


def digest_of_account(key: str) -> str:
    """The same for an account of a directory; never one of an address."""
    return _mac(b"account", key).hex()


def nobody(address: str) -> PersonId:
    """A person's id for an address that belongs to nobody, always the same for it: pages and
    cookies of a sign-in look alike for both, and asking twice does not tell (R17).
    """
    letters = _mac(b"nobody", address)[:16]
    return PersonId("".join(_ALPHABET[byte % 32] for byte in letters))


def _mac(purpose: bytes, address: str) -> bytes:
    return hmac.digest(keyring.hmac_key(), purpose + b"|" + address.encode(), hashlib.sha256)
