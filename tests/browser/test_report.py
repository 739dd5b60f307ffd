"""Thread 4 in a browser: a trust asks for a report, watches it being made, reads and keeps it."""

import csv
import io
from collections.abc import Callable

import pikepdf
import pytest

from chalicelib import ids
from chalicelib.identity.permissions import Role
from tests.browser.tab import Tab, Way, ways
from tests.builders import a_person
from tests.reports.build import a_trust_with_figures


@pytest.mark.parametrize("way", ways(Way.PHONE, Way.KEYBOARD))
def test_a_report_from_asking_to_its_files(browser_for: Callable[[Way], Tab], way: Way) -> None:
    """Overview, the form, progress, the page, a tagged PDF that names its language, and the CSV."""
    trust, _ = a_trust_with_figures()
    email = f"ruth.{ids.new().lower()}@trust.example"
    ruth = a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], name="Ruth Amos", email=email)
    administrator = browser_for(way)
    administrator.be(ruth)
    administrator.open(f"/t/{trust}")

    administrator.menu("Reports")
    administrator.press("Ask for a report")
    administrator.press("Make the report")
    administrator.waits_for("Download the PDF")
    administrator.sees("Alder School")

    _is_for_everybody(administrator.download("Download the PDF"))
    rows = list(csv.reader(io.StringIO(administrator.download("(CSV)").decode("utf-8-sig"))))
    assert any("Alder School" in row for row in rows)
    administrator.menu("Reports")
    administrator.sees("Ruth Amos")


def _is_for_everybody(file: bytes) -> None:
    """What a screen reader needs of a PDF (PDF/UA-1)."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang).startswith("en")
        assert root.ViewerPreferences.DisplayDocTitle
        assert root.StructTreeRoot.K
        with pdf.open_metadata() as metadata:
            assert "1" == metadata["pdfuaid:part"]
