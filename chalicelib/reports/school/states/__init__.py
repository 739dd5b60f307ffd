"""How things stand at a school that are no counts of events: feeds, agreements, training,
registers, what is late, what changed. Read when a report is made, and kept with it (S93, S235,
S240, S257).

Nothing here names a child. Registers and tasks about children hide their small numbers; what adults
owe is shown as it is.
"""

from collections.abc import Callable

from chalicelib.reports.document import Section
from chalicelib.reports.school.states import books, feeds, people
from chalicelib.reports.school.states.look import Look

__all__ = ["SECTIONS", "Look"]

SECTIONS: dict[str, Callable[[Look], Section]] = {
    "feeds": feeds.feeds,
    "outstanding": people.agreements,
    "training": people.trained,
    "registers": books.registers,
    "late": books.late,
    "changes": books.changes,
}
