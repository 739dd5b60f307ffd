"""From a definition's field to a question of a form, and from its value to what an entry keeps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from chalicelib import clock
from chalicelib.registers.model.definition import Field, Type
from chalicelib.registers.model.offers import Offers
from chalicelib.web import fields
from chalicelib.web.fields import Option

PREFIX = "q_"
_LONG_LIST = 7  # more options than this are a list to choose from, not radios
_KEPT = "What it is and where it is kept. Nothing is uploaded here, and never a picture of a child."


def with_condition(field: Field, asked: Sequence[Field]) -> Field:
    """A question that stands by itself says in its hint when it is asked: without scripts it is
    always there.
    """
    here = {each.key: each for each in asked}
    said = [
        f"“{here[key].label}” is {_one_of(here[key], values)}"
        for key, values in field.when.items()
        if key in here
    ]
    if not said:
        return field
    return replace(field, help=f"Only if {' and '.join(said)}. {field.help}".strip())


def of(field: Field, offers: Offers, reveals: "Reveals") -> Any:
    """The question that asks for a field."""
    return _MAKERS[field.type](field, offers, reveals)


def revealed_by(asked: Sequence[Field]) -> dict[tuple[str, str], list[str]]:
    """Which questions can stand inside an answer's radio: those with one condition of one value."""
    found: dict[tuple[str, str], list[str]] = {}
    open_lists = {
        each.key
        for each in asked
        if (each.type is Type.CHOICE and len(each.options) <= _LONG_LIST)
        or each.type is Type.CHOICES
    }
    for each in asked:
        if len(each.when) == 1:
            [(key, values)] = each.when.items()
            if key in open_lists and len(values) == 1:
                found.setdefault((key, values[0]), []).append(each.key)
    return found


Reveals = Mapping[tuple[str, str], list[str]]
Maker = Callable[[Field, Offers, Reveals], Any]


def _usual(field: Field, **more: Any) -> dict[str, Any]:
    return {"hint": field.help, "required": field.required, **more}


def _options(field: Field, reveals: Reveals) -> list[Option]:
    return [
        Option(
            each.value,
            each.label,
            each.hint,
            " ".join(PREFIX + key for key in reveals.get((field.key, each.value), ())),
        )
        for each in field.options
    ]


def _text(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Text(field.label, most=field.most, **_usual(field))


def _long(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.LongText(field.label, most=field.most, rows=4, **_usual(field))


def _documents(field: Field, offers: Offers, reveals: Reveals) -> Any:
    hint = f"{field.help} {_KEPT}".strip()
    return fields.LongText(field.label, most=field.most, rows=3, **_usual(field, hint=hint))


def _number(field: Field, offers: Offers, reveals: Reveals) -> Any:
    width = str(max(3, min(10, len(str(field.greatest)))))
    bounds = {"least": field.least, "greatest": field.greatest}
    return fields.Number(field.label, width=width, **bounds, **_usual(field))


def _date(field: Field, offers: Offers, reveals: Reveals) -> Any:
    default = {"default": clock.today} if field.today else {}
    return fields.Date(
        field.label, past=field.past, future=field.future, **_usual(field), **default
    )


def _time(field: Field, offers: Offers, reveals: Reveals) -> Any:
    default = {"default": _now} if field.today else {}
    hint = {"hint": field.help} if field.help else {}
    return fields.Time(field.label, required=field.required, **hint, **default)


def _choice(field: Field, offers: Offers, reveals: Reveals) -> Any:
    select = len(field.options) > _LONG_LIST
    return fields.Choice(
        field.label, options=_options(field, reveals), select=select, **_usual(field)
    )


def _choices(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Choices(field.label, options=_options(field, reveals), **_usual(field))


def _tick(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Tick(field.label, **_usual(field))


def _email(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Email(field.label, **_usual(field, autocomplete="off"))


def _person(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Choice(field.label, options=offers.people, select=True, **_usual(field))


def _people(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Choices(field.label, options=offers.people, **_usual(field))


def _term(field: Field, offers: Offers, reveals: Reveals) -> Any:
    return fields.Choice(field.label, options=offers.terms, select=True, **_usual(field))


def _entry(field: Field, offers: Offers, reveals: Reveals) -> Any:
    options = offers.entries.get(field.register, ())
    return fields.Choice(field.label, options=options, select=True, **_usual(field))


_MAKERS: Mapping[Type, Maker] = {
    Type.TEXT: _text,
    Type.LONG: _long,
    Type.KEPT: _documents,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.TIME: _time,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.TICK: _tick,
    Type.EMAIL: _email,
    Type.PERSON: _person,
    Type.PEOPLE: _people,
    Type.TERM: _term,
    Type.ENTRY: _entry,
}


def _now() -> time:
    return clock.london(clock.now()).time().replace(second=0, microsecond=0)


def kept(field: Field, data: Any, offers: Offers) -> Any:
    """A form's value as an entry keeps it."""
    if data is None or data == []:
        return None
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, time):
        return f"{data:%H:%M}"
    offered = offers.entries.get(field.register, ()) if field.register else offers.people
    if field.type is Type.PEOPLE:
        return [_named(each, offered) for each in data]
    return _named(data, offered) if field.type in (Type.PERSON, Type.ENTRY) else data


def _one_of(field: Field, values: Sequence[str]) -> str:
    words = [field.label_of(value) for value in values]
    return " or ".join(f"“{word}”" for word in words) if field.options else " or ".join(words)


def _named(chosen: str, offered: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {"id": chosen, "name": dict(offered).get(chosen, "")}


def shown(field: Field, value: Any) -> Any:
    """An entry's answer as its question has it."""
    if field.type is Type.DATE:
        return date.fromisoformat(value)
    if field.type is Type.TIME:
        return time.fromisoformat(value)
    if field.type is Type.PEOPLE:
        return [each["id"] for each in value]
    if field.type in (Type.PERSON, Type.ENTRY):
        return value["id"]
    return value
