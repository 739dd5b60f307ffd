"""What was taken away, for whom and why: a row beside the audit line, so that a second press of the
button is recognised. What was said is sealed.
"""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage import Row, Table, table


class ExportRow(Row):
    """`export#<form>`: `kind` is the document's, `job` the document."""

    class Meta(Table):
        table_name = table("incidents")

    kind = UnicodeAttribute()
    job = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()
