"""What somebody has to show who they are with. A change of it ends other sessions (R14)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import (
    entering,
    passkeys,
    places,
    recovery,
    recovery_codes,
    sessions,
)
from chalicelib.identity.ceremonies import Kind
from chalicelib.identity.entering import SignedIn
from chalicelib.identity.model import Method, Proof, Session
from chalicelib.identity.sso import entry
from chalicelib.ids import PersonId
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.web import Request

Way = passkeys.Passkey | entry.Connected


@dataclass(frozen=True)
class Ways:
    """What somebody has besides their mailbox."""

    passkeys: list[passkeys.Passkey]
    codes: recovery_codes.State
    accounts: list[entry.Connected]

    @property
    def signing_in(self) -> list[Method]:
        """The providers that they can sign in with, each once."""
        return _once(each.method for each in self.accounts if each.signs_in)

    @property
    def confirming(self) -> list[Method]:
        """The providers that they can confirm with, each once."""
        return _once(each.method for each in self.accounts if each.confirms)

    @property
    def has_strong(self) -> bool:
        return _is_strong(self.passkeys, self.accounts)


def of(person: PersonId) -> Ways:
    """The scope covers the person."""
    return Ways(passkeys.of(person), recovery_codes.state(person), entry.of(person))


def has_strong(person: PersonId) -> bool:
    """Whether they have something stronger than mail: then mail alone no longer confirms (R16).

    A passkey that was stopped counts: who has a copy of it must gain nothing by that. An account
    counts while it can confirm: one of a directory that was taken away, or that never says when
    somebody signed in, would shut its person out of everything that asks for a fresh sign-in.
    """
    return _is_strong(passkeys.of(person), entry.of(person))


def _is_strong(found: Collection[passkeys.Passkey], accounts: Collection[entry.Connected]) -> bool:
    return bool(found) or any(each.confirms for each in accounts)


def _once(methods: Iterable[Method]) -> list[Method]:
    return list(dict.fromkeys(methods))


def keep_passkey(added: passkeys.Added, request: Request, session: Session) -> SignedIn:
    """Keep a new passkey and go on in a session that it proves; every other session ends.

    After two people approved it, it takes the place of everything older (R12). Raises
    passkeys.Refused when its challenge or the approval was used at this moment.
    """
    person = session.person
    recovers = added.kind is Kind.RECOVER
    with tenants({person}):
        places_asked = recovery.places_of(person) if recovers else set()
    holder = "sign-in" if recovers else ""
    with tenants({person, added.ceremony.tenant, *places_asked}, global_holder=holder):
        sessions.end_others(person, but=session.id)
        try:
            with transaction() as tx:
                if recovers:
                    recovery.finish(tx, person)
                added.keep(tx, person)
                passkeys.tell(tx, person, "passkey_added")
                proof = Proof(Method.PASSKEY, clock.now())
                return entering.begin(tx, person, request, proof, return_to=added.return_to)
        except Conflict as e:
            raise passkeys.Refused from e


def remove_passkey(session: Session, passkey: str, *, by: str) -> None:
    """Take a passkey away; other sessions end. Raises NotFound, and Invalid at `passkey` when it
    is the last way in for somebody whose place asks for more than mail.
    """
    person = session.person
    found = of(person)
    if all(each.id != passkey for each in found.passkeys):
        raise NotFound
    other = _other(person, found, passkey)
    sessions.end_others(person, but=session.id)
    with transaction() as tx:
        _check_there(tx, person, other)
        passkeys.remove(tx, person, passkey, by=by)
        passkeys.tell(tx, person, "passkey_removed")
    sessions.end_others(person, but=session.id)  # who came in by it at this moment


def disconnect(session: Session, identity: str, *, by: str) -> None:
    """Take a connected account away; other sessions end. Raises as `remove_passkey` does."""
    person = session.person
    found = of(person)
    if all(each.id != identity for each in found.accounts):
        raise NotFound
    other = _other(person, found, identity)
    sessions.end_others(person, but=session.id)
    with tenants({person}, global_holder="sign-in"), transaction() as tx:
        _check_there(tx, person, other)
        entry.disconnect(tx, person, identity, by=by)
        passkeys.tell(tx, person, "account_disconnected")
    sessions.end_others(person, but=session.id)  # who came in by it at this moment


def _other(person: PersonId, found: Ways, taken: str) -> Way | None:
    """Another way in that must stay when one is taken away; None where mail is enough.

    Raises Invalid when there is no other.
    """
    if not any(place.more_from for place in places.of(person)):
        return None
    usable: list[Way] = [each for each in found.passkeys if not each.stopped]
    usable += [each for each in found.accounts if each.signs_in]
    for each in usable:
        if each.id != taken:
            return each
    raise _only_way()


def _check_there(tx: Transaction, person: PersonId, other: Way | None) -> None:
    """Two that are taken away at one moment do not leave none."""
    if isinstance(other, passkeys.Passkey):
        passkeys.check_there(tx, person, other.id, error=_only_way())
    elif other:
        entry.check_there(tx, person, other.id, error=_only_way())


def _only_way() -> Invalid:
    return Invalid({"passkey": ["This is your only way in. Add another before you remove it"]})
