"""The registers' rows. Every answer is sealed: open are ids, states, times and counts."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.audit import EventRow
from chalicelib.storage import Row, Table, table


class EntryRow(Row):
    """Sealed: answers, where it came from."""

    class Meta(Table):
        table_name = table("registers")

    register = UnicodeAttribute()
    reference = UnicodeAttribute()
    added_at = UnicodeAttribute()
    added_by = UnicodeAttribute()
    definition = UnicodeAttribute()
    phase = UnicodeAttribute()
    on = UnicodeAttribute()
    moves = JSONAttribute()
    running = JSONAttribute(null=True)
    marks = JSONAttribute(null=True)
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class EntryEventRow(EventRow):
    class Meta(Table):
        table_name = table("registers")


class LineRow(Row):
    """An entry's place in a list. Sealed: its name, its short answers, its words for searching."""

    class Meta(Table):
        table_name = table("registers")

    state = UnicodeAttribute()
    reference = UnicodeAttribute()
    due_at = UnicodeAttribute(null=True)
    added_by = UnicodeAttribute(null=True)


class OwnRow(Row):
    """That a person added an entry. Sealed: its name."""

    class Meta(Table):
        table_name = table("registers")

    register = UnicodeAttribute()
    reference = UnicodeAttribute()
    state = UnicodeAttribute()


class TallyRow(Row):
    """How many entries each register has in each phase: sums named `<phase>:<register>`."""

    class Meta(Table):
        table_name = table("registers")


class DefinitionsRow(Row):
    """What a school or its trust changed about its registers; sealed, since people wrote it."""

    class Meta(Table):
        table_name = table("registers")

    changes = NumberAttribute(null=True)
    by = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)


class SnapshotRow(Row):
    """A definition as it was when entries were made under it, found by its digest. Sealed."""

    class Meta(Table):
        table_name = table("registers")

    register = UnicodeAttribute()


class CycleRow(Row):
    """One period of a cycle: until when something is owed, and whether it was done."""

    class Meta(Table):
        table_name = table("registers")

    due_on = UnicodeAttribute()
    met_at = UnicodeAttribute(null=True)
    tasks = JSONAttribute(null=True)
    marks = JSONAttribute(null=True)
    missing = NumberAttribute(null=True)


class BoardRow(Row):
    """A trust's copy of a school's counts. Sealed: the school's name."""

    class Meta(Table):
        table_name = table("registers")

    at = UnicodeAttribute()
    figures = JSONAttribute()


class FeedRow(Row):
    """The address of a person's calendar: by its digest whose it is, by the person which it is."""

    class Meta(Table):
        table_name = table("registers")

    person = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)


class SignRow(Row):
    """A link with which somebody takes a step without signing in, found by its digest."""

    class Meta(Table):
        table_name = table("registers")

    entry = UnicodeAttribute()
    register = UnicodeAttribute()
    step = UnicodeAttribute()
    person = UnicodeAttribute()
    expires_at = UnicodeAttribute()
