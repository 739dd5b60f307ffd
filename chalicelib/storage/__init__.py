"""PynamoDB plumbing behind one door: rows, reads, transactions, sealing and the tenant guard.

Importing this package installs the guard in every botocore session of the process (R2), and
behind it the tenant's own credentials, where a role is named (R3). It also spares every call the
building of botocore's long name for itself.
"""

import botocore

from chalicelib.storage import connection, guard, tenant_sessions
from chalicelib.storage.erasing import erase
from chalicelib.storage.guard import GLOBAL_HOLDERS, Refused, tenants
from chalicelib.storage.reading import Key, Page, every, get, page_of, query, together
from chalicelib.storage.rows import Row, Table, table
from chalicelib.storage.sealed import SealBroken, seal, seal_bytes, unseal, unseal_bytes
from chalicelib.storage.transaction import Also, Transaction, nothing_more, put_once, transaction

guard.install()
botocore.register_initializer(tenant_sessions.on_session)
botocore.register_initializer(connection.on_session)

__all__ = [
    "GLOBAL_HOLDERS",
    "Also",
    "Key",
    "Page",
    "Refused",
    "Row",
    "SealBroken",
    "Table",
    "Transaction",
    "erase",
    "every",
    "get",
    "nothing_more",
    "page_of",
    "put_once",
    "query",
    "seal",
    "seal_bytes",
    "table",
    "tenants",
    "together",
    "transaction",
    "unseal",
    "unseal_bytes",
]
