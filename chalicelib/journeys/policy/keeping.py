"""What people confirmed of a policy, kept until it is settled; and what is set from it."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib import audit, clock, ids
from chalicelib.errors import BadRequest, Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission, Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.people import staffing
from chalicelib.storage import (
    Row,
    SealBroken,
    Table,
    every,
    get,
    seal_bytes,
    table,
    transaction,
    unseal_bytes,
)
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting

MOST = 90  # findings that one press keeps, two writes at most for all together and room to spare
_TRIES = 3
_PREFIX = "policy#"
_KEPT, _SETTLED = "kept", "settled"


class PolicyRow(Row):
    """Something that a school's policy says, confirmed by a person; or a doubt about it."""

    class Meta(Table):
        table_name = table("directory")

    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()


@dataclass(frozen=True)
class Item:
    """A finding that was kept. `note` says how it was settled."""

    id: str
    finding: Finding
    by: str
    at: datetime
    is_settled: bool = False
    note: str = ""


def carried(school: SchoolId, record: str, findings: Sequence[Finding]) -> str:
    """The findings as they travel with a form: sealed for this school and form, kept nowhere."""
    plain = json.dumps([[f.kind, f.what, f.value, f.sentence] for f in findings]).encode()
    sealed = seal_bytes(school, table("directory"), record, "policy", plain)
    return base64.urlsafe_b64encode(sealed).decode()


def brought(school: SchoolId, record: str, text: str) -> list[Finding]:
    """What `carried` was given. Raises BadRequest for anything else."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode())
        plain = unseal_bytes(school, table("directory"), record, "policy", sealed)
    except (binascii.Error, ValueError, SealBroken) as e:
        raise BadRequest from e
    return [Finding(Kind(kind), *rest) for kind, *rest in json.loads(plain)]


def keep(school: SchoolId, record: str, chosen: Iterable[tuple[int, Finding]], *, by: str) -> None:
    """Keep what was confirmed, by its place in the form: what is there already stays as it is, so
    that a second press changes nothing and a press with more ticked adds those.
    """
    rows = {}
    for number, finding in chosen:
        row = PolicyRow(
            school,
            f"{_PREFIX}{record}.{number:03d}",
            kind=finding.kind,
            state=_KEPT,
            at=clock.stamp(clock.now()),
            by=by,
            version=1,
        )
        row.seal({"what": finding.what, "value": finding.value, "sentence": finding.sentence})
        rows[row.sk] = row
    for _ in range(_TRIES):
        for there in every(PolicyRow, school, f"{_PREFIX}{record}.", consistent=True):
            rows.pop(there.sk, None)
        if not rows:
            return
        with suppress(Conflict), transaction() as tx:  # another press has kept some of them
            for row in list(rows.values())[:MOST]:
                tx.create(row)
            audit.record(tx, school, by=by, action="policy.confirmed", about=f"policy/{record}")
            return
    raise Conflict


def items(school: SchoolId) -> list[Item]:
    """Everything kept of the school's policy, by kind, then oldest first."""
    found = [_item(row) for row in every(PolicyRow, school, _PREFIX)]
    kinds = list(Kind)
    return sorted(found, key=lambda each: (kinds.index(each.finding.kind), each.id))


def settle(school: SchoolId, item: str, note: str, *, by: str) -> None:
    """Take something off the list, with a note; done again, nothing changes. Raises NotFound."""
    row = _row(school, item)
    if row.state == _SETTLED:
        return
    row.state = _SETTLED
    row.seal({**row.unseal(), "note": note})
    with transaction() as tx:
        tx.replace(row)
        audit.record(tx, school, by=by, action="policy.settled", about=f"policy/{item}")


def put_in_force(school: SchoolId, item: str, *, by: str, own: frozenset[Permission]) -> None:
    """Set what a kept finding says: a role for its member, an agency among the school's.

    Doing it again changes nothing. `own` is what whoever does it may do. Raises NotFound for what
    cannot be set from here, NotAllowed and Invalid as for any change of roles, and Conflict when
    somebody else changed the same meanwhile.
    """
    finding = _item(_row(school, item)).finding
    if finding.kind is Kind.ROLE and (member := member_of(school, finding)):
        role = role_said(finding)
        if role not in member.roles:
            roles = {*member.roles, role}
            staffing.change_roles(school, member.person, roles, by=by, own=own)
    elif finding.kind is Kind.AGENCY:
        _add_agency(school, finding.value, by=by)
    else:
        raise NotFound


def role_said(finding: Finding) -> Role:
    """The role of a finding about a post."""
    return next(role for role in Role if role.label == finding.what)


def member_of(school: SchoolId, finding: Finding) -> Member | None:
    """The one member that a finding names; None for nobody, or for two of that name."""
    return named(identity.members(school), finding.value)


def named(members: Sequence[Member], name: str) -> Member | None:
    """The one member with a name, with or without a title; by surname alone behind a title."""
    words = [each.casefold().strip(".") for each in name.split()]
    titled = words[0] in {"mr", "mrs", "miss", "ms", "mx", "dr", "rev"}
    wanted = words[1:] if titled else words
    alike = [
        each
        for each in members
        if each.name.casefold().split()[-len(wanted) :] == wanted and (titled or len(wanted) > 1)
    ]
    return alike[0] if len(alike) == 1 else None


def _add_agency(school: SchoolId, agency: str, *, by: str) -> None:
    decided = settings.decided(school)
    listed = decided.in_force.agencies
    if agency in listed:
        return
    values = {**decided.school.values, Setting.AGENCIES: (*listed, agency)}
    choices: Choices = replace(decided.school, values=values)
    settings.change(school, choices, version=decided.version, by=by)


def _row(school: SchoolId, item: str) -> PolicyRow:
    record, _, number = item.partition(".")
    known = ids.is_record(record) and number.isascii() and number.isdigit()
    row = get(PolicyRow, school, f"{_PREFIX}{item}") if known else None
    if row is None:
        raise NotFound
    return row


def _item(row: PolicyRow) -> Item:
    private = row.unseal()
    finding = Finding(Kind(row.kind), private["what"], private["value"], private["sentence"])
    return Item(
        row.sk.removeprefix(_PREFIX),
        finding,
        audit.actors.person_of(row.by) or "",
        clock.parse(row.at),
        row.state == _SETTLED,
        private.get("note", ""),
    )
