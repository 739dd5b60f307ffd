"""Forcepoint web security: CEF whose signature id is the category's number.

`suser` is a directory path; `loginID` is the account. `reason=-` says nothing. The number after the
name in the header is no measure of risk.
"""

import re

from chalicelib.alerts.facts import Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="forcepoint",
    vendor="forcepoint",
    time=("rt", "start"),
    clock_zone="UTC",
    user=("loginID", "found.user"),
    device=("shost", "sourceHostName"),
    client_ip=("src",),
    url=("request",),
    host=("dhost",),
    category=("cat", "Category", "requestContext"),
    category_id=("found.category",),
    action=("act",),
    severity=("Severity", "RiskClass"),
    rule=("Policy",),
    sensor=("dvchost", "dvc", "deviceExternalId"),
    message=("reason",),
    status=("httpStatusCode", "HTTPStatus", "status"),
)


def recognises(record: Record) -> bool:
    """Forcepoint, or Websense as older units still say."""
    vendor = (record.header.get("vendor") or "").lower()
    return record.shape is Shape.CEF and vendor in {"forcepoint", "websense"}


def read(record: Record) -> Facts:
    """A transaction; data protection says so in its product's name."""
    number = record.header.get("signature") or ""
    path = record.first("suser") or ""
    fields = {"found.category": number if number.isdigit() else "", "found.user": _name(path)}
    is_dlp = "dlp" in (record.header.get("product") or "").lower()
    return MAP.read(
        with_fields(record, fields),
        kind=Kind.DLP if is_dlp else Kind.WEB_FILTER,
        secure=(record.first("app") or "https") != "http",
    )


def _name(path: str) -> str:
    """The last part of `LDAP://dc OU=Pupils,DC=school/Asha Okafor`; anything else as it is."""
    return path.rpartition("/")[2] if re.match(r"(?:LDAP|WinNT)://", path) else path
