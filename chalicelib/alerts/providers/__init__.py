"""One file for each kind of sender: from its fields to `Facts`.

A reader says whether a record is its own and reads what it can; it never raises and never guesses.
The last reader takes everything.
"""

from typing import Protocol

from chalicelib.alerts.facts import Facts
from chalicelib.alerts.formats.record import Record
from chalicelib.alerts.providers import (
    alertmanager,
    broadcom,
    cloudflare,
    ecs,
    fallback,
    forcepoint,
    fortigate,
    google,
    graylog,
    mail,
    meraki,
    microsoft,
    netskope,
    ocsf,
    paloalto,
    signed,
    skyhigh,
    sonicwall,
    sophos_central,
    sophos_firewall,
    squid,
    umbrella,
    watchguard,
    zscaler,
)


class Reader(Protocol):
    """What a provider's module offers."""

    def recognises(self, record: Record) -> bool:
        """Whether this record is written in this sender's way."""

    def read(self, record: Record) -> Facts:
        """What the record says."""


# A mail as we keep it, our own contract and FortiGate first: nobody may take theirs. Schemas
# that many vendors are translated to come after the vendors themselves.
READERS: tuple[Reader, ...] = (
    mail,
    signed,
    fortigate,
    sophos_firewall,
    sonicwall,
    watchguard,
    forcepoint,
    paloalto,
    umbrella,
    meraki,
    skyhigh,
    broadcom,
    squid,
    sophos_central,
    zscaler,
    cloudflare,
    netskope,
    microsoft,
    google,
    alertmanager,
    graylog,
    ocsf,
    ecs,
    fallback,
)


def reader_of(record: Record) -> Reader:
    return next(reader for reader in READERS if reader.recognises(record))
