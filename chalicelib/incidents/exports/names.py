"""Taking names out of a case: those of staff, or of the others in one child's copy (2.14).

Each becomes a number that stays the same through the file, so that what two people did can still
be told apart. Whole names are found anywhere, and a surname behind a title. A nickname is not:
the page says that somebody must read the file before it leaves.
"""

import re
from collections.abc import Iterable

_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|sir|madam)\.?\s+"
_ROLES = re.compile(r"\s*[,(].*$")
_TITLE = re.compile(rf"^{_TITLES}", re.IGNORECASE)
# How somebody is described whose name is not known: no given name, and no name by itself.
_NO_NAMES = frozenset(
    {"the", "a", "an", "another", "unknown", "anonymous", "nobody", "somebody", "someone"}
    | {"year", "boy", "girl", "pupil", "child", "friend", "teacher", "brother", "sister"}
    | {"mum", "mummy", "dad", "daddy", "mother", "father", "parent", "carer", "nan", "gran"}
    | {"his", "her", "their", "older", "younger"}
)


class Staff:
    """Names to be taken out, and the numbers they are given as they come up."""

    called = "staff member"

    def __init__(self, names: Iterable[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._of: dict[str, str] = {}  # whole names, whatever their capitals
        self._given: dict[str, str] = {}  # as they are written, and no other way
        self._by_surname: dict[str, str] = {}
        for name in names:
            self._learn(_TITLE.sub("", " ".join(_ROLES.sub("", name).split())))
        whole = [rf"{_TITLES}{re.escape(each)}" for each in self._by_surname]
        whole += [re.escape(each) for each in sorted(self._of, key=len, reverse=True)]
        said = [f"(?i:{each})" for each in whole]
        said += [re.escape(each) for each in sorted(self._given, key=len, reverse=True)]
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)") if said else None

    def out_of(self, text: str) -> str:
        """The text with every known name of staff as `staff member 2`."""
        return self._pattern.sub(self._numbered, text) if self._pattern else text

    def _learn(self, name: str) -> None:
        plain = name.casefold()
        if len(plain) > 2:
            self._of.setdefault(plain, plain)
            self._learn_surname(plain)

    def _learn_surname(self, plain: str) -> None:
        """Behind a title it stands for the whole; of two the first, and the longer is not lost."""
        surname = plain.rpartition(" ")[2]
        if len(surname) > 1:
            self._by_surname.setdefault(surname, plain)

    def _numbered(self, match: re.Match[str]) -> str:
        said = " ".join(match.group().split())
        plain = said.casefold()
        name = self._given.get(said) or self._of.get(plain)
        if name is None:
            name = self._by_surname[plain.rpartition(" ")[2]]
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        return f"{self.called} {number}"


class Others(Staff):
    """Everybody a record names but the child whose copy it is, by whole and by given names.

    A given name that the child shares stays: nobody can tell whose it is. One word is a name only
    as it is written, so that a boy called Will takes no other word along.
    """

    called = "another person"

    def __init__(self, names: Iterable[str], *, of: str) -> None:
        own = " ".join(_ROLES.sub("", of).split()).casefold()
        self._own = {own, own.partition(" ")[0]}
        super().__init__(names)

    def _learn(self, name: str) -> None:
        plain, words = name.casefold(), name.split()
        if len(plain) < 2 or plain in self._own or plain in _NO_NAMES:
            return
        if len(words) > 1:
            self._of.setdefault(plain, plain)
        if words[0].casefold() not in _NO_NAMES:
            self._learn_surname(plain)
            self._learn_given(words, plain)

    def _learn_given(self, words: list[str], plain: str) -> None:
        """The first of two names, or the only one. Whoever typed a whole name small or large
        throughout is understood.
        """
        given = words[0]
        capitals = sum(each[0].isupper() for each in words)
        if given.casefold() in self._own or (len(words) > 1 and capitals == 1):
            return
        if given.isupper() or given.islower():
            self._given.setdefault(given.capitalize(), plain)
        if given[0].isupper() or len(words) == 1:
            self._given.setdefault(given, plain)
