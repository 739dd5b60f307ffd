"""Alert mails come in: from SES's bucket to a delivery like any other (features 4.2, S95).

The address is the secret, as a hook's is; the checks of the sender (SPF, DKIM, DMARC) are written
down and decide nothing, because a mail that is dropped is an alert that is lost. Pictures are taken
out before anything is kept, and the mail as it came is deleted: nobody can open it again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib import clock, config, ids
from chalicelib.alerts.formats import mail as mails
from chalicelib.alerts.formats import mailtext
from chalicelib.alerts.formats.mail import Attachment, Mail
from chalicelib.alerts.formats.mailtext import KeptMail
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.repository import deliveries, sources
from chalicelib.alerts.repository import mails as kept
from chalicelib.alerts.repository.mails import Report
from chalicelib.alerts.senders import Delivery, Source, SourceKind, SourceState
from chalicelib.alerts.service import receiving
from chalicelib.audit import actors
from chalicelib.identity.permissions import Role
from chalicelib.observability import count, logger
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task

MOST_BYTES = 25_000_000
_REVIEW_WITHIN = timedelta(days=7)
_CHECKS = ("spf", "dkim", "dmarc")
_REPORT_WORDS = ("report", "summary", "weekly", "monthly", "digest", "daily")
_REVIEWERS = f"{Role.DSL} {Role.DEPUTY_DSL} {Role.ONLINE_SAFETY_LEAD}"


@dataclass(frozen=True)
class Arrived:
    """What SES says of a mail that it put into the bucket."""

    key: str
    recipients: tuple[str, ...]
    checks: Mapping[str, str]
    has_virus: bool

    @classmethod
    def of(cls, notice: Mapping[str, Any]) -> "Arrived | None":
        """From SES's notice; None for one that tells of no stored mail."""
        receipt = notice.get("receipt", {})
        key = str(receipt.get("action", {}).get("objectKey", ""))
        if not key:
            return None
        return cls(
            key,
            tuple(str(each) for each in receipt.get("recipients", [])),
            {name: _status(receipt, name) for name in _CHECKS},
            _status(receipt, "virus") == "FAIL",
        )


def take(notice: Mapping[str, Any]) -> int:
    """Take in one mail for each of its addresses that is ours; gives how many took it in.

    Safe to run again: a mail is known by its content. The mail is deleted when all is done.
    """
    arrived = Arrived.of(notice)
    if arrived is None:
        return 0
    bucket = _bucket()
    raw = bucket.read(arrived.key)
    if raw is None:
        return 0  # taken in before; the nudge came twice
    mail = mails.opened(raw)
    taken = sum(_for(address, mail, raw, arrived) for address in arrived.recipients)
    if not taken:
        logger.warning("mail for nobody", extra={"mail": ids.digest(arrived.key)[:12]})
        count("MailForNobody")
    bucket.delete(arrived.key)
    return taken


def _for(address: str, mail: Mail, raw: bytes, arrived: Arrived) -> int:
    local, _, domain = address.strip().lower().partition("@")
    tenant, _, secret = local.partition(".")
    if domain != config.mail_in_domain() or not ids.is_tenant(tenant) or not secret:
        return 0
    with tenants({tenant}):
        found = sources.at_the_gate(tenant, ids.digest(local))
        if found is None or found[1] != ids.digest(local):
            return 0
        source = found[0]
        if source.kind is not SourceKind.EMAIL or source.state is not SourceState.ON:
            return 0
        _keep(tenant, source, mail, raw, arrived)
    return 1


def _keep(tenant: str, source: Source, mail: Mail, raw: bytes, arrived: Arrived) -> None:
    now = clock.now()
    written = _written(tenant, source, mail, arrived)
    body = mailtext.written(written).encode()
    events = read_body(
        body, received_at=now, zone=source.zone, content_type=mailtext.CONTENT_TYPE
    ).events
    delivery = Delivery(ids.new(), source.id, now, mailtext.CONTENT_TYPE, source.zone)
    content = hashlib.sha256(raw).hexdigest()
    key = f"{source.id}#mail#{content}"
    try:
        with transaction() as tx:
            deliveries.add(tx, tenant, delivery, body)
            deliveries.mark(tx, tenant, key, delivery=delivery.id, content=content, at=now)
            receiving.get_parsed(tx, tenant, delivery)
            if written.is_report:
                _ask_for_review(tx, tenant, source, mail, delivery, arrived)
    except deliveries.SeenBefore:
        return
    unreadable = sum(1 for event in events if event.unreadable)
    sources.note_heard(tenant, source, now, unreadable=unreadable)


def _written(tenant: str, source: Source, mail: Mail, arrived: Arrived) -> KeptMail:
    files = () if arrived.has_virus else mail.reports
    return KeptMail(
        subject=mail.subject,
        sender=mail.sender,
        sent=mail.sent,
        verdict=_verdict(source, mail, arrived),
        text=mail.text,
        pictures=len(mail.pictures),
        files=tuple(_described(each) for each in mail.attachments),
        is_report=_is_report(mail, files),
        is_automatic=mail.is_automatic,
        taught=kept.reader(tenant, source.id),
    )


def _described(file: Attachment) -> str:
    """A picture has no name here: names of pictures can say too much."""
    name = "picture taken out" if file.is_picture else file.name or file.kind
    return f"{name}, {file.size} bytes, SHA-256 {file.sha256}"


def _verdict(source: Source, mail: Mail, arrived: Arrived) -> str:
    """What is known of who sent it, in words."""
    domain = mail.sender.rpartition("@")[2]
    foreign = source.account and not f".{domain}".endswith(f".{source.account}")
    passed = arrived.checks["dmarc"] == "PASS" or "PASS" in {
        arrived.checks["spf"],
        arrived.checks["dkim"],
    }
    said = ", ".join(f"{name.upper()} {arrived.checks[name].lower()}" for name in _CHECKS)
    if foreign:
        return f"not from {source.account}; {said}"
    return f"sender verified; {said}" if passed else f"sender not verified; {said}"


def _is_report(mail: Mail, files: Sequence[Attachment]) -> bool:
    """A file of figures beside words that say so: somebody should read it, nobody need run."""
    words = mail.subject.lower()
    return bool(files) and any(word in words for word in _REPORT_WORDS)


def _ask_for_review(
    tx: Transaction, tenant: str, source: Source, mail: Mail, delivery: Delivery, arrived: Arrived
) -> None:
    files = () if arrived.has_virus else mail.reports
    kept.add_report(
        tx,
        tenant,
        Report(
            id=delivery.id,
            source=source.id,
            received_at=delivery.received_at,
            subject=mail.subject,
            sender=mail.sender,
            text=mail.text,
            files=tuple(each.name or each.kind for each in files),
            sheet=kept.sheet_of(tuple(files)),
        ),
    )
    tasks.add(tx, tenant, review_task(tenant, source, delivery), by=actors.source(source.id))


def review_task(tenant: str, source: Source, delivery: Delivery) -> Task:
    """The task to read a report that came by mail (S234, S275)."""
    return Task(
        id=f"report-{delivery.id}",
        kind="alert.report",
        title="Read the filter's report that came by mail",
        why="Reports of the filter are looked at regularly, and what they show is acted on.",
        link=f"/s/{tenant}/alerts/reports/{delivery.id}",
        about=f"source/{source.id}",
        due_on=clock.london(delivery.received_at + _REVIEW_WITHIN).date(),
        role=_REVIEWERS,
    )


def _status(receipt: Mapping[str, Any], name: str) -> str:
    return str(receipt.get(f"{name}Verdict", {}).get("status", "unknown"))


# --- the bucket ----------------------------------------------------------------------------------


class _Bucket:
    """Where SES puts mails. Nothing else reads it, and a rule empties it."""

    def __init__(self) -> None:
        import boto3  # only this function needs it

        self._s3 = boto3.client("s3")
        self._name = config.bucket("mail")

    def read(self, key: str) -> bytes | None:
        from botocore.exceptions import ClientError

        try:
            found = self._s3.get_object(Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise
        return bytes(found["Body"].read(MOST_BYTES))

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self._name, Key=key)


def _bucket() -> _Bucket:
    return _Bucket()
