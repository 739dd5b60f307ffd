"""The online services that are approved, as a list all staff can search (S37, S96, S312)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Definition, Phase
from chalicelib.registers.model.entry import said
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import definitions

REGISTER = "online_services"
PLATFORMS = "remote_platforms"


@dataclass(frozen=True)
class Service:
    """One service, in words."""

    id: str
    name: str
    provider: str
    purpose: str
    years: str
    uses_ai: bool
    register: str = REGISTER


def services(school: SchoolId, *, text: str = "", purpose: str = "") -> list[Service]:
    """What may be used, by name; with `text`, those in which all of its words stand."""
    words = text.casefold().split()
    definition = definitions.of(school).get(REGISTER)
    found = [
        _service(definition, line)
        for line in lines.all_in(school, REGISTER, Phase.CURRENT)
        if all(word in line.words for word in words)
        and (not purpose or line.answers.get("purpose") == purpose)
    ]
    return sorted(found, key=lambda each: each.name.casefold())


def purposes(school: SchoolId) -> Sequence[tuple[str, str]]:
    """What a list can be narrowed to."""
    field = definitions.of(school).get(REGISTER).field("purpose")
    return [(each.value, each.label) for each in field.options] if field else []


def _service(definition: Definition, line: Line) -> Service:
    return Service(
        line.id,
        line.name,
        said(definition, "provider", line.answers),
        said(definition, "purpose", line.answers),
        said(definition, "years", line.answers),
        line.answers.get("ai") == "yes",
    )
