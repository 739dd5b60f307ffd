"""Rows of tasks, in the registers table: the open ones by id, the done ones by time."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

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
    reminded = NumberAttribute(null=True)
