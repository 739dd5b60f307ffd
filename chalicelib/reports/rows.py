"""The rows of the reports table beside the days' counts: copies for the trust, jobs, snapshots."""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
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
    """A report that was asked for, and how far it is. `claim` is whoever makes it now; sealed are
    the words of its template.
    """

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
    each = BooleanAttribute(null=True)
    to = JSONAttribute(null=True)
    schedule = UnicodeAttribute(null=True)


class SnapshotRow(Row):
    """The figures a report was made of, sealed: small numbers are among them. `writing` names the
    rows that hold those for which there was no room.
    """

    class Meta(Table):
        table_name = table("reports")

    writing = UnicodeAttribute(null=True)


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


class TemplateRow(Row):
    """A trust's template as it is now, or one version of it; sealed are its title and sections."""

    class Meta(Table):
        table_name = table("reports")

    by = UnicodeAttribute()
    at = UnicodeAttribute()


class ScheduleRow(Row):
    """What a trust wants made by itself; sealed is its name. `planned_on` is the last morning that
    saw to it.
    """

    class Meta(Table):
        table_name = table("reports")

    every = UnicodeAttribute()
    template = UnicodeAttribute()
    schools = JSONAttribute()
    each = BooleanAttribute()
    to = JSONAttribute()
    in_holidays = BooleanAttribute()
    since = UnicodeAttribute()
    paused = BooleanAttribute()
    planned_on = UnicodeAttribute(null=True)


class StateRow(Row):
    """How a school stood at a moment, for its trust: counts, and its own terms."""

    class Meta(Table):
        table_name = table("reports")

    at = UnicodeAttribute()
    counts = JSONAttribute()
    terms = JSONAttribute()


class ToldRow(Row):
    """That somebody was told of a report, whose key names both."""

    class Meta(Table):
        table_name = table("reports")

    at = UnicodeAttribute()


class MadeRow(Row):
    """That a report of a period was made, by the time: nothing but its key."""

    class Meta(Table):
        table_name = table("reports")
