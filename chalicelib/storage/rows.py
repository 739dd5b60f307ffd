"""The base of every row: the tenant is the hash key, and what is private is sealed."""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib import config
from chalicelib.storage import sealed

table = config.table


class Table:
    """What every row's `Meta` shares. Retries are botocore's; the read time-out fits a page."""

    region = "eu-west-2"
    connect_timeout_seconds = 3
    read_timeout_seconds = 8
    max_retry_attempts = 4


class Row(Model):
    """One item: `tenant` and `sk`, a version where it is changed in place, a sealed part.

    `sealed` holds everything that is free text, a name, an address or a signature, as one
    AES-GCM value bound to tenant, table, key, attribute and schema version (R7).
    """

    tenant = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute(null=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)

    def seal(self, private: Mapping[str, Any]) -> None:
        """Encrypt the private part in place. `tenant` and `sk` must be set, values be JSON."""
        self.sealed = sealed.seal(
            self.tenant,
            self.Meta.table_name,
            self.sk,
            "sealed",
            private,
        )

    def unseal(self) -> dict[str, Any]:
        """The private part; empty when there is none or it has been erased.

        Raises SealBroken when the value was not sealed for this row.
        """
        if not self.sealed:
            return {}
        return sealed.unseal(
            self.tenant,
            self.Meta.table_name,
            self.sk,
            "sealed",
            self.sealed,
        )
