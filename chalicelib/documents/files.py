"""Files in the documents bucket: derived, private, and fetched for a minute (R9).

A file's key and its own words say whose it is; both are compared before a link is given. Links are
made after the access check of the request that follows them, and live 60 seconds.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import config
from chalicelib.documents.model import Form

_SECONDS = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Place:
    """Where a file stands: `folder` says how long it is kept (infra/resources.yaml)."""

    folder: str
    tenant: str
    job: str
    form: Form

    @property
    def key(self) -> str:
        return f"{self.folder}/{self.tenant}/{self.job}.{self.form}"

    @property
    def words(self) -> dict[str, str]:
        return {"tenant": self.tenant, "job": self.job}


def put(place: Place, body: bytes) -> None:
    _s3().put_object(
        Bucket=config.bucket("documents"),
        Key=place.key,
        Body=body,
        ContentType=place.form.media_type,
        Metadata=place.words,
    )


def exists(place: Place) -> bool:
    """Whether the file is there and is this tenant's."""
    try:
        found = _s3().head_object(Bucket=config.bucket("documents"), Key=place.key)
    except ClientError as e:
        # Without the right to list, a file that is not there is "forbidden".
        if e.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return False
        raise
    return dict(found["Metadata"]) == place.words


def link(place: Place, name: str) -> str:
    """An address that gives the file for a minute, to be saved under a name."""
    address: str = _s3().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": config.bucket("documents"),
            "Key": place.key,
            "ResponseContentDisposition": f'attachment; filename="{safe(name)}.{place.form}"',
            "ResponseContentType": place.form.media_type,
            "ResponseCacheControl": "no-store",
        },
        ExpiresIn=_SECONDS,
    )
    return address


def safe(name: str) -> str:
    """A file name that no system reads anything into."""
    return _UNSAFE.sub("-", name).strip("-").lower() or "report"


@cache
def _s3() -> Any:
    import boto3  # a client more than DynamoDB's is not every request's need
    from botocore.config import Config

    return boto3.client(
        "s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"})
    )
