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
| `past#<keyed digest>#<id>` | an alert under its person or its site, for a year |
| `traffic#<source>#<date>#<shard>` | what a source sent that day: counts |
| `storm#<source>#<ten minutes>` | how many alerts a source raised just then |
| `storm#…#told#<person>` | who got one mail about all of them |
| `map#current`, `map#<number>` | the school's own changes of themes and severities, and versions |
| `unknown#<digest>` | a category that no list knows, and how often it came |
| `watch#<source>` | what silence of a source is too long, and since when it is silent |
"""

from typing import Any

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
    keeper = UnicodeAttribute(null=True)


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
    told_ever = JSONAttribute(null=True)
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


class PastRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    expires = NumberAttribute()


class TrafficRow(Row):
    """A day's counts of one source: its attributes beside the keys are sums."""

    class Meta(Table):
        table_name = table("alerts")

    counts: dict[str, int]

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, dict[str, Any]]) -> "TrafficRow":
        row = super()._instantiate(attribute_values)
        row.counts = {
            name: int(value["N"]) for name, value in attribute_values.items() if "N" in value
        }
        return row


class StormRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    raised = NumberAttribute(null=True)
    expires = NumberAttribute(null=True)


class MapRow(Row):
    """Ids of themes and severities are open; the categories' names are sealed."""

    class Meta(Table):
        table_name = table("alerts")

    data = JSONAttribute()


class UnknownRow(Row):
    """Sealed: the vendor and the category, in its own words."""

    class Meta(Table):
        table_name = table("alerts")

    events = NumberAttribute(null=True)
    last_at = UnicodeAttribute(null=True)


class WatchRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    data = JSONAttribute()
