"""The registers of a school as they are in force: what ships, with what was laid over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.observability import failure
from chalicelib.registers import loader
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.entry import Entry
from chalicelib.registers.model.overlay import Overlay, digest, laid
from chalicelib.registers.model.reading import read
from chalicelib.registers.model.taking import Malformed
from chalicelib.registers.repository import definitions as repository
from chalicelib.storage import Transaction


@dataclass(frozen=True)
class Registers:
    """A school's registers. One that is off takes no new entry, and keeps those it has."""

    own: Overlay = field(default_factory=Overlay)
    trust: Overlay = field(default_factory=Overlay)

    def find(self, key: str) -> Definition | None:
        shipped = loader.shipped().get(key)
        if shipped is not None:
            return self._laid(shipped)
        data = self.own.own.get(key) or self.trust.own.get(key)
        return read(data) if data else None

    def get(self, key: str) -> Definition:
        """Raises NotFound."""
        found = self.find(key)
        if found is None:
            raise NotFound
        return found

    def is_on(self, key: str) -> bool:
        known = key in loader.shipped() or key in self.own.own or key in self.trust.own
        off = self.own.change_of(key).off or self.trust.change_of(key).off
        return known and not off

    @cached_property
    def on(self) -> Mapping[str, Definition]:
        """The registers that are in use, in the order of the index."""
        found = [each for each in self._all() if self.is_on(each.key)]
        found.sort(key=lambda each: (each.group, each.order, each.title))
        return {each.key: each for each in found}

    @cached_property
    def off(self) -> Mapping[str, Definition]:
        return {each.key: each for each in self._all() if not self.is_on(each.key)}

    def _all(self) -> Iterator[Definition]:
        yield from map(self._laid, loader.shipped().values())
        for data in {**self.trust.own, **self.own.own}.values():
            try:
                yield read(data)
            except Malformed as e:
                failure("own register not read", e)

    def _laid(self, shipped: Definition) -> Definition:
        """With what was laid over it; as it ships, should that no longer fit it."""
        key = shipped.key
        try:
            return laid(shipped, self.trust.change_of(key), self.own.change_of(key))
        except Malformed as e:
            failure("register change does not fit", e)
            return shipped


def of(school: SchoolId) -> Registers:
    kept = repository.kept(school)
    return Registers(kept.own, kept.trust)


def is_on(school: SchoolId, register: str) -> bool:
    """Whether entries can be added to a register at a school."""
    return of(school).is_on(register)


def for_entry(school: SchoolId, current: Definition, entry: Entry) -> Definition:
    """The definition an entry goes by: today's, or its own where today's has no such state."""
    if current.state(entry.state) is not None:
        return current
    return repository.snapshot(school, entry.definition) or current


def keep(tx: Transaction, school: SchoolId, definition: Definition) -> str:
    """See that a definition can be read later as it is now; gives its digest."""
    name = digest(definition)
    if not repository.has_snapshot(school, name):
        repository.keep_snapshot(tx, school, name, definition.source, definition.key)
    return name
