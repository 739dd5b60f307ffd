"""Sources looked after: made, given a second secret, switched off, retired (R28, S94, S247)."""

from dataclasses import dataclass, replace

from chalicelib import audit, clock, config, ids
from chalicelib.alerts import signatures
from chalicelib.alerts.repository import sources
from chalicelib.alerts.senders import Keeper, Proof, Secret, Source, SourceKind, SourceState
from chalicelib.errors import Conflict
from chalicelib.ids import Tenant
from chalicelib.storage import transaction

_LIVE = 2


@dataclass(frozen=True)
class Shown:
    """What is shown once and kept nowhere: the address, and the secret in full."""

    source: Source
    secret: str
    address: str = ""


@dataclass(frozen=True)
class Brought:
    """What a sender brings: its public key; its Google account, or the domain of its mails."""

    key: str = ""
    account: str = ""


def listed(school: Tenant) -> list[Source]:
    """A school's sources that are not retired, oldest first."""
    return [each for each in sources.listed(school) if each.state is not SourceState.RETIRED]


def load(school: Tenant, source: str) -> Source:
    """Raises NotFound."""
    return sources.load(school, source)


def create(
    school: Tenant,
    *,
    name: str,
    kind: SourceKind,
    zone: str,
    form: str,
    by: str,
    brought: Brought | None = None,
    keeper: Keeper = Keeper.SCHOOL,
) -> Shown:
    """Make a source with its address and first secret. Raises AlreadyMade for a second press."""
    brought = brought or Brought()
    token = f"{school}.{ids.secret() if kind.posts else _mail_secret()}"
    digest = ids.digest(token)
    secrets, text = _secrets(kind, brought.key)
    source = Source(
        id=sources.id_of(digest),
        name=name,
        kind=kind,
        zone=zone,
        state=SourceState.ON,
        made_at=clock.now(),
        secrets=secrets,
        account=brought.account.strip().lower(),
        keeper=keeper,
    )
    with transaction() as tx:
        sources.add(tx, school, source, digest=digest, form=form)
        audit.record(tx, school, by=by, action="source.made", about=f"source/{source.id}")
    return Shown(source, text, _address(kind, token))


def _address(kind: SourceKind, token: str) -> str:
    if kind.posts:
        return f"{config.public_url()}/hooks/{token}"
    return f"{token}@{config.mail_in_domain()}"


def _mail_secret() -> str:
    """130 random bits in letters that a mail server may write either way."""
    return f"{ids.tenant()}{ids.tenant()}"[:26]


def rotate(school: Tenant, source: str, *, by: str, key: str = "") -> Shown:
    """Give a source a second secret (or its sender's next key); both hold until one is dropped.

    Raises Conflict when two live already.
    """
    before = _own(school, source)
    if len(before.secrets) >= _LIVE:
        raise Conflict("Two secrets are live already. Drop the older one first.")
    secrets, text = _secrets(before.kind, key)
    after = replace(before, secrets=(*before.secrets, *secrets))
    _change(school, before, after, "source.secret_added", by)
    return Shown(after, text)


def drop_older(school: Tenant, source: str, *, by: str) -> None:
    """End a rotation: only the newest secret holds. Dropping the only one is not possible."""
    before = _own(school, source)
    if len(before.secrets) < _LIVE:
        return
    after = replace(before, secrets=before.secrets[-1:])
    _change(school, before, after, "source.secret_dropped", by)


def switch(school: Tenant, source: str, state: SourceState, *, by: str) -> None:
    """Switch a source on or off, or retire it for good: its sender is told to stop."""
    before = _own(school, source)
    if before.state is SourceState.RETIRED:
        raise Conflict("This source was retired. Set up a new one.")
    if before.state is not state:
        _change(school, before, replace(before, state=state), f"source.{state}", by)


def _own(tenant: Tenant, source: str) -> Source:
    """A source that is the tenant's to change; a school only looks at its trust's."""
    found = sources.load(tenant, source)
    if found.keeper is Keeper.MIRROR:
        raise Conflict("Your trust looks after this source.")
    return found


def _change(school: Tenant, before: Source, after: Source, action: str, by: str) -> None:
    with transaction() as tx:
        sources.save(tx, school, before, after)
        audit.record(tx, school, by=by, action=action, about=f"source/{before.id}")


def _secrets(kind: SourceKind, key: str) -> tuple[tuple[Secret, ...], str]:
    """(as stored, as shown): a signing secret must be recoverable, another is only compared.

    A public key is the sender's and no secret; who signs with Google's keys has none here.
    """
    new, now = ids.new(), clock.now()
    match kind.proof:
        case Proof.GOOGLE_TOKEN | Proof.MAIL:
            return (), ""
        case Proof.PUBLIC_KEY:
            signatures.public_key_of(key)
            plain = signatures.PUBLIC_PREFIX + key.strip().removeprefix(signatures.PUBLIC_PREFIX)
            return (Secret(new, now, signing=plain),), ""
        case Proof.SIGNATURE:
            text = signatures.new_secret()
            return (Secret(new, now, signing=text),), text
        case Proof.BODY_DIGEST:
            text = ids.secret()
            return (Secret(new, now, signing=text),), text
        case _:
            text = ids.secret()
            return (Secret(new, now, digest=ids.digest(text)),), text
