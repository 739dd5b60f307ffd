"""Taking typed values out of data that somebody wrote, saying where a wrong one stands."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from chalicelib.registers.model.periods import Period, period

Path = tuple[str | int, ...]
E = TypeVar("E", bound=StrEnum)


class Malformed(Exception):
    """A definition that says something it may not; `path` leads to it from the top."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


class At:
    """A table of the data: each key is taken once, and `done` refuses what nobody took."""

    def __init__(self, data: Any, path: Path = ()) -> None:
        self.path = path
        if not isinstance(data, Mapping):
            raise Malformed(path, "this must be a table")
        self._data = data
        self._taken: set[str] = set()

    def wrong(self, reason: str, key: str = "") -> Malformed:
        return Malformed((*self.path, key) if key else self.path, reason)

    def has(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong("this must be a text", key)
        return value

    def number(self, key: str, default: int | None = None) -> int:
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong("this must be a whole number", key)
        return value

    def yes(self, key: str, *, default: bool = False) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong("this must be true or false", key)
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        value = self._take(key, default)
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise self.wrong("this must be a list of texts, in square brackets", key)
        if not all(isinstance(each, str) for each in value):
            raise self.wrong("everything in this list must be a text", key)
        return tuple(value)

    def text_or_texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(self._data.get(key), str):
            return (self.text(key),)
        return self.texts(key, default)

    def one_of(self, key: str, kinds: type[E], default: E | None = None) -> E:
        value = self._take(key, default)
        try:
            return kinds(value)
        except ValueError:
            allowed = ", ".join(kinds)
            raise self.wrong(f"{value!r} is none of: {allowed}", key) from None

    def period(self, key: str) -> Period:
        return self._period(key, self.text(key))

    def periods(self, key: str) -> tuple[Period, ...]:
        """Days and hours about a due moment, in the order of the list; `due` is the moment."""
        texts = (
            "0 days" if text == "due" else text.removesuffix(" after") for text in self.texts(key)
        )
        return tuple(self._period(key, text) for text in texts)

    def conditions(self, key: str) -> dict[str, tuple[str, ...]]:
        table = At(self._take(key, {}), (*self.path, key))
        return {name: table.texts(name, None) for name in table.names}

    def words(self, key: str) -> dict[str, str]:
        table = At(self._take(key, {}), (*self.path, key))
        return {name: table.text(name) for name in table.names}

    def values(self, key: str) -> dict[str, Any]:
        """A table of answers as they stand: texts, numbers, true and false, lists of texts."""
        table = self._take(key, {})
        if not isinstance(table, Mapping):
            raise self.wrong("this must be a table", key)
        return dict(table)

    def table(self, key: str) -> "At":
        return At(self._take(key, None), (*self.path, key))

    def tables(self, key: str) -> Iterator["At"]:
        value = self._take(key, [])
        if not isinstance(value, list | tuple):
            raise self.wrong(f"write each as a table of its own, under [[{key}]]", key)
        for number, each in enumerate(value):
            yield At(each, (*self.path, key, number))

    def each(self, key: str) -> list[Any]:
        """A list of whatever it holds."""
        value = self._take(key, [])
        if not isinstance(value, list | tuple):
            raise self.wrong("this must be a list, in square brackets", key)
        return list(value)

    @property
    def names(self) -> list[str]:
        return list(self._data)

    def done(self) -> None:
        """Refuse what is written and means nothing: it is a word misspelt."""
        for key in self._data:
            if key not in self._taken:
                raise self.wrong(f"{key!r} means nothing here", key)

    def _period(self, key: str, text: str) -> Period:
        try:
            return period(text)
        except ValueError as e:
            raise self.wrong(str(e), key) from e

    def _take(self, key: str, default: Any) -> Any:
        self._taken.add(key)
        if key in self._data:
            return self._data[key]
        if default is None:
            raise self.wrong(f"{key!r} is missing")
        return default
