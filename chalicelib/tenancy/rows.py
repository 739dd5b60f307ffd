"""The directory's rows about trusts and schools. Names of organisations are public, so not sealed.

What a trust decides for its schools is copied into each school's row, because a request at a
school may not read its trust.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.storage import Row, Table, table


class TrustRow(Row):
    """`choices` is what the trust decided; `changes` counts its versions."""

    class Meta(Table):
        table_name = table("directory")

    name = UnicodeAttribute()
    opened_at = UnicodeAttribute()
    choices = JSONAttribute(null=True)
    changes = NumberAttribute(default=0)


class SchoolRow(Row):
    """`choices` is what the school decided, `trust_choices` a copy of what its trust did.

    `setting_up` stands until the school goes live, at `live_at`; `leaving` says who asked that it
    leaves its trust: `school` or `trust`.
    """

    class Meta(Table):
        table_name = table("directory")

    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    pupil_number = NumberAttribute()
    trust = UnicodeAttribute(null=True)
    opened_at = UnicodeAttribute()
    choices = JSONAttribute(null=True)
    changes = NumberAttribute(default=0)
    trust_choices = JSONAttribute(null=True)
    brand = JSONAttribute(null=True)
    setting_up = BooleanAttribute(null=True)
    live_at = UnicodeAttribute(null=True)
    leaving = UnicodeAttribute(null=True)


class TrustSchoolRow(Row):
    """One of a trust's schools, in the trust's own partition: what its pages may say of it."""

    class Meta(Table):
        table_name = table("directory")

    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    pupil_number = NumberAttribute()
    setting_up = BooleanAttribute(null=True)
    leaving = UnicodeAttribute(null=True)


class ChangeRow(Row):
    """A version of a level's choices, kept for ever."""

    class Meta(Table):
        table_name = table("directory")

    choices = JSONAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()


class CalendarRow(Row):
    class Meta(Table):
        table_name = table("directory")

    terms = JSONAttribute()


class RegisterRow(Row):
    """One line of the register of tenants, the GLOBAL list that daily work goes through."""

    class Meta(Table):
        table_name = table("directory")
