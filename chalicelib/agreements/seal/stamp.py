"""Having evidence stamped by somebody else's clock (RFC 3161), where the deployment names one.

Only the documents function can. The authority gets a fingerprint and nothing else. One that does
not answer keeps no certificate from being made: it then says nothing of a time-stamp.
"""

import asyncio
import hashlib
from typing import TYPE_CHECKING

from chalicelib import config
from chalicelib.agreements.seal import stamped
from chalicelib.observability import count, failure

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

_PATIENCE = 10  # seconds


def token(evidence: bytes) -> bytes:
    """The token for the evidence's SHA-256, checked; empty where there is no authority."""
    if not config.timestamp_url():
        return b""
    try:
        digest = hashlib.sha256(evidence).digest()
        given = asyncio.run(_authority().async_timestamp(digest, "sha256"))
        made: bytes = given.dump()
        stamped.check(made, evidence)
    except Exception as e:  # noqa: BLE001  # whatever the authority does, the certificate is made
        failure("no time-stamp", e)
        count("TimestampMissing")
        return b""
    return made


def _authority() -> "TimeStamper":
    from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

    url = config.timestamp_url()
    return HTTPTimeStamper(url, https=url.startswith("https:"), timeout=_PATIENCE)
