"""The row of a file that was asked for, in the reports table. What it is about is sealed."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class DocumentRow(Row):
    """`claim` is whoever makes it now; `forms` the endings of what was made, with spaces."""

    class Meta(Table):
        table_name = table("reports")

    kind = UnicodeAttribute()
    permission = UnicodeAttribute()
    person = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    state = UnicodeAttribute()
    stage = UnicodeAttribute()
    progress = NumberAttribute()
    forms = UnicodeAttribute(null=True)
    claim = UnicodeAttribute(null=True)
    claimed_at = UnicodeAttribute(null=True)
    ready_at = UnicodeAttribute(null=True)
