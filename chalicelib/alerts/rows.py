"""The rows of the alerts table.

| key | what it is |
|---|---|
| `source#<id>` | a sender; its id is the start of its address's digest, so the gate reads one row |
| `heard#<source>` | when a source was last heard, apart from its settings |
| `delivery#<id>` | an authenticated body; its bytes are forgotten after 90 days |
| `delivery#<id>#body#<n>` | the rest of a body too long for one item |
| `seen#<source>#<digest>` | a message or event that was taken in, for 30 days |
| `alert#<id>` | the alert as it stands |
| `alert#<id>#event#<n>` | what happened to it, chained |
| `group#<keyed digest>` | the latest alert of one identity |
| `list#<listing>#<id>` | its place in a list of the inbox |
"""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.audit import EventRow
from chalicelib.storage import Row, Table, table


class SourceRow(Row):
    """Its name and signing secrets are sealed; secrets that are only compared are digests."""

    class Meta(Table):
        table_name = table("alerts")

    digest = UnicodeAttribute()
    kind = UnicodeAttribute()
    zone = UnicodeAttribute()
    state = UnicodeAttribute()
    made_at = UnicodeAttribute()
    secrets = JSONAttribute()


class HeardRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    at = UnicodeAttribute(null=True)
    unreadable = NumberAttribute(null=True)
    used = JSONAttribute(null=True)


class DeliveryRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    source = UnicodeAttribute()
    received_at = UnicodeAttribute()
    content_type = UnicodeAttribute(null=True)
    zone = UnicodeAttribute()
    bytes = NumberAttribute()
    chunks = NumberAttribute()
    done = NumberAttribute(default=0)
    finished_at = UnicodeAttribute(null=True)
    body = BinaryAttribute(null=True, legacy_encoding=False)
    expires = NumberAttribute()


class BodyRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    body = BinaryAttribute(legacy_encoding=False)
    expires = NumberAttribute()


class SeenRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    content = UnicodeAttribute(null=True)
    delivery = UnicodeAttribute()
    expires = NumberAttribute()


class AlertRow(Row):
    """What is not a state, a time or a number is sealed."""

    class Meta(Table):
        table_name = table("alerts")

    reference = UnicodeAttribute()
    source = UnicodeAttribute()
    status = UnicodeAttribute()
    severity = UnicodeAttribute()
    raised_at = UnicodeAttribute()
    first_at = UnicodeAttribute()
    last_at = UnicodeAttribute()
    notified = BooleanAttribute()
    event_count = NumberAttribute()
    told = JSONAttribute(null=True)
    round = NumberAttribute(default=1)
    acknowledged_at = UnicodeAttribute(null=True)
    acknowledged_by = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    incident = UnicodeAttribute(null=True)
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class AlertEventRow(EventRow):
    class Meta(Table):
        table_name = table("alerts")


class GroupRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    alert = UnicodeAttribute()
    expires = NumberAttribute()


class ListRow(Row):
    class Meta(Table):
        table_name = table("alerts")
