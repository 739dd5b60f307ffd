"""Keys of the directory's trusts and schools, and their way from rows to models and back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib import clock
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Key, Transaction, every, get
from chalicelib.tenancy.calendar import Break, Calendar, Term, TermName
from chalicelib.tenancy.model import (
    DECIDED,
    Brand,
    Change,
    Choices,
    School,
    SchoolKind,
    Setting,
    Settings,
    Trust,
    in_force,
)
from chalicelib.tenancy.rows import (
    CalendarRow,
    ChangeRow,
    RegisterRow,
    SchoolRow,
    TrustRow,
    TrustSchoolRow,
)

SCHOOL = "school"
TRUST = "trust"
CALENDAR = "calendar"
REGISTER = "GLOBAL#register"


def school_key(school: SchoolId) -> Key:
    """Where a school's own row stands, for the guards to read with the rest."""
    return Key(SchoolRow, school, SCHOOL)


def trust_key(trust: TrustId) -> Key:
    return Key(TrustRow, trust, TRUST)


def school_row(school: SchoolId) -> SchoolRow | None:
    return get(SchoolRow, school, SCHOOL)


def trust_row(trust: TrustId) -> TrustRow | None:
    return get(TrustRow, trust, TRUST)


def unchanged(row: TrustRow) -> Condition:
    """That a trust's row is as it was read."""
    version = row.attribute_values.get("version")
    return TrustRow.version.does_not_exist() if version is None else TrustRow.version == version


def to_school(row: SchoolRow) -> School:
    return School(
        id=SchoolId(row.tenant),
        name=row.name,
        kind=SchoolKind(row.kind),
        pupil_number=int(row.pupil_number),
        trust=TrustId(row.trust) if row.trust else None,
        brand=_to_brand(row.brand),
        setting_up=bool(row.setting_up),
        leaving=row.leaving or "",
    )


def _to_brand(stored: Mapping[str, Any] | None) -> Brand:
    stored = stored or {}
    return Brand(stored.get("name", ""), stored.get("colour", ""), bool(stored.get("logo")))


def to_trust(row: TrustRow) -> Trust:
    return Trust(TrustId(row.tenant), row.name)


def add_trust(tx: Transaction, trust: Trust, *, at: str) -> None:
    tx.create(TrustRow(trust.id, TRUST, version=0, name=trust.name, opened_at=at))
    tx.create(RegisterRow(REGISTER, f"{TRUST}#{trust.id}"))


def add_school(tx: Transaction, school: School, *, at: str, trust_choices: Choices) -> None:
    """Write a school, and its line in its trust's list."""
    tx.create(
        SchoolRow(
            school.id,
            SCHOOL,
            version=0,
            name=school.name,
            kind=school.kind,
            pupil_number=school.pupil_number,
            trust=school.trust,
            opened_at=at,
            trust_choices=from_choices(trust_choices),
            setting_up=school.setting_up or None,
        )
    )
    tx.create(RegisterRow(REGISTER, f"{SCHOOL}#{school.id}"))
    if school.trust:
        list_school(tx, school.trust, school)


def list_school(tx: Transaction, trust: TrustId, school: School) -> None:
    """Write a school's line in a trust's list, or write it anew."""
    tx.put(
        TrustSchoolRow(
            trust,
            f"{SCHOOL}#{school.id}",
            name=school.name,
            kind=school.kind,
            pupil_number=school.pupil_number,
            setting_up=school.setting_up or None,
            leaving=school.leaving or None,
        )
    )


def drop_from_list(tx: Transaction, trust: TrustId, school: SchoolId) -> None:
    tx.delete(TrustSchoolRow, trust, f"{SCHOOL}#{school}")


def schools_of(trust: TrustId) -> Iterator[School]:
    """The trust's schools, as its own partition lists them, by name."""
    rows = every(TrustSchoolRow, trust, f"{SCHOOL}#", consistent=True)
    for row in sorted(rows, key=lambda row: str(row.name)):
        yield School(
            id=SchoolId(row.sk.partition("#")[2]),
            name=row.name,
            kind=SchoolKind(row.kind),
            pupil_number=int(row.pupil_number),
            trust=trust,
            setting_up=bool(row.setting_up),
            leaving=row.leaving or "",
        )


def registered(kind: str) -> Iterator[str]:
    """The ids of all schools or all trusts. Only for work that holds the GLOBAL partitions."""
    for row in every(RegisterRow, REGISTER, f"{kind}#"):
        yield row.sk.partition("#")[2]


def to_choices(stored: Mapping[str, Any] | None) -> Choices:
    """A word this version does not know is left out: it may come from a later one."""
    stored = stored or {}
    known = {setting.value: setting for setting in Setting}
    return Choices(
        values={
            known[name]: DECIDED[known[name]].loaded(value)
            for name, value in stored.get("values", {}).items()
            if name in known
        },
        locked=frozenset(known[name] for name in stored.get("locked", ()) if name in known),
    )


def settings_in(row: SchoolRow | TrustRow) -> Settings:
    """The settings in force by a place's own row, for who has read it anyway."""
    above = to_choices(row.trust_choices) if isinstance(row, SchoolRow) else Choices()
    return in_force(to_choices(row.choices), above)


def from_choices(choices: Choices) -> dict[str, Any]:
    return {
        "values": {name.value: DECIDED[name].stored(v) for name, v in choices.values.items()},
        "locked": sorted(choices.locked),
    }


def add_change(tx: Transaction, tenant: str, change: Change) -> None:
    tx.create(
        ChangeRow(
            tenant,
            f"settings#{change.number:06d}",
            choices=from_choices(change.choices),
            by=change.by,
            at=clock.stamp(change.at),
        )
    )


def changes(tenant: str) -> list[Change]:
    """Every version of a level's choices, newest first."""
    return [
        Change(
            number=int(row.sk.partition("#")[2]),
            choices=to_choices(row.choices),
            by=row.by,
            at=clock.parse(row.at),
        )
        for row in every(ChangeRow, tenant, "settings#", newest_first=True, consistent=True)
    ]


def calendar(school: SchoolId) -> tuple[Calendar, int]:
    """The school's calendar and the version of its row, 0 when it has none yet."""
    row = get(CalendarRow, school, CALENDAR)
    if row is None:
        return Calendar(), 0
    return Calendar(to_terms(row.terms)), int(row.version)


def put_calendar(tx: Transaction, school: SchoolId, new: Calendar, *, version: int) -> None:
    """Write the calendar over the version it was read at. Conflict when another came between."""
    row = CalendarRow(school, CALENDAR, version=version, terms=from_terms(new.terms))
    if version:
        tx.replace(row)
    else:
        row.version = 1
        tx.create(row)


def to_terms(stored: Sequence[Mapping[str, Any]]) -> tuple[Term, ...]:
    """Terms as a row has them, for whoever keeps a copy."""
    return tuple(map(_to_term, stored))


def from_terms(terms: Sequence[Term]) -> list[dict[str, Any]]:
    return [_from_term(term) for term in terms]


def _to_term(stored: Mapping[str, Any]) -> Term:
    return Term(
        name=TermName(stored["name"]),
        first_on=date.fromisoformat(stored["first_on"]),
        last_on=date.fromisoformat(stored["last_on"]),
        breaks=tuple(Break(*map(date.fromisoformat, days)) for days in stored["breaks"]),
    )


def _from_term(term: Term) -> dict[str, Any]:
    return {
        "name": term.name.value,
        "first_on": term.first_on.isoformat(),
        "last_on": term.last_on.isoformat(),
        "breaks": [[days.first_on.isoformat(), days.last_on.isoformat()] for days in term.breaks],
    }
