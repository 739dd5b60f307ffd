"""A roster as every format comes to, and what is wrong with lines of it."""

from dataclasses import dataclass, field

YEARS = range(-1, 14)  # -1 is Nursery, 0 Reception


@dataclass(frozen=True)
class Adult:
    """A contact of one pupil. `key` is what the school's system calls them; empty for most CSV."""

    name: str
    email: str = ""
    relationship: str = ""
    parental_responsibility: bool = True
    do_not_contact: bool = False
    key: str = ""

    @property
    def identity(self) -> str:
        """What says that two pupils' contacts are one person: the system's key, else name and
        address together. An address alone may be a household's.
        """
        return f"key:{self.key}" if self.key else f"{self.name.casefold()}|{self.email.casefold()}"


@dataclass(frozen=True)
class Child:
    """A pupil of the file. `upn` and `key` stay theirs when names change; either may be empty."""

    given_name: str
    family_name: str
    year_group: int
    class_name: str
    upn: str = ""
    key: str = ""
    contacts: tuple[Adult, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line: where (as the file counts), in which column, and what to do."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Roster:
    """Everything that could be read, and what could not. A line with a problem is left out."""

    children: tuple[Child, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: int = 0  # contacts without parental responsibility or under a bar (6.8)
    unread: frozenset[str] = frozenset()  # who is in the file, on a line that could not be read


class Unreadable(ValueError):
    """The file as a whole is no roster; the message says what to do, and quotes nothing of it."""


@dataclass
class Gathered:
    """Children as lines bring them: several lines of one pupil add contacts."""

    children: dict[str, Child] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def refuse(self, *problems: Problem, upn: str = "", key: str = "", name: str = "") -> None:
        """A line whose pupil could not be read: they are in the file all the same."""
        self.problems += problems
        self.unread |= identities(upn, key, name)

    def add(self, line: int, child: Child) -> None:
        """Take a line's pupil. The same pupil again must be the same, and adds its contacts."""
        identity = child.upn or child.key or f"{child.name.casefold()}|{child.class_name}"
        before = self.children.get(identity)
        if before is None:
            self.children[identity] = child
            return
        if (before.name, before.class_name) != (child.name, child.class_name):
            message = "This pupil is in the file twice, with another name or class"
            self.problems.append(Problem(line, "", message))
            return
        contacts = tuple(dict.fromkeys((*before.contacts, *child.contacts)))
        self.children[identity] = Child(
            before.given_name,
            before.family_name,
            before.year_group,
            before.class_name,
            before.upn,
            before.key,
            contacts,
        )

    def roster(self, *, only_responsible: bool = True) -> Roster:
        """The roster; contacts who may not be written to are left out unless asked for (6.8)."""
        if not self.children and not self.problems:
            raise Unreadable("There are no pupils in this file")
        kept: list[Child] = []
        left_out = 0
        for child in self.children.values():
            contacts = [
                each
                for each in child.contacts
                if not only_responsible
                or (each.parental_responsibility and not each.do_not_contact)
            ]
            left_out += len(child.contacts) - len(contacts)
            kept.append(
                Child(
                    child.given_name,
                    child.family_name,
                    child.year_group,
                    child.class_name,
                    child.upn,
                    child.key,
                    tuple(contacts),
                )
            )
        return Roster(tuple(kept), tuple(self.problems), left_out, frozenset(self.unread))


def identities(upn: str, key: str, name: str) -> set[str]:
    """What somebody could be known by, each as one text; empty parts are none."""
    parts = {"upn": upn.upper(), "key": key, "name": " ".join(name.split()).casefold()}
    return {f"{kind}:{text}" for kind, text in parts.items() if text}


def year_group(text: str) -> int | None:
    """A year group however systems write it: Reception, R, N2, Year 4, Y4, 04; None for none."""
    word = " ".join(text.split()).casefold()
    for start in ("year group", "year", "yr", "y"):
        if word.startswith(start):
            word = word.removeprefix(start).strip()
            break
    if word in ("r", "rec", "reception", "fs2", "0"):
        return 0
    if word in ("n", "nursery", "n1", "n2", "fs1", "-1", "pre-reception"):
        return -1
    if word.isascii() and word.isdigit() and int(word) in YEARS:
        return int(word)
    return None


def yes(text: str) -> bool | None:
    """A yes or no of a file; None for neither."""
    word = text.strip().casefold()
    if word in ("y", "yes", "true", "1", "t"):
        return True
    if word in ("n", "no", "false", "0", "f", ""):
        return False
    return None
