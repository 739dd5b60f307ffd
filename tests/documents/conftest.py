"""A bucket for the files that are made."""

import pytest

from tests.documents.doubles import Bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """What S3 would hold."""
    kept = Bucket()
    monkeypatch.setattr("chalicelib.documents.files._s3", lambda: kept)
    return kept
