"""Rows about bringing rosters in: which columns meant what, and what was brought in when."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class ColumnsRow(Row):
    """What a school's columns meant the last time: heading to meaning."""

    class Meta(Table):
        table_name = table("directory")

    meanings = JSONAttribute()


class RunRow(Row):
    """One bringing in, for ever: how many, never who. Its counts grow with each batch."""

    class Meta(Table):
        table_name = table("directory")

    format = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()
    joined = NumberAttribute()
    changed = NumberAttribute()
    left = NumberAttribute()
    problems = NumberAttribute()
