"""What a teacher types with a class: a rule in the class's own words (S255)."""

from chalicelib.agreements.classes.model import LONGEST
from chalicelib.agreements.forms import a_name
from chalicelib.web.fields import Hidden, RecordId, Text
from chalicelib.web.forms import Form


def plain(text: str) -> str:
    """Words alone: braces would be fields of a template."""
    if a_name(text):
        return "Write the rule in words"
    return "Leave out the curly brackets" if "{" in text or "}" in text else ""


class PressForm(Form):
    """A button: the id of what it makes, and the version of the page it stood on."""

    record = RecordId()
    seen = Hidden()


class RuleForm(PressForm):
    """One rule, new or reworded."""

    text = Text(
        "A rule in our own words",
        hint="Short, and so that the youngest can read it. Begin with “We”.",
        required="Write the rule",
        most=LONGEST,
        checks=(plain,),
    )
