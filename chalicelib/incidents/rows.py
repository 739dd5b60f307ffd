"""The rows of the incidents table.

| key | what it is |
|---|---|
| `incident#<id>` | the record as it stands |
| `incident#<id>#event#<n>` | what happened to it, chained |
| `incident#<id>#part#<part>` | something the school added to it |
| `line#<happened>#<id>` | its line of the log (`line-<area>#…` in an area of its own) |
| `index#change#<id>` | what the log finds it by, since it last changed |
| `index#part#<n>` | the same of some hundreds of records, packed |
| `view#<person>#<id>` | a view of the log that somebody saved |
| `person#<pupil or staff:id>#<happened>#<id>` | somebody of the school's lists in a record |
| `reporter#<person>#<id>` | what the reporter may know: received, acknowledged, closed; for whoever
has no account the person is `receipt:<digest of the code>` |
| `sharing#<id>#<sharing>` | that the trust may read a record, until when |
| `opened#<id>#<sharing>#<at>#<n>` | that somebody of the trust opened it |
| `shared#<sharing>` | in a trust's partition: where a record is that a school shared with it |
| `held#<id>` | a report of the open form that waits to be let through |
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.audit import EventRow
from chalicelib.storage import Row, Table, table


class IncidentRow(Row):
    """The record as it stands. Everything that is not a state or a time is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    reference = UnicodeAttribute()
    status = UnicodeAttribute()
    urgent = BooleanAttribute()
    happened = UnicodeAttribute()
    submitted_at = UnicodeAttribute()
    submitted_by = UnicodeAttribute(null=True)
    acknowledged_at = UnicodeAttribute(null=True)
    acknowledged_by = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    alert = UnicodeAttribute(null=True)
    severity = UnicodeAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    wall = JSONAttribute(null=True)
    moved_on = UnicodeAttribute(null=True)
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class IncidentEventRow(EventRow):
    class Meta(Table):
        table_name = table("incidents")


class PartRow(Row):
    """A part of a record: its questions and answers are sealed."""

    class Meta(Table):
        table_name = table("incidents")

    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()
    changed_at = UnicodeAttribute(null=True)


class LogRow(Row):
    """A line of the log: its columns are sealed, its place in the list is its key."""

    class Meta(Table):
        table_name = table("incidents")

    reference = UnicodeAttribute()
    status = UnicodeAttribute()
    urgent = BooleanAttribute()
    severity = UnicodeAttribute(null=True)
    wall = JSONAttribute(null=True)


class IndexRow(Row):
    """What the log is searched by: of one record (`number` says as of which event), or packed."""

    class Meta(Table):
        table_name = table("incidents")

    number = NumberAttribute(null=True)


class ViewRow(Row):
    """A search that somebody saved: its name and what it looks for, which may be a child's name."""

    class Meta(Table):
        table_name = table("incidents")


class PersonRow(Row):
    """That somebody of the school's lists is named in a record: what of it is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    wall = JSONAttribute(null=True)


class ReporterRow(Row):
    """No word of the case stands here (S88, S71): who was told is all that is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    reference = UnicodeAttribute()
    status = UnicodeAttribute()
    submitted_at = UnicodeAttribute()
    acknowledged_at = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)


class HeldRow(Row):
    """A report that is no record yet; what it says, and whose receipt it has, is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    reference = UnicodeAttribute()
    held_at = UnicodeAttribute()
    why = UnicodeAttribute()
    by = UnicodeAttribute()


class SharingRow(Row):
    """That a school lets its trust read one record. Why, and who let it, is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    trust = UnicodeAttribute()
    until = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)


class OpenedRow(Row):
    """That somebody of the trust opened a shared record: who is sealed."""

    class Meta(Table):
        table_name = table("incidents")

    at = UnicodeAttribute()


class SharedRow(Row):
    """A pointer in a trust's partition. No word of the record, and nobody's name, stands here."""

    class Meta(Table):
        table_name = table("incidents")

    school = UnicodeAttribute()
    record = UnicodeAttribute()
    until = UnicodeAttribute()


class FoundRow(EventRow):
    """Any of the kinds under one record, when all are read in one query: the record as it stands
    has `head_number`, an event has `number`, a part has `kind`. Never written.
    """

    class Meta(Table):
        table_name = table("incidents")

    reference = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    submitted_at = UnicodeAttribute(null=True)
    submitted_by = UnicodeAttribute(null=True)
    acknowledged_at = UnicodeAttribute(null=True)
    acknowledged_by = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    alert = UnicodeAttribute(null=True)
    severity = UnicodeAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    wall = JSONAttribute(null=True)
    moved_on = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)
    head_number = NumberAttribute(null=True)
    head_hash = UnicodeAttribute(null=True)
