"""The forms of handing in, handing out, and of who may bring a phone."""

from collections.abc import Iterable

from chalicelib.people.model import Pupil, year_label
from chalicelib.web import fields
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form


class InForm(Form):
    """Those who may bring one: all are ticked already."""

    pupils = fields.Choices("Phones handed in", required="Tick the phones that were handed in")


class OthersForm(Form):
    """Those who may not, or who bring theirs again."""

    others = fields.Choices(
        "A phone from somebody else, or brought again", required="Tick whose phone it is"
    )


class OutForm(Form):
    pupils = fields.Choices("Phones handed out", required="Tick the phones that were handed out")


class PermitForm(Form):
    pupils = fields.Choices("Who may bring a phone?")
    agreed = fields.Tick(
        "Their parents have given permission, and none of them is a smartphone",
        required="Tick to say that this is so; a need for another kind is an exception",
    )


def named(pupils: Iterable[Pupil], *, years: bool = False) -> list[Option]:
    """Pupils as a form offers them."""
    return [Option(p.id, p.name, hint=year_label(p.year_group) if years else "") for p in pupils]
