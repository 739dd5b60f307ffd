"""Rows of the alerts table that only the taking-in writes.

| key | what it is |
|---|---|
| `mailreader#<source>` | how a school taught us to read its mails: words around values, no mail |
| `report#<delivery>` | a report that came attached to a mail, for 90 days |
| `report#<delivery>#part#<n>` | the text of an attached sheet |
| `rules#<source>` | at a trust: which school an event of a source belongs to |
| `unmatched#<delivery>-<n>` | at a trust: an event that no rule matched |
"""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class MailReaderRow(Row):
    class Meta(Table):
        table_name = table("alerts")


class ReportRow(Row):
    """The mail's own words are sealed."""

    class Meta(Table):
        table_name = table("alerts")

    source = UnicodeAttribute()
    received_at = UnicodeAttribute()
    parts = NumberAttribute()
    expires = NumberAttribute()


class ReportPartRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    text = BinaryAttribute(legacy_encoding=False)
    expires = NumberAttribute()


class RulesRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    number = NumberAttribute()


class UnmatchedRow(Row):
    class Meta(Table):
        table_name = table("alerts")

    source = UnicodeAttribute()
    received_at = UnicodeAttribute()
    zone = UnicodeAttribute()
    expires = NumberAttribute()
