"""The certificate of one agreement: evidence and exact text, checked, sealed (R24, R27)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chalicelib import clock
from chalicelib.agreements import evidence, profile, records
from chalicelib.agreements.evidence import Signature
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.records import Proof
from chalicelib.agreements.seal import stamp, stamped, write
from chalicelib.documents import glyphs
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.documents.typeset import typeset
from chalicelib.ids import SchoolId
from chalicelib.web import words

TEMPLATE = Path(__file__).with_name("certificate.typ")


def make(job: Job, progress: Progress) -> Sequence[File]:
    """The sealed PDF of one request's signatures as they stand."""
    school, values = SchoolId(job.tenant), job.asked.values
    request_id = RequestId(values["year"], values["campaign"], values["who"])
    progress(20, "Reading the record and checking every fingerprint")
    data = contents(school, request_id)
    attached = {"evidence": data.pop("evidence"), "stamp": None}
    evidence = attached["evidence"].encode()
    if token := stamp.token(evidence):
        at = stamped.check(token, evidence)
        says = f"{at.by}, {clock.stamp(at.at)} (UTC)"
        attached["stamp"] = {"token": list(token), "says": says}
    progress(50, "Setting the pages")
    pdf = typeset(TEMPLATE, glyphs.showable(data) | attached, made_at=job.asked_at)
    progress(80, "Sealing")
    return [File(Form.PDF, write.sealed(pdf))]


def contents(school: SchoolId, request_id: RequestId) -> dict[str, Any]:
    """All that a certificate says; its `evidence` is attached word for word."""
    whole, proofs = records.whole(school, request_id), records.proofs(school, request_id)
    attached = {
        "holdfast": "agreement evidence 1",
        "school": profile.name_of(school),
        "agreement": whole.title,
        "year": request_id.year,
        "complete": whole.record.request.complete,
        "missing_signatures": proofs.missing,
        "signatures": [
            {**evidence.facts(proof.signature), "text": proof.text} for proof in proofs.found
        ],
        "events": [
            {"what": each.title, "at": clock.stamp(each.at)} for each in reversed(whole.history)
        ],
    }
    name = whole.family.name if whole.family else whole.record.request.child.first_name
    return {
        "title": "Certificate of signature",
        "school": profile.name_of(school),
        "about": name,
        "group": whole.record.request.child.class_name,
        "agreement": whole.title,
        "standing": whole.standing.label,
        "missing": proofs.missing,
        "fonts": list(glyphs.FONTS),
        "signatures": [_shown(proof) for proof in proofs.found],
        "events": [[each.title, words.london(each.at), each.by] for each in whole.history],
        "evidence": json.dumps(attached, sort_keys=True, ensure_ascii=False),
    }


def _shown(proof: Proof) -> dict[str, Any]:
    signature = proof.signature
    return {
        "who": {"child": "The child", "parent": "A parent or carer", "adult": "The signer"}[
            signature.party.value
        ],
        "facts": [[label, value] for label, value in _facts(signature) if value],
        "checks": [[check.what, check.sound] for check in proof.checks],
        "text": proof.text,
    }


def _facts(signature: Signature) -> list[tuple[str, str]]:
    opens = signature.opens
    seen = f"{opens.count} times, first {words.london(opens.first_at)} (may be a mail scanner)"
    return [
        ("Name typed", signature.name),
        ("Code points of the name", _points(signature.name)),
        ("Relation", signature.relation.label if signature.relation else ""),
        ("Job or role", signature.role),
        ("Typed by", signature.typed.label if signature.typed else ""),
        ("Ticked", signature.statement),
        ("Rules ticked one by one", str(signature.ticked) if signature.ticked else ""),
        ("Signed (UTC)", clock.stamp(signature.at)),
        ("Method", signature.method),
        ("Level", signature.level),
        ("Confirmed before", signature.confirmed),
        ("Entered or witnessed by", signature.recorded_by),
        ("Language of the page", signature.language),
        ("Link sent to", signature.delivery.address),
        ("Mail", signature.delivery.message),
        ("Delivery known then", signature.delivery.state),
        ("Link (start of its digest)", signature.delivery.link),
        ("Link opened before", seen if opens.count else ""),
        ("Internet address", signature.visitor.source_ip),
        ("Browser", signature.visitor.user_agent),
        ("SHA-256 of the text", signature.text_sha256),
        ("SHA-256 of the wording", signature.wording_sha256),
        ("SHA-256 of the statement", signature.statement_sha256),
        ("SHA-256 of the translation beside it", signature.translation_sha256),
    ]


def _points(name: str) -> str:
    """The code points of a name that is not plain letters: what looks alike is told apart."""
    plain = all(letter.isascii() for letter in name)
    return "" if plain else " ".join(f"U+{ord(letter):04X}" for letter in name)
