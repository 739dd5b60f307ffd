"""A file that was asked for, and how far it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.ids import PersonId


class Form(StrEnum):
    """How something can be taken away. The value is the file's ending."""

    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def label(self) -> str:
        return _LABELS[self]


class State(StrEnum):
    """Stored words."""

    QUEUED = "queued"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """What somebody wants made.

    `kind` names the maker in `app.py`; `values` is what it needs to know, sealed until then.
    `permission` is what whoever fetches the file must hold at that moment (R9), `back` the path
    of the page it was asked for on. `title` heads the page; it names no child. `doing` and `done`
    are what the page says while it is made, and after.
    """

    kind: str
    title: str
    permission: str
    person: PersonId
    back: str
    values: Mapping[str, str] = field(default_factory=dict)
    doing: str = "Making it"
    done: str = "It is ready."


@dataclass(frozen=True)
class Job:
    """Something asked for at a school or trust, with its progress in per cent."""

    id: str
    tenant: str
    asked: Asked
    asked_at: datetime
    state: State = State.QUEUED
    stage: str = "Waiting to start"
    progress: int = 0
    forms: tuple[Form, ...] = ()
    ready_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state in (State.READY, State.FAILED)


@dataclass(frozen=True)
class File:
    """One file as it was made."""

    form: Form
    body: bytes


Progress = Callable[[int, str], None]
"""Says how far it is: per cent, and what is being done."""
Maker = Callable[[Job, Progress], Sequence[File]]
"""Writes the files of a job, within its tenant. Being called twice must come to the same."""


_MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LABELS = {Form.PDF: "PDF", Form.CSV: "CSV", Form.XLSX: "spreadsheet (XLSX)"}
