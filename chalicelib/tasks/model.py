"""What a task is. Its title never names a child: tasks are listed, mailed and printed."""

from dataclasses import dataclass
from datetime import date

# A message that did not arrive: several features open it, and seeing to it is one page.
UNREACHED = "message.unreached"


@dataclass(frozen=True)
class Task:
    """One thing to do at a school or trust.

    `id` makes it unique among tasks of its kind: adding the same task again changes nothing.
    `owner` is a person's id; where nobody in particular owns it, `role` says whose it is: one
    role, or several with spaces between, any of whom may do it (S283: a senior leader or the head).
    `link` is the path of the page where it is done; `why` the reason in plain words (S88, S286).
    """

    id: str
    kind: str
    title: str
    why: str
    link: str
    about: str
    due_on: date
    owner: str = ""
    role: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.role.split())

    def is_for(self, person: str, roles: frozenset[str]) -> bool:
        return self.owner == person or (not self.owner and not roles.isdisjoint(self.roles))

    def is_overdue(self, today: date) -> bool:
        return self.due_on < today
