"""What somebody has to show who they are with. A change of it ends other sessions (R14)."""

from dataclasses import dataclass

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid
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
from chalicelib.identity.rows import IdentityRow, PasskeyRow
from chalicelib.identity.sso import entry, providers
from chalicelib.ids import PersonId
from chalicelib.storage import every, tenants, transaction
from chalicelib.web import Request


@dataclass(frozen=True)
class Ways:
    """What somebody has besides their mailbox."""

    passkeys: list[passkeys.Passkey]
    codes: recovery_codes.State
    accounts: list[entry.Connected]

    @property
    def methods(self) -> list[Method]:
        """The providers that they have an account of, each once, while they are offered."""
        own = {each.method for each in self.accounts}
        return [each.method for each in providers.offered() if each.method in own]

    @property
    def has_strong(self) -> bool:
        return bool(self.passkeys or self.accounts)


def of(person: PersonId) -> Ways:
    """The scope covers the person."""
    return Ways(passkeys.of(person), recovery_codes.state(person), entry.of(person))


def has_strong(person: PersonId) -> bool:
    """Whether they have something stronger than mail: then mail alone no longer confirms (R16).

    A passkey that was stopped counts: who has a copy of it must gain nothing by that.
    """
    return any(
        True
        for row, start in ((PasskeyRow, "passkey#"), (IdentityRow, "identity#"))
        for _ in every(row, person, start, consistent=True)
    )


def keep_passkey(added: passkeys.Added, request: Request, session: Session) -> SignedIn:
    """Keep a new passkey and go on in a session that it proves; every other session ends.

    After two people approved it, it takes the place of everything older (R12). Raises
    passkeys.Refused when its challenge or the approval was used at this moment.
    """
    person = session.person
    recovers = added.kind is Kind.RECOVER
    with tenants({person}):
        places_asked = recovery.places_of(person) if recovers else set()
    with tenants({person, added.ceremony.tenant, *places_asked}):
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
    others = [each.id for each in found.passkeys if each.id != passkey and not each.stopped]
    asks_more = any(place.more_from for place in places.of(person))
    only = Invalid({"passkey": ["This is your only way in. Add another before you remove it"]})
    accounts = [each.id for each in found.accounts]
    if asks_more and not others and not accounts:
        raise only
    with transaction() as tx:
        if asks_more and others:  # two that are taken away at one moment do not leave none
            passkeys.check_there(tx, person, others[0], error=only)
        passkeys.remove(tx, person, passkey, by=by)
        passkeys.tell(tx, person, "passkey_removed")
    sessions.end_others(person, but=session.id)


def disconnect(session: Session, identity: str, *, by: str) -> None:
    """Take a connected account away; other sessions end. Raises as `remove_passkey` does."""
    person = session.person
    found = of(person)
    others = [each for each in found.accounts if each.id != identity]
    usable = [each.id for each in found.passkeys if not each.stopped]
    asks_more = any(place.more_from for place in places.of(person))
    only = Invalid({"passkey": ["This is your only way in. Add another before you remove it"]})
    if asks_more and not others and not usable:
        raise only
    with tenants({person}, global_holder="sign-in"), transaction() as tx:
        if asks_more and usable:
            passkeys.check_there(tx, person, usable[0], error=only)
        entry.disconnect(tx, person, identity, by=by)
        passkeys.tell(tx, person, "account_disconnected")
    sessions.end_others(person, but=session.id)
