"""A school's own severities and categories, as they are typed."""

from typing import Any

from chalicelib.alerts.facts import Severity
from chalicelib.alerts.service.mapping import Changes, Column
from chalicelib.alerts.themes import Theme, lists
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

_SEVERITIES = [(each.value, each.value.capitalize()) for each in Severity]


def changeable() -> list[Theme]:
    """Themes whose severity a school may set: illegal content is critical everywhere."""
    return [theme for theme in lists().by_id.values() if not theme.restricted]


def _question(theme: Theme, part: str) -> fields.Choice:
    label = f"{theme.label}: {part}"
    return fields.Choice(label, options=_SEVERITIES, select=True, required=f"Choose for {label}")


class SeverityForm(Form):
    """Two severities for each theme: for what is blocked, and for what is let through."""

    version = fields.Hidden()

    @classmethod
    def of(cls, changes: Changes) -> "SeverityForm":
        answers: dict[str, Any] = {"version": str(changes.version)}
        for theme in changeable():
            blocked, through = changes.columns(theme)
            answers |= {f"{theme.id}_blocked": blocked.value, f"{theme.id}_through": through.value}
        return cls.blank(**answers)

    def severities(self) -> dict[str, Column]:
        """Those that differ from the lists that ship."""
        found = {}
        for theme in changeable():
            column = (
                Severity(self[f"{theme.id}_blocked"].data),
                Severity(self[f"{theme.id}_through"].data),
            )
            if column != (theme.blocked, theme.let_through):
                found[theme.id] = column
        return found

    def refuse_all(self, problems: Any) -> None:
        super().refuse_all(
            {f"{name}_through" if name in lists().by_id else "": t for name, t in problems.items()}
        )


for _theme in changeable():
    setattr(SeverityForm, f"{_theme.id}_blocked", _question(_theme, "blocked"))
    setattr(SeverityForm, f"{_theme.id}_through", _question(_theme, "let through"))


class CategoryForm(Form):
    """What one category of a filter means here."""

    vendor = fields.Hidden()
    name = fields.Text("Category, as the filter writes it", most=120, required="Enter the category")
    theme = fields.Choice(
        "What does it mean?",
        options=[
            Option("", "As in Holdfast's own lists"),
            *(Option(each.id, each.label) for each in lists().by_id.values()),
        ],
        select=True,
    )
