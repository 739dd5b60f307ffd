"""The form for one line of a permission table: made from the table's own audiences and columns."""

from typing import Any, cast

from chalicelib.tenancy.matrix import Line, Matrix
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form


class _Versioned(Form):
    """Carries the version that the page showed."""

    version = fields.Hidden()

    @property
    def read_at(self) -> int:
        """The version the page showed; -1 for what is none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else -1


class LineForm(_Versioned):
    """What a line says; a question for each audience is added by `form_for`."""

    label = fields.Text("What it is about", most=120, required="Say what it is about")
    note = fields.LongText(
        "What people should know",
        most=500,
        rows=3,
        hint="For example where the areas are, or who the selected staff are",
    )
    why = fields.LongText(
        "Why you change it",
        most=500,
        rows=2,
        hint="Kept with this version, so that whoever comes after you understands",
        required="Say why you change it",
    )

    def line(self, key: str, matrix: Matrix, *, source: str) -> Line:
        """What was filled in, as a line of the table."""
        marks = {
            audience.key: frozenset(self[f"marks_{audience.key}"].data or ())
            for audience in matrix.audiences
        }
        return Line(key, self.label.data, marks, self.note.data or "", source)


class ConfirmForm(_Versioned):
    """The school has looked at the whole table and it is right."""

    agreed = fields.Tick(
        "We have checked every line and this is the table of our school",
        required="Tick to say that you have checked the table",
    )


def form_for(matrix: Matrix) -> type[LineForm]:
    """The form of a line of this table."""
    questions: dict[str, Any] = {
        f"marks_{audience.key}": fields.Choices(
            audience.label,
            options=[Option(mark, said) for c in audience.columns for mark, said in c.marks],
            hint="More than one may apply",
        )
        for audience in matrix.audiences
    }
    return cast("type[LineForm]", type("LineForm", (LineForm,), questions))


def shown(matrix: Matrix, line: Line | None, version: int) -> LineForm:
    """The form as first shown, for a line that is there or for a new one."""
    values: dict[str, Any] = {"version": version}
    if line is not None:
        values |= {"label": line.label, "note": line.note}
        values |= {f"marks_{a.key}": sorted(line.marked(a.key)) for a in matrix.audiences}
    return form_for(matrix).blank(**values)
