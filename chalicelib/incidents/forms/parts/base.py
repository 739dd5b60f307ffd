"""A form of a part: its questions, what it offers to choose from, and its answers to keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar, Self

from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.model.parts import Kind, Part, Said
from chalicelib.incidents.model.record import Incident
from chalicelib.web.fields import Date, Offered, Option, Options, Question, RecordId, Time
from chalicelib.web.http import Request


@dataclass(frozen=True)
class Colleague:
    """Somebody at the school who may be named in a part."""

    person: str
    name: str
    senior: bool


@dataclass(frozen=True)
class Around:
    """What surrounds a part: the record, whoever fills it in, and who and what can be named."""

    record: Incident
    person: str
    name: str
    today: date
    colleagues: tuple[Colleague, ...] = ()
    agencies: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def staff(self) -> list[Option]:
        return [Option(each.person, each.name) for each in self.colleagues]

    @property
    def involved(self) -> list[Option]:
        """The people of the report, by their keys."""
        return [Option(each.key, each.name) for each in self.record.report.people]

    def name_of(self, person: str) -> str:
        return next((each.name for each in self.colleagues if each.person == person), "")

    def of(self, kind: Kind) -> tuple[Part, ...]:
        return tuple(each for each in self.parts if each.kind is kind and each.counts)


class PartForm(RecordForm):
    """What every part's form has: `part` is the id minted with the page."""

    kind: ClassVar[Kind]
    later: ClassVar[tuple[str, ...]] = ()  # asked once another is answered, and then not optional
    part = RecordId()

    def __init__(self, *sent: Any, **values: Any) -> None:
        super().__init__(*sent, **values)
        for name in self.later:
            self[name].flags.required = True

    @property
    def revealed(self) -> frozenset[str]:
        """Questions that stand under the answer that opens them."""
        return frozenset(
            option.reveals
            for each in self
            if isinstance(each, Offered)
            for option in each.options
            if option.reveals
        )

    @property
    def shown_questions(self) -> list[Question]:
        """Everything the page asks, in order, but what stands under another's answer."""
        return [each for each in self._asked() if each.name not in self.revealed]

    @classmethod
    def offers(cls, around: Around) -> Mapping[str, Options]:  # noqa: ARG003 - for kinds that do
        """The answers that are only known now, by question."""
        return {}

    @classmethod
    def begun(cls, around: Around) -> dict[str, Any]:  # noqa: ARG003 - for kinds that do
        """What a new one starts with."""
        return {}

    @classmethod
    def fresh(cls, around: Around, *, seen: int) -> Self:
        return cls.blank(options=cls.offers(around), seen=str(seen), **cls.begun(around))

    @classmethod
    def of(cls, part: Part, around: Around, *, seen: int) -> Self:
        """A part as it stands, to be changed."""
        form = cls(options=cls.offers(around))
        values = {name: _read(form[name], value) for name, value in part.values.items()}
        return cls.blank(options=cls.offers(around), seen=str(seen), **{**values, "part": part.id})

    @classmethod
    def sent(cls, request: Request, around: Around) -> Self:
        form = cls.read(request, options=cls.offers(around))
        form.judge(around)
        return form

    def judge(self, around: Around) -> None:
        """Rules that look at the record or at who may be named."""

    def needs(self, name: str, message: str) -> None:
        """A question that is only asked once another was answered, and then must be."""
        if self[name].data in (None, "", [], False) and not self[name].errors:
            self.refuse(name, message)

    def headline(self) -> str:
        """One line that says what the part is."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """The answers as they are kept."""
        asked = {each.name: _kept(each.data) for each in self._asked()}
        return {name: value for name, value in asked.items() if value not in (None, "", [], False)}

    def said(self) -> tuple[Said, ...]:
        """Each question that was answered, in words."""
        return tuple(
            Said(each.label.text, each.shown())
            for each in self._asked()
            if each.data not in (None, "", [], False)
        )

    def _asked(self) -> list[Question]:
        return [each for each in self if isinstance(each, Question) and each.kind != "hidden"]


def _kept(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return value if isinstance(value, bool) or value is None else str(value)


def _read(question: Any, value: Any) -> Any:
    if isinstance(question, Date):
        return date.fromisoformat(value)
    if isinstance(question, Time):
        return time.fromisoformat(value)
    return value
