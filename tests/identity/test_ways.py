"""What counts as more than mail, and that the last of it is not taken away (R12, R14, R16)."""

from collections.abc import Callable

import pytest

from chalicelib import ids
from chalicelib.errors import AppError, Conflict, Invalid
from chalicelib.identity import passkeys, sessions, ways
from chalicelib.identity.model import Session
from chalicelib.identity.permissions import Role
from chalicelib.identity.sso import entry
from chalicelib.ids import PersonId
from chalicelib.storage import tenants, transaction
from chalicelib.storage.connection import call
from chalicelib.storage.rows import table
from infra.local.oidc import Account
from tests.builders import Person, a_person, a_school, a_trust, signed_in
from tests.doubles import FrozenClock
from tests.identity.authenticator import add, keep, sign_in
from tests.identity.providers import Played, play, through
from tests.identity.test_more import decides
from tests.identity.test_proving import confirmed
from tests.identity.test_signing_in import asked, is_in, link_in
from tests.identity.test_with_provider import connected, takes, tells
from tests.pages import Site

ANOTHER_DIRECTORY = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def played(site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Played:
    assert site
    return play(monkeypatch, clock)


@pytest.fixture
def person(played: Played) -> Person:
    """A head whose trust asks everybody for more than an email."""
    trust = a_trust()
    head = a_person(a_school(trust=trust), roles=[Role.HEADTEACHER])
    played.accounts.append(Account(head.email, head.name))
    decides(trust, email_sign_in=False)
    return head


def by_mail(site: Site, person: Person) -> Site:
    browser = site.another()
    site.mailbox.deliver()
    browser.get(link_in(asked(browser, person.email)))
    browser.submit(button="Sign in")
    return browser


def has_strong(person: Person) -> bool:
    """The one rule, which the pages and the sign-in by mail ask alike."""
    with tenants({person.id}):
        assert ways.has_strong(person.id) == ways.of(person.id).has_strong
        return ways.has_strong(person.id)


def test_an_account_whose_directory_was_taken_away_shuts_nobody_out(
    site: Site, played: Played, person: Person
) -> None:
    """R16: mail confirms again, and a passkey can be made; while it confirmed, mail did not."""
    connected(site, played, person)
    assert "Confirm with Microsoft" in by_mail(site, person).get("/signin/again").text
    assert has_strong(person)
    takes(str(person.place), microsoft=ANOTHER_DIRECTORY)
    browser = by_mail(site, person)
    assert "Sign in with Microsoft" not in browser.get("/signin/more").text
    add(browser)

    browser.get(f"/s/{person.place}")
    assert has_strong(person)


def test_a_provider_that_is_no_longer_offered_shuts_nobody_out(
    site: Site, played: Played, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deployment gave up its registration with it."""
    connected(site, played, person)
    monkeypatch.setattr("chalicelib.config.sso_client_id", lambda _: "")
    browser = by_mail(site, person)

    assert "Email me a code" in browser.get("/signin/again").text
    add(browser)


def test_an_account_confirms_from_when_its_directory_first_says_when(
    site: Site, played: Played, person: Person, clock: FrozenClock
) -> None:
    """One that never says signs in, and mail confirms; one that has said is held to it (R16)."""
    tells(played, auth_time=None)
    browser = connected(site, played, person)
    clock.advance(minutes=16)
    site.mailbox.deliver()
    new = f"/s/{person.place}/people/new"
    through(browser, played, "/signin/with/microsoft", person.email)
    assert new == confirmed(browser, browser.get(new, expect=303).location)
    assert not has_strong(person)
    played.tampered = None
    through(browser, played, "/signin/with/microsoft", person.email)

    assert has_strong(person)
    tells(played, auth_time=None)
    through(browser, played, "/signin/with/microsoft", person.email)
    assert "Email me a code" not in browser.get("/signin/again").text


def a_session(person: Person) -> Session:
    """One of their own, beside whatever others they have."""
    device = ids.new()
    with tenants({person.id}), transaction() as tx:
        sessions.start(tx, person.id, device=device)
    with tenants({person.id}):
        return next(each for each in sessions.live(person.id) if each.device == device)


def take_away(person: Person, session: Session, way: str) -> None:
    with tenants({person.id}):
        if way in {each.id for each in passkeys.of(person.id)}:
            ways.remove_passkey(session, way, by=person.actor)
        else:
            ways.disconnect(session, way, by=person.actor)


def stop(person: PersonId, passkey: str) -> None:
    call(
        "UpdateItem",
        {
            "TableName": table("directory"),
            "Key": {"tenant": {"S": person}, "sk": {"S": f"passkey#{passkey}"}},
            "UpdateExpression": "SET stopped_at = :at",
            "ExpressionAttributeValues": {":at": {"S": "2026-10-06T09:00:00.000Z"}},
        },
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("passkey", "passkey"),
        ("passkey", "account"),
        ("passkey", "stopped"),
        ("account", "passkey"),
        ("account", "stopped"),
    ],
)
def test_two_ways_taken_away_at_one_moment_leave_one(
    site: Site,
    played: Played,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    second: str,
) -> None:
    """R12: whatever they are; and one that is stopped meanwhile is no way in."""
    connected(site, played, person)
    kept = [keep(person.id, "Laptop")]
    with tenants({person.id}):
        (account,) = [each.id for each in entry.of(person.id)]
    if first == "passkey" and second != "account":
        with tenants({person.id}, global_holder="sign-in"), transaction() as tx:
            entry.disconnect(tx, person.id, account, by=person.actor)
        kept.append(keep(person.id, "Phone"))
    goes = kept[0] if first == "passkey" else account
    stays = account if second == "account" else kept[-1]
    session, real = a_session(person), sessions.end_others
    meanwhile: list[Callable[[], None]] = [
        lambda: stop(person.id, stays) if second == "stopped" else take_away(person, session, stays)
    ]

    def interrupted(who: PersonId, *, but: str) -> None:
        real(who, but=but)
        if meanwhile:
            meanwhile.pop()()

    monkeypatch.setattr(sessions, "end_others", interrupted)
    with pytest.raises(AppError) as refused:
        take_away(person, session, goes)

    assert isinstance(refused.value, Invalid | Conflict)
    with tenants({person.id}):
        left = ways.of(person.id)
    assert goes in {each.id for each in [*left.passkeys, *left.accounts]}


def test_a_way_is_taken_away_with_everything_that_came_by_it(
    site: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R14: whoever has the lost device is out, though we fail in the middle or they come back."""
    browser = signed_in(site, person)
    lost, mine = add(browser), add(browser, name="Mine")
    thief, again = site.another(), site.another()
    sign_in(thief, lost)
    with tenants({person.id}):
        (gone,) = [each.id for each in passkeys.of(person.id) if each.name == "Laptop"]
    session, removing = a_session(person), passkeys.remove

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError

    def meanwhile(*given: object, **more: object) -> None:
        sign_in(again, lost)
        removing(*given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(passkeys, "remove", failing)
        with pytest.raises(RuntimeError):
            take_away(person, session, gone)
        assert not is_in(thief)
        patched.setattr(passkeys, "remove", meanwhile)
        take_away(person, session, gone)

    assert not is_in(again)
    sign_in(again, lost, expect=422)
    sign_in(again, mine)
