"""The rows that hold tenants' wrapped data keys, in the directory table."""

from pynamodb.attributes import BinaryAttribute

from chalicelib.storage.rows import Row, Table, table


def sk_of(number: int) -> str:
    return f"key#{number:03d}"


class KeyRow(Row):
    class Meta(Table):
        table_name = table("directory")

    wrapped = BinaryAttribute(legacy_encoding=False)
