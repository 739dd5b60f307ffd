"""What followed for one person: the row of the table, what it says, what was done, why not so."""

from collections.abc import Sequence
from typing import Any, cast

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.texts import MOST_LINE, MOST_NOTE, Line, Words
from chalicelib.incidents.model.parts import Kind, Said
from chalicelib.incidents.sanctions import Whose
from chalicelib.tenancy.matrix import Line as Row
from chalicelib.web.fields import Choices, Date, Option


class SanctionForm(PartForm):
    """Made for one person and one row by `form_of` (2.6; S372 to S407)."""

    kind = Kind.SANCTION
    later = ("taken", "why_differs")
    person = ""
    person_name = ""
    row = Row("", "")
    whose = Whose.PUPILS
    table_version = 0
    earlier = 0

    taken = Choices("What was done", hint="The table's own actions are ticked already")
    on = Date("Date", past=True, required="Enter the date")
    by = Line("Decided by", most=MOST_LINE, required="Enter who decided it")
    detail = Words(
        "In more detail",
        hint="For example which warning, how long, what was agreed",
        most=MOST_NOTE,
        rows=3,
    )
    why_differs = Words(
        "If it is not what the table says: why?",
        hint="Needed as soon as an action of the table is left out or another is added",
        most=MOST_NOTE,
        rows=3,
    )

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:
        return {"on": around.today, "by": around.name, "taken": sorted(cls.expected())}

    @classmethod
    def expected(cls) -> frozenset[str]:
        return cls.row.marked(cls.whose)

    def check(self) -> None:
        if set(self.taken.data or ()) != self.expected():
            self.needs("why_differs", "Say why it is not what the table says")

    def headline(self) -> str:
        return f"{self.person_name}: {self.row.label}"

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "taken": list(self.taken.data or ()),
            "person": self.person,
            "row": self.row.key,
            "whose": self.whose,
            "version": self.table_version,
            "expected": sorted(self.expected()),
            "earlier": self.earlier,
        }

    def said(self) -> tuple[Said, ...]:
        table = "as supplied" if not self.table_version else f"version {self.table_version}"
        before = [Said("Earlier incidents", str(self.earlier))] if self.earlier else []
        return (
            Said("Row of the table", self.row.label),
            Said(f"What the table says ({table})", self._words(self.expected()) or "Nothing"),
            *before,
            Said("What was done", self._words(self.taken.data or ()) or "Nothing"),
            *(each for each in super().said() if each.question != "What was done"),
        )

    def _words(self, marks: Sequence[str] | frozenset[str]) -> str:
        return "\n".join(said for said, _ in self.whose.audience.said(frozenset(marks)))


def form_of(
    whose: Whose, row: Row, *, person: str, name: str, version: int, earlier: int
) -> type[SanctionForm]:
    """The form for one person and one row of the school's table as it stands."""
    options = [
        Option(mark, said) for column in whose.audience.columns for mark, said in column.marks
    ]
    made = type(
        "SanctionFormOfRow",
        (SanctionForm,),
        {
            "taken": Choices(
                "What was done", hint="The table's own actions are ticked already", options=options
            ),
            "person": person,
            "person_name": name,
            "row": row,
            "whose": whose,
            "table_version": version,
            "earlier": earlier,
        },
    )
    return cast(type[SanctionForm], made)
