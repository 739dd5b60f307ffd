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


class TransferRow(Row):
    """`transfer#<id>`: a child's file on its way to another school. Who and where is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    reference = UnicodeAttribute()
    state = UnicodeAttribute()
    job = UnicodeAttribute()
    link = UnicodeAttribute()
    by = UnicodeAttribute()
    sent_at = UnicodeAttribute()
    due_on = UnicodeAttribute()
    received_at = UnicodeAttribute(null=True)


class TransferLinkRow(Row):
    """`transferlink#<SHA-256>`: the address that the other school got; the secret is nowhere."""

    class Meta(Table):
        table_name = table("incidents")

    transfer = UnicodeAttribute()
    expires_at = UnicodeAttribute()
