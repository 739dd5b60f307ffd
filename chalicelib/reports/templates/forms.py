"""The form of a template: for each section whether and where it stands, and its measures."""

from collections.abc import Iterator
from typing import Any, cast

from chalicelib.reports.layout import PARTS, Chosen, Layout
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

_OUT = "out"
_PLACE, _MEASURES = "place_", "measures_"
_PLACES = (
    Option(_OUT, "Left out"),
    *(Option(str(n), f"Number {n}") for n in range(1, len(PARTS) + 1)),
)


class TemplateForm(Form):
    record = fields.RecordId()
    version = fields.Version()
    title = fields.Text(
        "What is the report called?",
        most=80,
        hint="Such as Board report. It stands on the cover.",
        required="Enter what the report is called",
    )

    def check(self) -> None:
        """At least one section with a measure, and no two in one place."""
        taken: dict[str, str] = {}
        for part in PARTS:
            place = self[_PLACE + part.key].data
            if place == _OUT:
                continue
            if place in taken:
                told = f"Choose another number: {taken[place]} has this one"
                self.refuse(_PLACE + part.key, told)
            taken[place] = part.label
            if not self[_MEASURES + part.key].data:
                told = f"Choose what to show of {part.label.lower()}"
                self.refuse(_MEASURES + part.key, told)
        if not taken:
            self.refuse(_PLACE + PARTS[0].key, "Choose at least one section")

    @property
    def parts(self) -> Iterator[tuple[str, str, Any, Any]]:
        """Each section's heading, what it tells, and its two questions, as the page lists them."""
        for part in PARTS:
            yield part.label, part.says, self[_PLACE + part.key], self[_MEASURES + part.key]

    def layout(self, template: str) -> Layout:
        """The template that was asked for, as the next version of what was read."""
        placed = [part for part in PARTS if self[_PLACE + part.key].data != _OUT]
        placed.sort(key=lambda part: int(self[_PLACE + part.key].data))
        return Layout(
            title=self.title.data,
            sections=tuple(
                Chosen(part.key, tuple(self[_MEASURES + part.key].data)) for part in placed
            ),
            template=template,
            version=self.version.data,
        )


def _made() -> type[TemplateForm]:
    questions: dict[str, Any] = {}
    for part in PARTS:
        questions[_PLACE + part.key] = fields.Choice(
            f"Where does {part.label} stand?",
            options=_PLACES,
            select=True,
            required="Choose where it stands, or that it is left out",
        )
        questions[_MEASURES + part.key] = fields.Choices(
            f"What of {part.label}?", options=[Option(*each) for each in part.measures.items()]
        )
    return cast(type[TemplateForm], type("TemplateFormOfParts", (TemplateForm,), questions))


FORM = _made()


def shown(layout: Layout) -> TemplateForm:
    """The form with a layout in it; version 0 for a new template."""
    values: dict[str, Any] = {"title": layout.title if layout.version else ""}
    for part in PARTS:
        values[_PLACE + part.key] = _OUT
        values[_MEASURES + part.key] = list(part.measures)
    for number, section in enumerate(layout.sections, 1):
        values[_PLACE + section.key] = str(number)
        values[_MEASURES + section.key] = list(section.measures)
    return FORM.blank(version=str(layout.version), **values)
