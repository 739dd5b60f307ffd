"""Asking for a paper: which maker, who may fetch it, what the page says meanwhile."""

from collections.abc import Sequence

from chalicelib.agreements import library
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.subjects.model import Audience
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.storage import Transaction

CERTIFICATE = "agreement.certificate"
LETTERS = "agreement.letters"
STANDINGS = "agreement.standings"
POSTER = "agreement.class_poster"
BOARD = "agreement.board"


def certificate(
    tx: Transaction, school: SchoolId, request: RequestId, *, person: PersonId, back: str
) -> str:
    values = {"year": request.year, "campaign": request.campaign, "who": request.pupil}
    asked = Asked(
        CERTIFICATE,
        "Certificate of signature",
        Permission.READ_AGREEMENTS.value,
        person,
        back,
        values,
        doing="Making and sealing the certificate",
    )
    return documents.ask(tx, school, asked)


def letters(
    tx: Transaction, school: SchoolId, groups: Sequence[str], who: str, *, person: PersonId
) -> str:
    asked = Asked(
        LETTERS,
        "Letters to families",
        Permission.MANAGE_AGREEMENTS.value,
        person,
        f"/s/{school}/agreements",
        {"groups": ",".join(groups), "who": who},
        doing="Making the letters",
    )
    return documents.ask(tx, school, asked)


def standings(tx: Transaction, school: SchoolId, kind: str, *, person: PersonId) -> str:
    names = {**library.kinds(Audience.PUPILS), **library.kinds(Audience.ADULTS)}
    asked = Asked(
        STANDINGS,
        f"Who has signed: {names[kind]}",
        Permission.READ_AGREEMENTS.value,
        person,
        f"/s/{school}/agreements",
        {"kind": kind},
        doing="Making the list",
    )
    return documents.ask(tx, school, asked)


def poster(
    tx: Transaction, school: SchoolId, year: str, group: str, *, person: PersonId, back: str
) -> str:
    """What a class has agreed, for its wall: no child is named on it."""
    asked = Asked(
        POSTER,
        "Class agreement for the wall",
        Permission.SIGN_IN_CLASS.value,
        person,
        back,
        {"year": year, "group": group},
        doing="Making the page for the wall",
        done="The page for the wall is ready.",
    )
    return documents.ask(tx, school, asked)


def board(tx: Transaction, trust: TrustId, *, person: PersonId) -> str:
    """Every school's counts, for the trust."""
    asked = Asked(
        BOARD,
        "Agreements of your schools",
        Permission.READ_TRUST_REPORTS.value,
        person,
        f"/t/{trust}/signed",
        doing="Writing the lists",
    )
    return documents.ask(tx, trust, asked)
