"""Carries the documents over a start: the template makes its bucket anew, which must not exist.

They are derived, and a missing one is built again, so a crash meanwhile loses nothing.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class File:
    bucket: str
    key: str
    body: bytes
    content_type: str
    metadata: dict[str, str]


def take_out(s3: Any) -> list[File]:
    """Read every file of every bucket, then remove the buckets."""
    files = []
    for bucket in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        for key in _keys(s3, bucket):
            found = s3.get_object(Bucket=bucket, Key=key)
            body, kind = found["Body"].read(), found["ContentType"]
            files.append(File(bucket, key, body, kind, found["Metadata"]))
            s3.delete_object(Bucket=bucket, Key=key)
        s3.delete_bucket(Bucket=bucket)
    return files


def put_back(s3: Any, files: list[File]) -> None:
    """Give the files to the buckets that are there again; the others are dropped."""
    buckets = {each["Name"] for each in s3.list_buckets()["Buckets"]}
    for file in files:
        if file.bucket in buckets:
            s3.put_object(
                Bucket=file.bucket,
                Key=file.key,
                Body=file.body,
                ContentType=file.content_type,
                Metadata=file.metadata,
            )


def _keys(s3: Any, bucket: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]
