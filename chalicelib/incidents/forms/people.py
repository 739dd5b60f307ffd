"""Saying who somebody named in a report is in the school's lists."""

from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.web.fields import Choice

NOBODY = "nobody"


class LinkForm(RecordForm):
    found = Choice("Who is it?", required="Choose who it is")


class ClassForm(RecordForm):
    """Asks which list to look in; sent by GET, and holds no name."""

    of = Choice("Look in another list", select=True)
