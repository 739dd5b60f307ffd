"""What a vendor's fields are called, and the way from them to `Facts` that all vendors share.

A vendor's file holds its map and only what is odd about it. Where a field has several names, the
best comes first; nothing is read that the map does not name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record
from chalicelib.alerts.providers import words
from chalicelib.alerts.times import Clock

Names = tuple[str, ...]
_LOG_IN_FIRST = "407"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """The names of one vendor's fields. `clock_zone` is what its manual says of bare clocks."""

    provider: str
    vendor: str
    time: Names = ()
    zone: Names = ()
    clock_zone: str = ""
    event_id: Names = ()
    user: Names = ()
    group: Names = ()
    device: Names = ()
    client_ip: Names = ()
    client_mac: Names = ()
    url: Names = ()
    host: Names = ()
    search: Names = ()
    category: Names = ()
    category_id: Names = ()
    action: Names = ()
    severity: Names = ()
    rule: Names = ()
    sensor: Names = ()
    network: Names = ()
    message: Names = ()
    status: Names = ()

    def read(
        self, record: Record, *, kind: Kind = Kind.WEB_FILTER, secure: bool = True, **odd: Any
    ) -> Facts:
        """The facts under these names; `odd` are those that the reader worked out itself.

        A request refused only because nobody had signed in to the proxy is no filter event.
        """
        url = record.first(*self.url)
        host = words.host_name(record.first(*self.host)) or words.host_of(url)
        url = words.absolute(url, host, secure=secure)
        user, domain = words.person(words.somebody(record.first(*self.user)))
        client_mac = words.mac(record.first(*self.client_mac))
        action = record.first(*self.action)
        numbers = words.listed(record.first(*self.category_id))
        facts = Facts(
            provider=self.provider,
            vendor=self.vendor,
            kind=kind,
            clocks=self._clocks(record),
            event_id=record.first(*self.event_id) or "",
            user=user,
            user_domain=domain,
            group=record.first(*self.group),
            device=record.first(*self.device) or client_mac,
            client_ip=words.address(record.first(*self.client_ip)),
            client_mac=client_mac,
            url=url,
            host=host,
            search=record.first(*self.search) or words.search_words(url, host),
            categories=words.listed(record.first(*self.category)),
            category_ids=tuple(number for number in numbers if number.isdigit()),
            vendor_action=action,
            action=words.action_of(action),
            vendor_severity=record.first(*self.severity),
            rule=record.first(*self.rule),
            sensor=record.first(*self.sensor),
            network=record.first(*self.network),
            message=record.first(*self.message),
            themes=("malware_hacking",) if kind is Kind.MALWARE else (),
            is_page=words.is_page(url),
        )
        return self._without_log_ins(record, replace(facts, **odd))

    def _clocks(self, record: Record) -> tuple[Clock, ...]:
        zone = record.first(*self.zone) or self.clock_zone
        written = [record.first(name) for name in self.time]
        return tuple(Clock(text, zone=zone) for text in written if text)

    def _without_log_ins(self, record: Record, facts: Facts) -> Facts:
        if record.first(*self.status) != _LOG_IN_FIRST or facts.action is not Action.BLOCKED:
            return facts
        return replace(facts, kind=Kind.NOT_A_FILTER_EVENT)


def with_fields(record: Record, fields: Mapping[str, str]) -> Record:
    """The record with these fields put in, over its own of the same name."""
    return replace(record, fields={**record.fields, **fields})
