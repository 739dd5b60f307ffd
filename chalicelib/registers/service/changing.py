"""What a school or trust changes about its registers: versioned, checked, taken off again.

A trust's changes are handed to its schools, as its settings are: its own row is written first and
is what counts, and the next save mends what a crash left out.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from chalicelib import audit, ids
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.registers import loader
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.overlay import OWN, Change, Overlay, laid
from chalicelib.registers.model.reading import read
from chalicelib.registers.model.taking import Malformed
from chalicelib.registers.repository import definitions as repository
from chalicelib.registers.repository.definitions import Kept, Version
from chalicelib.storage import Also, nothing_more, tenants, transaction
from chalicelib.tenancy import directory

Place = SchoolId | TrustId
_AT_ONCE = 40  # schools in one transaction: two writes each


def kept(place: Place) -> Kept:
    return repository.kept(place)


def versions(place: Place) -> list[Version]:
    return repository.versions(place)


def of_place(found: Kept, register: str) -> Definition:
    """A register as a place has it, its trust's changes included. Raises NotFound."""
    own = found.own.own.get(register) or found.trust.own.get(register)
    if own:
        return read(own)
    shipped = loader.shipped().get(register)
    if shipped is None:
        raise NotFound
    return laid(shipped, found.trust.change_of(register), found.own.change_of(register))


def change(
    place: Place,
    register: str,
    after: Change,
    *,
    version: int,
    by: str,
    also: Also = nothing_more,
) -> None:
    """Lay something over a shipped register, and write in the same transaction what `also` writes.

    Raises Invalid where it does not fit.
    """
    found = repository.kept(place)
    shipped = loader.shipped().get(register)
    if shipped is None:
        raise NotFound
    try:
        laid(shipped, found.trust.change_of(register), after)
    except Malformed as e:
        raise Invalid({_where(e): [e.reason]}) from e
    _save(place, found, found.own.with_change(register, after), version=version, by=by, also=also)


def add_question(place: Place, register: str, question: Mapping[str, Any], *, by: str) -> None:
    """Ask one more question in a register, shipped or own."""
    found = repository.kept(place)
    asked = {**question, "key": OWN + ids.new()[-8:].lower(), "own": True}
    if register in found.own.own:
        data = dict(found.own.own[register])
        data["fields"] = [*data["fields"], asked]
        add_register(place, data, by=by)
        return
    before = found.own.change_of(register)
    after = dataclasses.replace(before, fields=(*before.fields, asked))
    change(place, register, after, version=found.version, by=by)


def drop_question(place: Place, register: str, key: str, *, by: str) -> None:
    """Ask it no more; what was answered stays."""
    found = repository.kept(place)
    if register in found.own.own:
        data = dict(found.own.own[register])
        data["fields"] = [each for each in data["fields"] if each["key"] != key]
        add_register(place, data, by=by)
        return
    before = found.own.change_of(register)
    fields = tuple(each for each in before.fields if each["key"] != key)
    after = dataclasses.replace(before, fields=fields)
    change(place, register, after, version=found.version, by=by)


def add_register(place: Place, data: Mapping[str, Any], *, by: str) -> str:
    """Add a register of one's own, or a new version of one; gives its key.

    Raises Invalid when it is not a good definition.
    """
    found = repository.kept(place)
    key = str(data.get("key") or OWN + ids.new()[-10:].lower())
    before = found.own.own.get(key)
    whole = {**data, "key": key, "version": int(before["version"]) + 1 if before else 1}
    try:
        read(whole)
    except Malformed as e:
        raise Invalid({_where(e): [e.reason]}) from e
    _save(place, found, found.own.with_own(whole), version=found.version, by=by)
    return key


def switch(place: Place, register: str, *, off: bool, version: int, by: str) -> None:
    """Switch a register of one's own off or on: it keeps what was written."""
    found = repository.kept(place)
    if register not in found.own.own:
        raise NotFound
    after = dataclasses.replace(found.own.change_of(register), off=off)
    _save(place, found, found.own.with_change(register, after), version=version, by=by)


def _save(
    place: Place,
    found: Kept,
    after: Overlay,
    *,
    version: int,
    by: str,
    also: Also = nothing_more,
) -> None:
    if found.version != version:
        raise Conflict("Somebody else changed the registers while you had this open.")
    with transaction() as tx:
        number = repository.change(tx, place, found, after, by=by)
        audit.record(tx, place, by=by, action="registers.changed", about=f"registers/{number}")
        also(tx)
    schools = [each.id for each in directory.schools_of(TrustId(place))]
    for start in range(0, len(schools), _AT_ONCE):
        _hand_on(schools[start : start + _AT_ONCE], after, by=by)


def catch_up(school: SchoolId, trust: TrustId) -> bool:
    """Give a school what its trust decided, if it lacks it: it joined since, or a save broke off.

    Says whether anything was missing.
    """
    with tenants({trust}):
        decided = repository.kept(trust).own
    with tenants({school}):
        if repository.kept(school).trust == decided:
            return False
    _hand_on([school], decided, by="system:plan_day")
    return True


def _hand_on(schools: list[SchoolId], trust: Overlay, *, by: str) -> None:
    """The one place where a trust's work reaches its schools' registers: definitions alone."""
    with tenants(schools), transaction() as tx:
        for school in schools:
            repository.hand_on(tx, school, repository.kept(school), trust)
            audit.record(
                tx, school, by=by, action="registers.changed_by_trust", about="registers/trust"
            )


def _where(problem: Malformed) -> str:
    """The question of the page that a problem belongs to."""
    return str(problem.path[-1]) if problem.path else ""
