"""The rows of the reports table beside the days' counts: copies for the trust, jobs, snapshots."""

from pynamodb.attributes import (
    BinaryAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.storage import Row, Table, table


class CopyRow(Row):
    """A school's figures of one term or month, in its trust's partition; `packed` is all of it."""

    class Meta(Table):
        table_name = table("reports")

    name = UnicodeAttribute()
    pupils = NumberAttribute()
    counted_at = UnicodeAttribute()
    packed = BinaryAttribute(legacy_encoding=False)


class JobRow(Row):
    """A report that was asked for, and how far it is. `claim` is whoever makes it now."""

    class Meta(Table):
        table_name = table("reports")

    period = JSONAttribute()
    schools = JSONAttribute()
    asked_by = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    state = UnicodeAttribute()
    stage = UnicodeAttribute()
    progress = NumberAttribute()
    claim = UnicodeAttribute(null=True)
    claimed_at = UnicodeAttribute(null=True)
    ready_at = UnicodeAttribute(null=True)
    missing = NumberAttribute(default=0)


class SnapshotRow(Row):
    """The figures a report was made of, sealed: small numbers are among them."""

    class Meta(Table):
        table_name = table("reports")


class RecountRow(Row):
    """When a school's figures were last counted again from its records."""

    class Meta(Table):
        table_name = table("reports")

    at = UnicodeAttribute()
    whole_at = UnicodeAttribute()
    whole_next_on = UnicodeAttribute()


class DriftRow(Row):
    """Figures that were not what the records say: day, measure, name, stored, counted of each."""

    class Meta(Table):
        table_name = table("reports")

    differences = JSONAttribute()
