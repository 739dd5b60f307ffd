"""A register's list: by phase, filtered, fifty at a time."""

from urllib.parse import urlencode

from chalicelib import audit, clock
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess
from chalicelib.registers.model.definition import Definition, Phase, Type
from chalicelib.registers.repository import lines
from chalicelib.registers.service import cycles, definitions, hands, reading, standing
from chalicelib.registers.web import paths, shown
from chalicelib.registers.web.blueprint import OPEN, pages
from chalicelib.registers.web.index import is_for
from chalicelib.tenancy import calendar
from chalicelib.web import Response, page
from chalicelib.web.render import url

_LABELS = {
    "": "All",
    Phase.OPEN: "To be dealt with",
    Phase.CURRENT: "In force",
    Phase.CLOSED: "Over",
}


@pages.get("/s/{school}/registers/{register}", access=OPEN)
def show(staff: SchoolAccess, register: str) -> Response:
    hand = hands.of(staff)
    registers = definitions.of(staff.school)
    definition = registers.get(register)
    hands.require(hands.may_open(hand, definition))
    may_list = hands.may_list(hand, definition)
    if not hands.may_list_current(hand, definition):
        return _own_page(staff, definition, is_on=registers.is_on(register))
    query = staff.request.query
    phase = query.get("list", "") if may_list else Phase.CURRENT
    wanted = {key: query.get(key, "") for key in definition.filters}
    found = reading.page_of(
        hand, definition, phase=phase, wanted=wanted, cursor=query.get("after", "")
    )
    audit.viewed(
        staff.school, by=staff.actor, action="register.list_viewed", about=f"register/{register}"
    )
    stand, due = standing.of_school(staff.school, [register], clock.today())
    here = paths.register(staff.school, register)
    chosen = {key: value for key, value in {"list": phase, **wanted}.items() if value}
    return page(
        "registers/list",
        school=staff.school,
        definition=definition,
        is_on=registers.is_on(register),
        lines=found.lines,
        shown=shown,
        stand=stand[register],
        due=shown.to_do([each for each in due if is_for(hand, each)][:5], clock.today()),
        columns=shown.columns(definition),
        cycles=cycles.owed(staff.school, definition, clock.today()) if may_list else [],
        now=clock.now(),
        tabs_=_tabs(here, definition, phase) if may_list else [],
        filters_=_filters(staff, definition, wanted),
        phase=phase if may_list else "",
        older=_href(here, {**chosen, "after": found.next}) if found.next else "",
        newest=_href(here, chosen) if "after" in query else "",
        clear=_href(here, {"list": phase}) if any(wanted.values()) else "",
        may_add=registers.is_on(register) and hands.may_add(hand, definition),
        may_list=may_list,
    )


def _own_page(staff: SchoolAccess, definition: Definition, *, is_on: bool) -> Response:
    """For whoever may only add: what they added themselves."""
    mine = lines.own(staff.school, staff.person, most=100)
    return page(
        "registers/own",
        school=staff.school,
        definition=definition,
        is_on=is_on,
        adding=shown.adding(definition),
        own=[each for each in mine if each.register == definition.key],
        may_add=is_on and hands.may_add(hands.of(staff), definition),
    )


def _tabs(here: str, definition: Definition, phase: str) -> list[tuple[str, str, bool]]:
    phases = {state.phase for state in definition.states}
    return [
        (label, url(_href(here, {"list": key} if key else {})), key == phase)
        for key, label in _LABELS.items()
        if not key or (key in phases and len(phases) > 1)
    ]


def _filters(
    staff: SchoolAccess, definition: Definition, wanted: dict[str, str]
) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """For each: its question, its name, what can be chosen, what is."""
    found = []
    for key in definition.filters:
        field = definition.field(key)
        if field is None:
            continue
        if field.type is Type.PERSON:
            people = sorted(identity.members(staff.school), key=lambda each: each.name)
            options = [(str(each.person), each.name) for each in people]
        elif field.type is Type.TERM:
            years = calendar.years_around(clock.today())
            terms = [term for year in years for term in calendar.usual_terms(year)]
            options = [(term.key, term.label) for term in terms]
        else:
            options = [(each.value, each.label) for each in field.options]
        found.append((field.heading, key, options, wanted[key]))
    return found


def _href(here: str, query: dict[str, str]) -> str:
    return f"{here}?{urlencode(query)}" if query else here
