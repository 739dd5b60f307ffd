"""Sources looked after: made, given a second secret, switched off, retired (R28, S94, S247)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib import audit, clock, config, ids
from chalicelib.alerts import signatures
from chalicelib.alerts.repository import sources
from chalicelib.alerts.senders import Secret, Source, SourceKind, SourceState
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.storage import transaction

_LIVE = 2


@dataclass(frozen=True)
class Shown:
    """What is shown once and kept nowhere: the address, and the secret in full."""

    source: Source
    secret: str
    address: str = ""


def listed(school: SchoolId) -> list[Source]:
    """A school's sources that are not retired, oldest first."""
    return [each for each in sources.listed(school) if each.state is not SourceState.RETIRED]


def load(school: SchoolId, source: str) -> Source:
    """Raises NotFound."""
    return sources.load(school, source)


def create(
    school: SchoolId, *, name: str, kind: SourceKind, zone: str, form: str, by: str
) -> Shown:
    """Make a source with its address and first secret. Raises AlreadyMade for a second press."""
    token = f"{school}.{ids.secret()}"
    digest = ids.digest(token)
    secret, text = _new_secret(kind)
    source = Source(
        id=sources.id_of(digest),
        name=name,
        kind=kind,
        zone=zone,
        state=SourceState.ON,
        made_at=clock.now(),
        secrets=(secret,),
    )
    with transaction() as tx:
        sources.add(tx, school, source, digest=digest, form=form)
        audit.record(tx, school, by=by, action="source.made", about=f"source/{source.id}")
    return Shown(source, text, f"{config.public_url()}/hooks/{token}")


def rotate(school: SchoolId, source: str, *, by: str) -> Shown:
    """Give a source a second secret; both hold until the older is dropped.

    Raises Conflict when two live already.
    """
    before = sources.load(school, source)
    if len(before.secrets) >= _LIVE:
        raise Conflict("Two secrets are live already. Drop the older one first.")
    secret, text = _new_secret(before.kind)
    after = replace(before, secrets=(*before.secrets, secret))
    _change(school, before, after, "source.secret_added", by)
    return Shown(after, text)


def drop_older(school: SchoolId, source: str, *, by: str) -> None:
    """End a rotation: only the newest secret holds. Dropping the only one is not possible."""
    before = sources.load(school, source)
    if len(before.secrets) < _LIVE:
        return
    after = replace(before, secrets=before.secrets[-1:])
    _change(school, before, after, "source.secret_dropped", by)


def switch(school: SchoolId, source: str, state: SourceState, *, by: str) -> None:
    """Switch a source on or off, or retire it for good: its sender is told to stop."""
    before = sources.load(school, source)
    if before.state is SourceState.RETIRED:
        raise Conflict("This source was retired. Set up a new one.")
    if before.state is not state:
        _change(school, before, replace(before, state=state), f"source.{state}", by)


def _change(school: SchoolId, before: Source, after: Source, action: str, by: str) -> None:
    with transaction() as tx:
        sources.save(tx, school, before, after)
        audit.record(tx, school, by=by, action=action, about=f"source/{before.id}")


def _new_secret(kind: SourceKind) -> tuple[Secret, str]:
    """(as stored, as shown): a signing secret must be recoverable, a header's is only compared."""
    make: Callable[[], str] = signatures.new_secret if kind.signs else ids.secret
    text = make()
    if kind.signs:
        return Secret(ids.new(), clock.now(), signing=text), text
    return Secret(ids.new(), clock.now(), digest=ids.digest(text)), text
