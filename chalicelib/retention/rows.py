"""The rows of the retention table.

| key | what it is |
|---|---|
| `periods` | how long the school keeps each class, and why |
| `periods#<number>` | a version of it |
| `stop` | the legal hold on everything, while it is in force |
| `looked` | when the school's records were looked through, and when that is needed again |
| `review#<kind>-<record>` | a record whose time is over, and what was decided about it |
| `certificate#<destroyed at>#<kind>-<record>` | that one was destroyed |
"""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class _Retention(Table):
    table_name = table("retention")


class PeriodsRow(Row):
    """Sealed: the reasons."""

    class Meta(_Retention):
        pass

    years = JSONAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()


class StopRow(Row):
    """Sealed: why."""

    class Meta(_Retention):
        pass

    by = UnicodeAttribute()
    at = UnicodeAttribute()


class LookedRow(Row):
    class Meta(_Retention):
        pass

    next_on = UnicodeAttribute()
    periods = UnicodeAttribute()
    task = UnicodeAttribute(null=True)
    queued = BooleanAttribute(null=True)


class ReviewRow(Row):
    """Sealed: the names and reasons of those who decided. What it is about says only which."""

    class Meta(_Retention):
        pass

    about = JSONAttribute()
    state = UnicodeAttribute()
    until = UnicodeAttribute(null=True)


class CertificateRow(Row):
    """Sealed: the names and reasons of the two who decided."""

    class Meta(_Retention):
        pass

    about = JSONAttribute()
    destroyed_at = UnicodeAttribute()
