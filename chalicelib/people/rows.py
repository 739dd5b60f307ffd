"""The directory's rows about a school's people. Names, addresses and ties are sealed."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class ClassRow(Row):
    """Sealed: name, which may be a teacher's."""

    class Meta(Table):
        table_name = table("directory")


class PupilRow(Row):
    """Sealed: names, numbers, each contact and how they stand to this pupil. Whoever left stays,
    with `left_on`, because records name them.
    """

    class Meta(Table):
        table_name = table("directory")

    class_id = UnicodeAttribute()
    year_group = NumberAttribute()
    left_on = UnicodeAttribute(null=True)


class InClassRow(Row):
    """Says that a pupil is in a class, so that a class is one query."""

    class Meta(Table):
        table_name = table("directory")


class ContactRow(Row):
    """Sealed: name, address, and the pupils they are a contact of."""

    class Meta(Table):
        table_name = table("directory")


class AbsenceRow(Row):
    """Its key sorts by the end, so that what is over is not read again."""

    class Meta(Table):
        table_name = table("directory")

    person = UnicodeAttribute()
    from_at = UnicodeAttribute()
    until_at = UnicodeAttribute()
    by = UnicodeAttribute()
