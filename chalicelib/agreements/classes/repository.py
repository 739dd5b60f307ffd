"""Class agreements as they are filed: one a class and year, and each version word for word."""

from collections.abc import Iterator

from chalicelib import clock
from chalicelib.agreements.classes.model import ClassAgreement, Rule, Stage
from chalicelib.agreements.rows import ClassAgreementRow, ClassTextRow
from chalicelib.agreements.wording import Template
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get

CHANGED = "Somebody else has just changed this agreement. Look at it as it is now, then try again."


def load(school: SchoolId, year: str, class_id: str) -> ClassAgreement | None:
    row = get(ClassAgreementRow, school, _key(year, class_id))
    return _agreement(row) if row else None


def of_year(school: SchoolId, year: str) -> Iterator[ClassAgreement]:
    for row in every(ClassAgreementRow, school, f"class#{year}#", consistent=True):
        yield _agreement(row)


def save(tx: Transaction, school: SchoolId, after: ClassAgreement) -> None:
    """File it: a Conflict when it changed since it was read."""
    row = ClassAgreementRow(
        school,
        _key(after.year, after.class_id),
        stage=after.stage,
        number=after.number,
        campaign=after.campaign,
        signing_since=clock.stamp(after.signing_since) if after.signing_since else None,
        told=list(after.told),
    )
    row.seal({"rules": [{"id": each.id, "text": each.text} for each in after.rules]})
    row.version = max(after.version, 0)
    if after.version < 0:
        tx.create(row, error=Conflict(CHANGED))
    else:
        tx.replace(row, error=Conflict(CHANGED))


def keep_text(
    tx: Transaction, school: SchoolId, agreement: ClassAgreement, text: Template, *, by: str
) -> None:
    """The words of one version, written once and never changed (S116, 3.5)."""
    row = ClassTextRow(
        school,
        _text_key(agreement.year, agreement.class_id, agreement.number),
        at=clock.stamp(clock.now()),
        by=by,
        wording_sha256=text.wording_sha256,
    )
    row.seal({"source": text.source, "title": text.title})
    tx.create(row, error=Conflict(CHANGED))


def text(school: SchoolId, year: str, class_id: str, number: int) -> Template | None:
    """The words of one version; None where the class has not come to sign it."""
    row = get(ClassTextRow, school, _text_key(year, class_id, number))
    if row is None:
        return None
    private = row.unseal()
    return Template("class", private["title"], number, private["source"])


def _agreement(row: ClassAgreementRow) -> ClassAgreement:
    _, year, class_id = row.sk.split("#")
    return ClassAgreement(
        year,
        class_id,
        tuple(Rule(each["id"], each["text"]) for each in row.unseal().get("rules", ())),
        Stage(row.stage),
        int(row.number),
        row.campaign or "",
        clock.parse(row.signing_since) if row.signing_since else None,
        tuple(row.told or ()),
        int(row.version or 0),
    )


def _key(year: str, class_id: str) -> str:
    return f"class#{year}#{class_id}"


def _text_key(year: str, class_id: str, number: int) -> str:
    return f"classtext#{year}#{class_id}#{number:03d}"
