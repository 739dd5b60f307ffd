"""The directory's rows about whose an account, device or address is. Everything in them is sealed.

| key | what it is |
|---|---|
| `sign#<keyed digest>` | a sign as filters send it: whose it is |
| `signs#<kind>/<id>` | one person's signs, as they were entered |
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.ids import SchoolId
from chalicelib.people.accounts.model import Owner, Sign, Signs, Subject, SubjectKind
from chalicelib.storage import Key, Row, Table, Transaction, every, get, keyring, table, together

_TOGETHER = 100


class SignRow(Row):
    """Sealed: its owners. Its key is a digest under the school's key: names are easy to guess."""

    class Meta(Table):
        table_name = table("directory")


class SignsRow(Row):
    """Sealed: the signs of one person."""

    class Meta(Table):
        table_name = table("directory")


def owners(
    school: SchoolId, signs: Iterable[tuple[Sign, str]]
) -> dict[tuple[Sign, str], list[Owner]]:
    """Whose each sign is: one read for a hundred of them."""
    wanted = list(dict.fromkeys(signs))
    found: dict[tuple[Sign, str], list[Owner]] = {}
    for start in range(0, len(wanted), _TOGETHER):
        part = wanted[start : start + _TOGETHER]
        rows = together(*(Key(SignRow, school, _sk(school, *sign)) for sign in part))
        for sign, row in zip(part, rows, strict=True):
            if row is not None:
                found[sign] = _owners(row)
    return found


def signs_of(school: SchoolId, subject: Subject) -> Signs:
    row = get(SignsRow, school, _signs_sk(subject))
    return _signs(row) if row else Signs()


def everybodys(school: SchoolId) -> Mapping[str, Signs]:
    """Every person's signs, by `kind/id`."""
    rows = every(SignsRow, school, "signs#", consistent=True)
    return {row.sk.partition("#")[2]: _signs(row) for row in rows}


def change(
    tx: Transaction,
    school: SchoolId,
    subject: Subject,
    signs: Signs,
    *,
    drop: Sequence[tuple[Sign, str]],
    add: Mapping[tuple[Sign, str], set[str]],
) -> None:
    """Write one person's signs, and their place under each sign; `add` gives its domains."""
    known: dict[tuple[Sign, str], SignRow | None] = {
        sign: get(SignRow, school, _sk(school, *sign)) for sign in {*drop, *add}
    }
    for sign, row in known.items():
        others = [each for each in _owners(row) if each.subject.key != subject.key] if row else []
        mine = [Owner(subject, domain) for domain in sorted(add.get(sign, ()))]
        _write(tx, school, sign, row, [*others, *mine])
    own = get(SignsRow, school, _signs_sk(subject)) or SignsRow(school, _signs_sk(subject))
    own.seal(
        {
            "accounts": list(signs.accounts),
            "devices": list(signs.devices),
            "addresses": list(signs.addresses),
        }
    )
    _put(tx, own)


def _write(
    tx: Transaction,
    school: SchoolId,
    sign: tuple[Sign, str],
    row: SignRow | None,
    entries: Sequence[Owner],
) -> None:
    new = row or SignRow(school, _sk(school, *sign))
    new.seal({"owners": [[each.subject.kind, each.subject.id, each.domain] for each in entries]})
    _put(tx, new)


def _put(tx: Transaction, row: SignRow | SignsRow) -> None:
    if row.attribute_values.get("version") is None:
        row.version = 1
        tx.create(row)
    else:
        tx.replace(row)


def _owners(row: Row) -> list[Owner]:
    return [
        Owner(Subject(SubjectKind(kind), subject), domain)
        for kind, subject, domain in row.unseal()["owners"]
    ]


def _signs(row: SignsRow) -> Signs:
    private = row.unseal()
    return Signs(tuple(private["accounts"]), tuple(private["devices"]), tuple(private["addresses"]))


def _sk(school: SchoolId, sign: Sign, text: str) -> str:
    key = keyring.numbered(school, 1)
    return f"sign#{hmac.new(key, f'sign|{sign}|{text}'.encode(), hashlib.sha256).hexdigest()[:40]}"


def _signs_sk(subject: Subject) -> str:
    return f"signs#{subject.key}"
