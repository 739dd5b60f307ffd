"""Signing in with Microsoft and Google, end to end against the local two (R11, R16)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from chalicelib import errors
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.identity.sso import directories, entry, pending, providers
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants
from infra.local import oidc
from infra.local.oidc import Account
from tests.builders import BY, Person, a_person, a_school, a_trust, an_invitation, signed_in
from tests.doubles import FrozenClock
from tests.identity.providers import Played, go, play, through
from tests.identity.test_signing_in import is_in
from tests.pages import Answer, Site


@pytest.fixture
def played(site: Site, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Played:
    assert site
    return play(monkeypatch, clock)


@pytest.fixture
def person(played: Played) -> Person:
    head = a_person(a_school(), roles=[Role.HEADTEACHER])
    played.accounts.append(Account(head.email, head.name))
    return head


def takes(place: str, *, microsoft: str = oidc.DIRECTORY, google: str = oidc.DOMAIN) -> None:
    """A place names the directories that it takes people from."""
    listed = {each: [microsoft if each.is_microsoft else google] for each in providers.offered()}
    with tenants({place}):
        at = directories.of(place).version
        directories.change(SchoolId(place), listed, read_at=at, by=BY)


def connected(site: Site, played: Played, person: Person, name: str = "microsoft") -> Site:
    takes(str(person.place))
    browser = signed_in(site, person)
    through(browser, played, f"/account/connect/{name}", person.email)
    return browser


@pytest.mark.parametrize("name", ["microsoft", "google"])
def test_an_account_is_connected_once_and_signs_in_from_then_on(
    site: Site, played: Played, person: Person, name: str
) -> None:
    """By a press on the provider's page; the account's page shows it, its person is told."""
    connected(site, played, person, name)
    (mail,) = site.mailbox.deliver()
    browser = site.another()
    assert f'href="/signin/with/{name}"' in browser.get("/signin").body
    answer = through(browser, played, f"/signin/with/{name}", person.email)

    assert "/places" == answer.location
    assert name.capitalize() in browser.get("/account").text
    assert ("An account was connected to yours", person.email) == (mail.subject, mail.to)


def test_connecting_leads_back_to_what_was_wanted(
    site: Site, played: Played, person: Person
) -> None:
    """R14: somebody who needs more than an email loses nothing by connecting on the way (R18)."""
    takes(str(person.place))
    wanted = f"/s/{person.place}/incidents"
    browser = signed_in(site, person)
    for page in ("/signin/more", "/signin/soon"):
        way = f"/account/connect/microsoft?next={wanted}"
        assert f'href="{way}"' in browser.get(f"{page}?next={wanted}").body
    assert wanted == through(browser, played, way, person.email).location
    browser.get("/account")
    browser.submit(action="/disconnect")
    again = through(browser, played, "/account/connect/microsoft?next=//x.example", person.email)

    assert "/account" == again.location


def test_the_trusts_directories_count_at_its_schools(site: Site, played: Played) -> None:
    """A trust says it once."""
    trust = a_trust()
    teacher = a_person(a_school(trust=trust))
    played.accounts.append(Account(teacher.email, teacher.name))
    takes(trust)
    through(signed_in(site, teacher), played, "/account/connect/microsoft", teacher.email)

    through(site, played, "/signin/with/microsoft", teacher.email)
    assert is_in(site)


def test_an_account_that_nobody_connected_signs_nobody_in(
    site: Site, played: Played, person: Person
) -> None:
    """Whatever its address: the address of a head is not the head (R11)."""
    takes(str(person.place))
    answer = through(site, played, "/signin/with/microsoft", person.email, expect=422)

    assert "This account is not connected yet" == answer.heading
    assert not is_in(site)


def test_only_a_directory_that_ones_place_named_is_connected(
    site: Site, played: Played, person: Person
) -> None:
    """And one that is taken away again lets nobody in any more, at once (R5)."""
    browser = signed_in(site, person)
    answer = through(browser, played, "/account/connect/microsoft", person.email, expect=422)
    assert "Your school does not take this account" == answer.heading
    connected(site, played, person)
    takes(str(person.place), microsoft="11111111-2222-4333-8444-555555555555")
    through(site, played, "/signin/with/microsoft", person.email, expect=422)
    takes(str(person.place))
    through(site, played, "/signin/with/microsoft", person.email)

    assert is_in(site)


@pytest.mark.parametrize(
    "gone", [{"ends_on": date(2026, 10, 5)}, {"disabled_at": datetime(2026, 10, 1, tzinfo=UTC)}]
)
def test_the_directory_of_a_place_somebody_left_signs_them_in_no_more(
    site: Site, played: Played, person: Person, gone: dict[str, Any]
) -> None:
    """R5, R11: not from the day after the last, nor once shut out; their other school stays."""
    other = a_school()
    a_person(other, email=person.email)
    connected(site, played, person)
    a_person(person.place, roles=[Role.HEADTEACHER])
    identity.change(
        person.place, person.id, lambda now: replace(now, **gone), action="member.end_set", by=BY
    )
    answer = through(site, played, "/signin/with/microsoft", person.email, expect=422)
    assert "Your school does not take this account" == answer.heading
    takes(other)
    through(site, played, "/signin/with/microsoft", person.email)

    assert is_in(site)


def test_who_belongs_nowhere_any_more_is_told_so(
    site: Site, played: Played, person: Person
) -> None:
    """R5, R11: their directory is none of their school's business any more, and not at fault."""
    connected(site, played, person)
    a_person(person.place, roles=[Role.HEADTEACHER])
    with tenants({person.place}):
        identity.leave(SchoolId(person.place), person.id, by=BY)
    answer = through(site, played, "/signin/with/microsoft", person.email, expect=422)

    assert "You belong to no school here" == answer.heading
    assert not is_in(site)


def test_anybody_can_be_played_by_their_address(site: Site, played: Played, person: Person) -> None:
    """On a laptop a trust that was set up from nothing has people whom no list names."""
    played.accounts.clear()
    takes(str(person.place), google=person.email.partition("@")[2])
    browser = signed_in(site, person)
    for name in ("microsoft", "google"):
        through(browser, played, f"/account/connect/{name}", f" {person.email.upper()}")
        through(site, played, f"/signin/with/{name}", person.email)

    assert is_in(site)


def test_an_invitation_lends_nobody_its_directory(
    site: Site, played: Played, person: Person
) -> None:
    """A made-up school that invites a head adds no directory of its own to theirs (R11)."""
    stranger = a_school()
    an_invitation(stranger, roles=[Role.HEADTEACHER], email=person.email)
    takes(stranger)
    browser = signed_in(site, person)
    through(browser, played, "/account/connect/microsoft", person.email, expect=422)

    with tenants({person.id}):
        assert [] == entry.of(person.id)


def test_five_accounts_are_connected_and_no_more(
    site: Site, played: Played, person: Person
) -> None:
    """So that all can go at once when somebody is let in again (R12)."""
    browser = connected(site, played, person)
    for number in range(entry.MOST):
        played.accounts.append(Account(f"head.{number}@alder.example", "Hal Head"))
        expect = 422 if number == entry.MOST - 1 else 303
        way = "/account/connect/microsoft"
        answer = through(browser, played, way, f"head.{number}@alder.example", expect=expect)

    assert "You have five accounts connected" == answer.heading


def test_an_account_serves_one_person(site: Site, played: Played, person: Person) -> None:
    """Somebody else who presses it connects nothing."""
    connected(site, played, person)
    other = a_person(person.place, roles=[Role.HEADTEACHER])
    thief = signed_in(site, other)
    through(thief, played, "/account/connect/microsoft", person.email, expect=422)

    with tenants({other.id}):
        assert [] == entry.of(other.id)


def token_of(answer: Answer) -> dict[str, str]:
    return {
        name: answer.root.all("input", name=name)[0].attributes["value"]
        for name in ("csrf_token", "code", "state")
    }


def test_what_came_back_serves_once_here_and_nowhere_else(
    site: Site, played: Played, person: Person, clock: FrozenClock
) -> None:
    """A code used twice, another browser's, another state, the other provider's door, too late."""
    connected(site, played, person)
    shown = go(site, played, "/signin/with/microsoft", person.email)
    cookies, sent = dict(site.cookies), token_of(shown)
    thief = site.another()
    thief.get("/signin")
    thief.submit(
        {"code": sent["code"], "state": sent["state"]} | {}, page=shown, action="/back", expect=403
    )
    site.post("/signin/with/google/back", sent, expect=422)
    site.cookies = dict(cookies)
    site.post("/signin/with/microsoft/back", sent | {"state": "s" * 43}, expect=422)
    site.cookies = dict(cookies)
    site.submit(page=shown, action="/back")
    assert is_in(site)
    site.cookies = dict(cookies)
    site.submit(page=shown, action="/back", expect=422)
    assert not is_in(site)
    late = site.another()
    shown = go(late, played, "/signin/with/microsoft", person.email)
    clock.advance(minutes=10)
    late.submit(page=shown, action="/back", expect=422)

    assert not is_in(late)


def test_a_cookie_that_we_did_not_sign_starts_nothing(
    site: Site, played: Played, person: Person
) -> None:
    """Nobody brings their own state, nonce and verifier."""
    connected(site, played, person)
    shown = go(site, played, "/signin/with/microsoft", person.email)
    kept = jwt.decode(site.cookies[pending.COOKIE], options={"verify_signature": False})
    for forged in (
        jwt.encode(kept, "k" * 32, algorithm="HS256"),
        jwt.encode(kept, None, algorithm="none"),
        "x.y.z",
        "",
    ):
        site.cookies[pending.COOKIE] = forged
        site.submit(page=shown, action="/back", expect=422)

    assert not is_in(site)


def test_a_verifier_and_a_nonce_are_asked_for_and_bound(
    site: Site, played: Played, person: Person
) -> None:
    """PKCE by S256; a code stolen from one browser's way is nothing in another's (mix-up)."""
    connected(site, played, person)
    address = site.get("/signin/with/microsoft", expect=303).location
    asked = parse_qs(urlsplit(address).query)
    mine = token_of(site.get(played.press(address, person.email)))
    other = site.another()
    theirs = token_of(go(other, played, "/signin/with/microsoft", person.email))
    other.post("/signin/with/microsoft/back", theirs | {"code": mine["code"]}, expect=422)

    assert ["S256"] == asked["code_challenge_method"] and 43 == len(asked["code_challenge"][0])
    assert asked["state"] != asked["nonce"]
    assert not is_in(other)


def test_eight_answers_at_one_moment_are_one_session(
    site: Site, played: Played, person: Person, clock: FrozenClock
) -> None:
    """The state is spent with the session it gives, whatever the provider lets through."""
    from chalicelib.web import Request, Values

    connected(site, played, person)
    microsoft = providers.named("microsoft")
    assert microsoft
    _, cookie = pending.start(microsoft, pending.Purpose.SIGN_IN, return_to="")
    request = Request(
        "POST", "/", "/", {}, Values([]), {"cookie": f"{pending.COOKIE}={cookie}"}, b"", ""
    )
    state = jwt.decode(cookie, options={"verify_signature": False})["state"]
    under_way = pending.current(request, microsoft, state)
    claims = played.server.issuers["microsoft"].claims_of(played.accounts[0])
    subject = f"{claims['oid']}"
    who = entry.Identity("microsoft", oidc.DIRECTORY, subject, person.email, clock.now())

    def enter(_: int) -> bool:
        try:
            entry.sign_in(under_way, who, request)
        except entry.Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert 1 == sum(threads.map(enter, range(8)))


def test_a_token_tampered_with_on_its_way_lets_nobody_in(
    site: Site, played: Played, person: Person
) -> None:
    """And when nobody answers there, we say so and nothing is lost."""
    connected(site, played, person)
    played.tampered = lambda token: token[:-6] + ("A" * 6)
    through(site, played, "/signin/with/microsoft", person.email, expect=422)
    played.tampered, played.down = None, True
    address = site.get("/signin/with/microsoft", expect=303).location
    shown = site.get(played.press(address, person.email))
    site.submit(page=shown, action="/back", expect=errors.Unavailable.status)
    played.down = False

    through(site, played, "/signin/with/microsoft", person.email)
    assert is_in(site)


def tells(played: Played, **changed: object) -> None:
    """Microsoft says something else from now on, under its own key; None leaves a claim out."""
    key = played.server.issuers["microsoft"].key.as_pem(private=True)

    def tampered(token: str) -> str:
        said = jwt.decode(token, options={"verify_signature": False}) | changed
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, key, algorithm="RS256", headers={"kid": "microsoft-1"})

    played.tampered = tampered


def test_a_sign_in_that_is_still_to_come_proves_nothing_of_now(
    site: Site, played: Played, person: Person, clock: FrozenClock
) -> None:
    """R16: it opens the door, and what asks for a fresh sign-in stays shut, now and later."""
    connected(site, played, person)
    wanted = f"/s/{person.place}/people/new"
    for seconds in (61, 3600, 30 * 24 * 3600):
        tells(played, auth_time=int(clock.now().timestamp()) + seconds)
        through(site, played, "/signin/with/microsoft", person.email)
        site.get(f"/s/{person.place}")
        assert site.get(wanted, expect=303).location.startswith("/signin/again")
    tells(played, auth_time=int(clock.now().timestamp()) + 59)
    through(site, played, "/signin/with/microsoft", person.email)
    clock.advance(minutes=14, seconds=59)
    site.get(wanted)
    clock.advance(seconds=1)

    assert site.get(wanted, expect=303).location.startswith("/signin/again")


def test_confirming_takes_a_sign_in_of_just_now_that_the_provider_tells(
    site: Site, played: Played, person: Person, clock: FrozenClock
) -> None:
    """R16: `auth_time` within ten minutes; missing, old or of another account: 0 pass."""
    browser = connected(site, played, person)
    clock.advance(minutes=16)
    wanted = f"/s/{person.place}/people/new"
    asked = browser.get(wanted, expect=303).location
    again = f"/signin/again/with/microsoft?next={wanted}"
    assert "Confirm with Microsoft" in browser.get(asked).text
    way = parse_qs(urlsplit(browser.get(again, expect=303).location).query)
    assert (["login"], ["0"]) == (way["prompt"], way["max_age"])
    played.accounts.append(Account("other@alder.example", "Other"))
    through(browser, played, again, "other@alder.example", expect=422)
    now = int(clock.now().timestamp())
    for moment in (None, now - 601, now + 3600, "now", 0):
        tells(played, auth_time=moment)
        through(browser, played, again, person.email, expect=422)
    browser.get(wanted, expect=303)
    played.tampered = None

    assert wanted == through(browser, played, again, person.email).location
    browser.get(wanted)


def test_opening_what_the_provider_sends_back_spends_nothing(
    site: Site, played: Played, person: Person
) -> None:
    """R13: a scanner that opens the address ten times leaves it to its person."""
    connected(site, played, person)
    address = site.get("/signin/with/microsoft", expect=303).location
    back = played.press(address, person.email)
    for _ in range(10):
        site.another().get(back)
    shown = site.get(back)

    site.submit(page=shown, action="/back")
    assert is_in(site)


def test_a_disconnected_account_signs_nobody_in(site: Site, played: Played, person: Person) -> None:
    """And may be connected again."""
    browser = connected(site, played, person)
    browser.get("/account")
    browser.submit(action="/disconnect")
    through(site, played, "/signin/with/microsoft", person.email, expect=422)
    through(browser, played, "/account/connect/microsoft", person.email)

    through(site, played, "/signin/with/microsoft", person.email)


def test_the_settings_take_directories_and_no_addresses(site: Site, played: Played) -> None:
    """Clear words beside the field; a save over somebody else's is refused, nothing is lost."""
    assert played
    school = a_school()
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    path = f"/s/{school}/settings/signing-in"
    first = head.get(path)
    wrong = head.submit({"microsoft": "common", "google": "a@alder.example"}, expect=422)
    assert "tenant" in wrong.problems()[0] and "school.example" in wrong.problems()[1]
    taken = {"microsoft": oidc.DIRECTORY, "google": " Alder.example "}
    assert "The directories are saved" in head.follow(head.submit(taken, page=first)).text
    late = head.submit({"google": "birch.example"}, page=first, expect=409)

    assert "birch.example" in late.body
    assert "alder.example" in head.get(path).body


def test_no_other_deployment_can_be_pointed_at_the_local_providers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R43: the setting counts on a laptop only, and the template has no word for it."""
    from chalicelib import config
    from infra.package.chalice_project import RESOURCES

    monkeypatch.setenv("LOCAL_SIGN_IN_URL", "http://localhost:8000/_local/with")
    for stage in ("prod", "test", "locale"):
        monkeypatch.setenv("HOLDFAST_STAGE", stage)
        assert "" == config.local_sign_in_url()
        assert [] == providers.offered()
    monkeypatch.setenv("MICROSOFT_CLIENT_ID", "m")
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "g")
    hosts = {
        urlsplit(address).hostname
        for each in providers.offered()
        for address in (each.authorize, each.token, each.keys)
    }

    assert {
        "login.microsoftonline.com",
        "accounts.google.com",
        "oauth2.googleapis.com",
        "www.googleapis.com",
    } == hosts
    assert "LOCAL_SIGN_IN_URL" not in RESOURCES.read_text()
