"""Taking names out of a case: those of staff, or of the others in one child's copy (2.14).

Each becomes a number that stays the same through the file, so that what two people did can still
be told apart. Whole names are found anywhere, and a surname behind a title. A nickname is not:
the page says that somebody must read the file before it leaves.
"""

import re
from collections.abc import Iterable

_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|sir|madam)\.?\s+"
_ROLES = re.compile(r"\s*[,(].*$")


class Staff:
    """Names to be taken out, and the numbers they are given as they come up."""

    called = "staff member"

    def __init__(self, names: Iterable[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._of: dict[str, str] = {}
        for name in names:
            self._learn(name)
        longest = sorted(self._of, key=len, reverse=True)
        said = [f"{_TITLES}{re.escape(each)}" for each in self._surnames(longest)]
        said += [re.escape(each) for each in longest]
        self._pattern = (
            re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE) if said else None
        )

    def out_of(self, text: str) -> str:
        """The text with every known name of staff as `staff member 2`."""
        return self._pattern.sub(self._numbered, text) if self._pattern else text

    def _learn(self, name: str) -> None:
        plain = " ".join(_ROLES.sub("", name).split()).casefold()
        plain = re.sub(rf"^{_TITLES}", "", plain)
        if len(plain) > 2:
            self._of.setdefault(plain, plain)

    def _surnames(self, names: Iterable[str]) -> list[str]:
        """The last words of names, behind a title; two of one surname stay two by their names."""
        found: dict[str, str] = {}
        for name in names:
            found.setdefault(name.rpartition(" ")[2], name)
        self._by_surname = found
        return [each for each in found if len(each) > 1]

    def _numbered(self, match: re.Match[str]) -> str:
        said = " ".join(match.group().split()).casefold()
        name = self._of.get(said) or self._by_surname[said.rpartition(" ")[2]]
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        return f"{self.called} {number}"


class Others(Staff):
    """Everybody a record names but the child whose copy it is, by whole and by given names.

    A given name that the child shares stays: nobody can tell whose it is.
    """

    called = "another person"

    def __init__(self, names: Iterable[str], *, of: str) -> None:
        own = " ".join(_ROLES.sub("", of).split()).casefold()
        self._own = {own, own.partition(" ")[0]}
        super().__init__(names)

    def _learn(self, name: str) -> None:
        plain = " ".join(_ROLES.sub("", name).split()).casefold()
        given = plain.partition(" ")[0]
        if plain in self._own:
            return
        if len(plain) > 2:
            self._of.setdefault(plain, plain)
        if len(given) > 2 and given not in self._own:
            self._of.setdefault(given, plain)
