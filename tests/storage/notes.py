"""A row of the tests' own, in one of the real tables."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.storage import Row, Table, table


class NoteRow(Row):
    class Meta(Table):
        table_name = table("registers")

    text = UnicodeAttribute(null=True)
    n = NumberAttribute(null=True)


class OtherNoteRow(Row):
    """The same table read through another class, as records of two kinds are."""

    class Meta(Table):
        table_name = table("registers")

    text = UnicodeAttribute(null=True)


class FarNoteRow(Row):
    class Meta(Table):
        table_name = table("incidents")

    text = UnicodeAttribute(null=True)
