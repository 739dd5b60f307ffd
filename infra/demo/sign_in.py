"""The demo's ways in: everybody by mail, and two with an account of the local providers."""

from chalicelib.identity import repository
from chalicelib.identity.sso import directories, entry, providers
from chalicelib.identity.sso.tokens import Identity
from chalicelib.ids import PersonId, TrustId
from chalicelib.storage import tenants, transaction
from infra.demo.schools import BY, Opened
from infra.local import oidc

# One account of each provider is connected already: a deputy's and a computing manager's.
CONNECTED = {"microsoft": ("Oliver", "Nettleton"), "google": ("Meera", "Venkatesan")}


def prepare(trust: TrustId, opened: list[Opened]) -> None:
    """Let the trust's people in from both local directories, and connect two accounts.

    Nobody needs more than mail: no day is set from which leads do.
    """
    offered = {each.name: each for each in providers.offered()}
    if not offered:
        return
    listed = {
        each: [oidc.DIRECTORY if each.is_microsoft else oidc.DOMAIN] for each in offered.values()
    }
    with tenants({trust}):
        directories.change(trust, listed, read_at=0, by=BY)
    for name, person in _people(opened):
        _connect(name, person)


def _people(opened: list[Opened]) -> list[tuple[str, PersonId]]:
    return [
        (provider, who)
        for provider, whose in CONNECTED.items()
        for each in opened
        for who, post in each.staff.items()
        if (post.first, post.last) == whose
    ]


def _connect(provider: str, person: PersonId) -> None:
    with tenants({person}, global_holder="sign-in"), transaction() as tx:
        account = oidc.Account(repository.address_of(person), "")
        directory, subject = oidc.names_of(provider, account)
        entry.keep(tx, person, Identity(provider, directory, subject, account.email, None))
