"""Whether answers are good, whether they meet conditions, and who is named in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Any

from chalicelib.errors import Invalid
from chalicelib.registers.model.definition import (
    Conditions,
    Definition,
    Field,
    Requirement,
    Step,
    Type,
)
from chalicelib.registers.model.entry import Answers
from chalicelib.web.typing_in import time_in_words

_NOTHING: tuple[Any, ...] = (None, "", [], ())
_NO_ANSWERS: Answers = MappingProxyType({})


def meets(answers: Answers, conditions: Conditions) -> bool:
    """Whether every condition holds: one of its values is, or is among, the answer."""
    return all(not given(answers, key).isdisjoint(values) for key, values in conditions.items())


def given(answers: Answers, key: str) -> set[str]:
    """The words of an answer: of a tick `yes` or `no`."""
    value = answers.get(key)
    if isinstance(value, bool):
        return {"yes" if value else "no"}
    if value is None:
        return {"no"}
    return {str(each) for each in (value if isinstance(value, list) else [value])}


def people_in(answers: Answers, key: str) -> dict[str, str]:
    """Whoever is named in a field: id to name."""
    value = answers.get(key)
    named = value if isinstance(value, list) else [value]
    return {each["id"]: each["name"] for each in named if isinstance(each, Mapping)}


def is_given(answers: Answers, key: str) -> bool:
    return answers.get(key) not in _NOTHING


def may_be_asked(field: Field, together: Iterable[Field], known: Answers) -> bool:
    """Whether a question may come up, given what is known and what is asked in the same form."""
    here = {each.key for each in together}
    settled = {key: values for key, values in field.when.items() if key not in here}
    return meets(known, settled)


def checked(
    definition: Definition, answers: Answers, *, known: Answers = _NO_ANSWERS
) -> dict[str, Any]:
    """Answers that may be kept: each of its field's type, and none of those refused outright.

    What is not asked, given the other answers and those `known` already, falls away: it was typed
    before somebody chose otherwise. Raises Invalid by field. Whether all that is required was
    answered is the form's to say: what another feature sends may leave something open.
    """
    problems: dict[str, list[str]] = {}
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        field = definition.field(key)
        if field is None:
            raise ValueError(f"{definition.key} asks for no {key!r}")
        if value in _NOTHING or not meets({**known, **answers}, field.when):
            continue
        if problem := _wrong(field, value):
            problems[key] = [problem]
        kept[key] = value
    for key, says in refused(definition, {**known, **kept}):
        if key in kept:
            problems[key] = [says]
    if problems:
        raise Invalid(problems)
    return kept


def refused(definition: Definition, answers: Answers) -> Iterator[tuple[str, str]]:
    """What is refused outright, with the sentence that says so (R-UKSIC 2)."""
    for refusal in definition.refusals:
        one_of_them = {refusal.field: refusal.values}
        if is_given(answers, refusal.field) and meets(answers, {**one_of_them, **refusal.when}):
            yield refusal.field, refusal.says


def missing(step: Step, answers: Answers, outcome: str) -> list[Requirement]:
    """What must be true before a step and is not, of what the entry itself says."""
    return [
        need
        for need in needed(step, answers, outcome)
        if need.answered and not _is_met(need, answers)
    ]


def needed(step: Step, answers: Answers, outcome: str) -> list[Requirement]:
    """The requirements that concern these answers and this outcome."""
    return [
        need
        for need in step.requires
        if (not need.outcome or outcome in need.outcome) and meets(answers, need.when)
    ]


def _is_met(need: Requirement, answers: Answers) -> bool:
    value = answers.get(need.answered)
    if value in _NOTHING or value is False:
        return False
    if need.is_one_of and given(answers, need.answered).isdisjoint(need.is_one_of):
        return False
    return not isinstance(value, list) or len(value) >= need.least


def _wrong(field: Field, value: Any) -> str:
    """Why a value cannot be the answer, in a sentence; empty when it can."""
    good = _GOOD.get(field.type, _is_text)
    if not good(field, value):
        return f"{field.label}: this cannot be the answer"
    if field.type is Type.TIME and not _within(field, value):
        bounds = (field.earliest or "00:00", field.latest or "23:59")
        first, last = (time_in_words(time.fromisoformat(each)) for each in bounds)
        return f"This must be between {first} and {last}"
    return ""


def _within(field: Field, value: str) -> bool:
    """Whether a time of day lies in the hours allowed (S98)."""
    return (field.earliest or "") <= value[:5] <= (field.latest or "24")


def _is_text(field: Field, value: Any) -> bool:
    return isinstance(value, str) and len(value) <= (field.most or 200)


def _is_number(field: Field, value: Any) -> bool:
    return type(value) is int and field.least <= value <= field.greatest


def _is_some_of(field: Field, value: Any) -> bool:
    return isinstance(value, list) and set(value) <= _words(field)


def _are_named(_: Field, value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_named, value))


def _words(field: Field) -> set[str]:
    return {option.value for option in field.options}


def _is_named(value: Any) -> bool:
    return isinstance(value, Mapping) and {"id", "name"} == set(value)


def _parses(parse: Callable[[str], Any], value: Any) -> bool:
    try:
        parse(value)
    except (TypeError, ValueError):
        return False
    return True


_GOOD: Mapping[Type, Callable[[Field, Any], bool]] = {
    Type.NUMBER: _is_number,
    Type.TICK: lambda _, value: isinstance(value, bool),
    Type.DATE: lambda _, value: _parses(date.fromisoformat, value),
    Type.TIME: lambda _, value: _parses(time.fromisoformat, value),
    Type.CHOICE: lambda field, value: value in _words(field),
    Type.CHOICES: _is_some_of,
    Type.PERSON: lambda _, value: _is_named(value),
    Type.ENTRY: lambda _, value: _is_named(value),
    Type.PEOPLE: _are_named,
    Type.TERM: lambda _, value: isinstance(value, str) and value[7:8] == "-",
}
