"""Rows of phones: who may bring one, and a class's day. Ids and times only: nothing to seal."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.audit import EventRow
from chalicelib.storage import Row, Table, table


class PhonesRow(Row):
    """`marks` is pupil to when it came in and by whom, permitted, when it went out, by whom."""

    class Meta(Table):
        table_name = table("registers")

    marks = JSONAttribute()
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class PhonesEventRow(EventRow):
    class Meta(Table):
        table_name = table("registers")


class PermitRow(Row):
    class Meta(Table):
        table_name = table("registers")

    since = UnicodeAttribute()
    by = UnicodeAttribute()
