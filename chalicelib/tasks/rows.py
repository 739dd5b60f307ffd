"""Rows of tasks, in the registers table: open ones sort by the day they are due."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage import Row, Table, table


class TaskRow(Row):
    class Meta(Table):
        table_name = table("registers")

    kind = UnicodeAttribute()
    about = UnicodeAttribute()
    link = UnicodeAttribute()
    due_on = UnicodeAttribute()
    owner = UnicodeAttribute(null=True)
    role = UnicodeAttribute(null=True)
    done_at = UnicodeAttribute(null=True)
    done_by = UnicodeAttribute(null=True)
