"""Rows of a school's reports, in the reports table. What they say is sealed."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class ReportRow(Row):
    """A report; its wording is sealed."""

    class Meta(Table):
        table_name = table("reports")

    period = JSONAttribute()
    state = UnicodeAttribute()
    asked_by = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    counted_at = UnicodeAttribute(null=True)
    approved_by = UnicodeAttribute(null=True)
    approved_at = UnicodeAttribute(null=True)


class CountedRow(Row):
    """What a report was made of, all of it sealed: small numbers are among it."""

    class Meta(Table):
        table_name = table("reports")


class ReceiverRow(Row):
    """Somebody whom an approved report went to; the name is sealed."""

    class Meta(Table):
        table_name = table("reports")

    told_at = UnicodeAttribute()
    read_at = UnicodeAttribute(null=True)
