"""Red, amber, green: how many of those who must sign have signed, in one word and one colour (3.6).

Words and numbers say the same as the colour, so nothing depends on seeing it.
"""

from dataclasses import dataclass
from enum import StrEnum

_GREEN, _AMBER = 0.95, 0.75


class Rag(StrEnum):
    """The colours; `label` says it in words."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"

    @property
    def label(self) -> str:
        return {
            "green": "Nearly all have signed",
            "amber": "Some have not signed",
            "red": "Many have not signed",
            "grey": "Not asked",
        }[self.value]


@dataclass(frozen=True)
class Count:
    """How many there are, how many of them were asked this school year, how many are complete."""

    total: int
    asked: int
    complete: int

    @property
    def rag(self) -> Rag:
        """Green from 95 in a hundred, amber from 75; grey where nobody was asked."""
        if not self.asked or not self.total:
            return Rag.GREY
        share = self.complete / self.total
        return Rag.GREEN if share >= _GREEN else Rag.AMBER if share >= _AMBER else Rag.RED

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.total + other.total, self.asked + other.asked, self.complete + other.complete
        )


NONE = Count(0, 0, 0)
