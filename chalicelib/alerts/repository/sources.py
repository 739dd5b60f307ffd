"""Sources: read by their address at the gate, by their id on the pages."""

from dataclasses import replace
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.alerts.rows import HeardRow, SeenRow, SourceRow
from chalicelib.alerts.senders import Keeper, Secret, Source, SourceKind, SourceState
from chalicelib.errors import AppError, NotFound
from chalicelib.ids import Tenant
from chalicelib.storage import Key, Transaction, every, together, transaction

_ID = 26


def id_of(digest: str) -> str:
    """A source's id: the start of the digest of its address. 104 bits, and of the right shape."""
    return digest[:_ID]


def add(tx: Transaction, school: Tenant, source: Source, *, digest: str, form: str) -> None:
    """Write a new source. `form` is the id minted with its form; a second press is a Conflict."""
    row = _row(school, source)
    row.digest = digest
    row.version = 1
    tx.create(row)
    mark = SeenRow(school, f"seen#form#{form}", delivery=source.id, expires=_expiry(source.made_at))
    tx.create(mark, error=AlreadyMade())


class AlreadyMade(AppError):
    """The button was pressed twice."""

    status = 409
    message = (
        "This source has been set up already. Its secret was shown once; if you did not keep it, "
        "open the source and make a new one."
    )


def at_the_gate(tenant: str, digest: str) -> tuple[Source, str] | None:
    """A source and the whole digest of its address, in one read; None when there is none."""
    found = _read(tenant, id_of(digest))
    return (_source(*found), found[0].digest) if found else None


def load(school: Tenant, source: str) -> Source:
    """Raises NotFound."""
    found = _read(school, source) if ids.is_record(source) else None
    if found is None:
        raise NotFound
    return _source(*found)


def listed(school: Tenant) -> list[Source]:
    """Every source of a school, oldest first, the retired ones too."""
    rows = list(every(SourceRow, school, "source#", consistent=True))
    heard = {row.sk: row for row in every(HeardRow, school, "heard#", consistent=True)}
    found = [_source(row, heard.get(f"heard#{_id(row)}")) for row in rows]
    return sorted(found, key=lambda source: (source.made_at, source.id))


def save(tx: Transaction, school: Tenant, before: Source, after: Source) -> None:
    """Write a changed source. Raises Conflict when somebody else changed it meanwhile."""
    found = _read(school, before.id)
    if found is None:
        raise NotFound
    row = _row(school, after)
    row.digest, row.version = found[0].digest, found[0].version
    tx.replace(row)


def is_there(school: str, source: str) -> bool:
    return _read(school, source) is not None


def mirror(tx: Transaction, school: Tenant, source: Source) -> None:
    """Write a school's view of its trust's source: it has no address and no secret there."""
    row = _row(school, replace(source, keeper=Keeper.MIRROR, secrets=(), account=""))
    row.digest = ""
    row.version = 1
    tx.create(row)


def note_heard(
    tenant: str, source: Source, at: datetime, *, unreadable: int, secret: str = ""
) -> None:
    """Write down that a source was heard, and by which secret; apart from its row, so that posts
    never meet there. When two secrets are used at the same moment the later note stands: the next
    post a minute on puts the other one right.
    """
    used = {each.id: clock.stamp(each.used_at) for each in source.secrets if each.used_at}
    if secret:
        used[secret] = clock.stamp(at)
    with transaction() as tx:
        tx.update(
            HeardRow,
            tenant,
            f"heard#{source.id}",
            set={"at": clock.stamp(at), "used": used},
            add={"unreadable": unreadable} if unreadable else None,
        )


def _read(tenant: str, source: str) -> tuple[SourceRow, HeardRow | None] | None:
    row, heard = together(
        Key(SourceRow, tenant, f"source#{source}"), Key(HeardRow, tenant, f"heard#{source}")
    )
    if not isinstance(row, SourceRow):
        return None
    return row, heard if isinstance(heard, HeardRow) else None


def _id(row: SourceRow) -> str:
    return row.sk.partition("#")[2]


def _row(school: Tenant, source: Source) -> SourceRow:
    row = SourceRow(
        school,
        f"source#{source.id}",
        kind=source.kind,
        zone=source.zone,
        state=source.state,
        keeper=source.keeper,
        made_at=clock.stamp(source.made_at),
        secrets=[[each.id, clock.stamp(each.made_at), each.digest] for each in source.secrets],
    )
    row.seal(
        {
            "name": source.name,
            "account": source.account,
            "signing": {each.id: each.signing for each in source.secrets if each.signing},
        }
    )
    return row


def _source(row: SourceRow, heard: HeardRow | None) -> Source:
    private = row.unseal()
    signing = private.get("signing", {})
    used = (heard.used or {}) if heard else {}
    return Source(
        id=_id(row),
        name=private["name"],
        kind=SourceKind(row.kind),
        zone=row.zone,
        state=SourceState(row.state),
        made_at=clock.parse(row.made_at),
        secrets=tuple(
            Secret(
                each,
                clock.parse(made_at),
                digest,
                signing.get(each, ""),
                clock.parse(used[each]) if used.get(each) else None,
            )
            for each, made_at, digest in row.secrets
        ),
        heard_at=clock.parse(heard.at) if heard and heard.at else None,
        unreadable=int(heard.unreadable or 0) if heard else 0,
        account=private.get("account", ""),
        keeper=Keeper(row.keeper or Keeper.SCHOOL),
    )


def _expiry(at: datetime) -> int:
    return int(at.timestamp()) + 24 * 3600
