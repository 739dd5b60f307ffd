"""Palo Alto Networks: PAN-OS threat logs as JSON (HTTP forwarding), CEF, or columns.

`alert` means let through. `DeviceName` is the firewall. Traffic and system logs are no filter
events. The risk words in the category list are not categories. Columns as of PAN-OS 9.1 to 11.1.
"""

import re
from dataclasses import replace

from chalicelib.alerts.facts import Facts, Kind
from chalicelib.alerts.formats.columns import columns, named
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

VENDOR = "palo alto networks"
MAP = FieldMap(
    provider="paloalto",
    vendor=VENDOR,
    time=("TimeGeneratedHighResolution", "TimeGenerated", "start", "rt", "time_generated"),
    user=("SourceUser", "SourceUserName", "src_user", "suser", "srcuser"),
    group=("DynamicUserGroupName", "dynusergroup_name"),
    device=("SourceDeviceHost", "src_host", "shost"),
    client_ip=("SourceAddress", "SourceIP", "src_ip", "src"),
    client_mac=("SourceDeviceMac", "src_mac"),
    url=("URL", "url", "request", "misc"),
    category=("categories",),
    action=("Action", "action", "act"),
    severity=("VendorSeverity", "Severity", "severity"),
    rule=("Rule", "rule_matched", "rule", "rule_name"),
    sensor=("DeviceName", "device_name", "dvchost", "DeviceSN", "serial"),
    message=("ThreatName", "threat_name", "reason"),
)
_COLUMNS = {
    3: "LogType",
    4: "Subtype",
    6: "TimeGenerated",
    7: "SourceAddress",
    11: "Rule",
    12: "SourceUser",
    30: "Action",
    31: "URL",
    33: "URLCategory",
    34: "VendorSeverity",
    59: "DeviceName",
    75: "URLCategoryList",
    78: "DynamicUserGroupName",
}
_LOGS = frozenset(
    {
        *("THREAT", "TRAFFIC", "SYSTEM", "CONFIG", "URL", "USERID", "GLOBALPROTECT", "HIPMATCH"),
        *("HIP-MATCH", "AUTHENTICATION", "DECRYPTION", "CORRELATION", "GTP", "TUNNEL", "SCTP"),
        *("IPTAG", "DNS", "FILE"),
    }
)
_RISKS = frozenset({"low-risk", "medium-risk", "high-risk"})
_KINDS = {
    "url": Kind.WEB_FILTER,
    "virus": Kind.MALWARE,
    "wildfire": Kind.MALWARE,
    "wildfire-virus": Kind.MALWARE,
    "spyware": Kind.MALWARE,
    "dns": Kind.DNS_FILTER,
    "vulnerability": Kind.IPS,
    "scan": Kind.IPS,
    "flood": Kind.IPS,
    "data": Kind.DLP,
    "dlp": Kind.DLP,
    "file": Kind.POLICY,
}


_OWN = frozenset({"SourceAddress", "DeviceSN", "LogSourceID", "VirtualLocation", "ConfigVersion"})
_PRECISE = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:\d\d)")


def recognises(record: Record) -> bool:
    """Its CEF header, its JSON names, or a log type in the fourth column."""
    if record.shape is Shape.CEF:
        return (record.header.get("vendor") or "").lower() == VENDOR
    if record.shape is Shape.JSON:
        names = record.fields.keys()
        return "LogType" in names and bool(_OWN & names)
    return _is_columns(columns(record))


def _is_columns(cells: list[str]) -> bool:
    return len(cells) > 12 and cells[3] in _LOGS and cells[1][:2] == "20"


def read(record: Record) -> Facts:
    """All three spellings under the JSON's names."""
    log = _as_log(record)
    kind = _kind(log)
    if kind is not Kind.WEB_FILTER:
        # The same field holds a file name in the other logs.
        log = replace(log, fields={n: v for n, v in log.fields.items() if n not in MAP.url})
    listed = words.listed(log.first("URLCategory", "URL Category", "cat", "url_category"))
    listed += words.listed(log.first("URLCategoryList", "URL Category List"))
    names = tuple(name for name in dict.fromkeys(listed) if name not in _RISKS)
    return MAP.read(log, kind=kind, categories=names)


def _as_log(record: Record) -> Record:
    if record.shape is Shape.CEF:
        subtype = record.header.get("signature") or ""
        name = record.header.get("name") or ""
        # CEF headers hold `url|THREAT`, whichever way round the template has them.
        kind, log_type = (name, subtype) if subtype.upper() in _LOGS else (subtype, name)
        quoted = re.fullmatch(r'"(.*)"', record.fields.get("request", ""))
        url = {"URL": quoted[1]} if quoted else {}
        return with_fields(record, {"Subtype": kind, "LogType": log_type, **url})
    if record.shape is Shape.JSON:
        return record
    cells = columns(record)
    if cells[3] not in {"THREAT", "URL"}:
        cells = cells[:7]  # the columns of the other logs are others
    names = [_COLUMNS.get(at, f"column{at}") for at in range(len(cells))]
    precise = next((cell for cell in columns(record)[13:] if _PRECISE.fullmatch(cell)), None)
    log = named(record, names, cells)
    return with_fields(log, {"TimeGeneratedHighResolution": precise}) if precise else log


def _kind(log: Record) -> Kind:
    log_type = (log.first("LogType") or "").upper()
    subtype = (log.first("Subtype") or "").lower()
    if log_type == "URL":
        return Kind.WEB_FILTER
    return _KINDS.get(subtype, Kind.NOT_A_FILTER_EVENT)
