"""A bucket for every test of reports, and figures to make them from."""

from tests.documents.conftest import bucket

__all__ = ["bucket"]
