"""Who makes a report without an account (S183): what they say they are, and no more is known."""

from enum import StrEnum


class ReporterKind(StrEnum):
    """The three ways of belonging to a school that the open form asks about."""

    PUPIL = "pupil"
    CARER = "carer"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    ReporterKind.PUPIL: "A pupil",
    ReporterKind.CARER: "A parent or carer",
    ReporterKind.OTHER: "A visitor, volunteer or somebody else",
}


def reporter_words(name: str, kind: ReporterKind | None) -> str:
    """`Sam Lee (a parent or carer)`; `A pupil, who gave no name`."""
    if kind is None:
        return name
    return f"{name} ({kind.label.lower()})" if name else f"{kind.label}, who gave no name"
