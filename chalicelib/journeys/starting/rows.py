"""The rows of starting up: a sign-up until its code comes, what a school has looked through."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class StartRow(Row):
    """A sign-up that waits for its code, in the partition of the place that it would become.

    Sealed: what was typed.
    """

    class Meta(Table):
        table_name = table("ephemera")

    code = UnicodeAttribute()
    browser = UnicodeAttribute()
    tries = NumberAttribute()
    until = UnicodeAttribute()
    expires = NumberAttribute()


class SetUpRow(Row):
    """What a school that is being set up said it has looked through."""

    class Meta(Table):
        table_name = table("directory")

    seen = JSONAttribute()
