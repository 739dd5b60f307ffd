"""A bucket for every test of reports, and figures to make them from."""

import pytest

from tests.reports.doubles import Bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """What S3 would hold."""
    kept = Bucket()
    monkeypatch.setattr("chalicelib.reports.files._s3", lambda: kept)
    return kept
