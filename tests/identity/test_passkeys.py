"""Passkeys: made, used, taken away, and refused whenever anything about them is wrong (R12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode

from chalicelib import audit
from chalicelib.errors import NotFound
from chalicelib.identity import ceremonies, passkeys
from chalicelib.identity.permissions import Role
from chalicelib.storage import tenants, transaction
from chalicelib.web import Request, Values
from tests.builders import BY, Person, a_person, a_school, signed_in
from tests.doubles import FrozenClock
from tests.identity.authenticator import (
    ATTESTED,
    PRESENT,
    VERIFIED,
    Authenticator,
    add,
    asked,
    confirm,
    options_on,
    sign_in,
)
from tests.identity.test_signing_in import asked as mailed
from tests.identity.test_signing_in import code_in, is_in, link_in
from tests.pages import Site


@pytest.fixture
def person(site: Site) -> Person:
    return a_person(a_school(), roles=[Role.HEADTEACHER])


@pytest.fixture
def device(site: Site, person: Person) -> Authenticator:
    return add(signed_in(site, person))


def test_a_passkey_signs_in_where_nobody_types_an_address(
    site: Site, person: Person, device: Authenticator
) -> None:
    """It says itself whose it is; and the account tells when it was used."""
    browser = site.another()
    assert "/places" == sign_in(browser, device).location
    assert f"/s/{person.place}" == browser.get("/places", expect=303).location
    shown = browser.get("/account").text

    assert "You signed in here with a passkey" in shown
    assert "Not yet" not in shown


def test_whoever_adds_a_passkey_is_told_and_signed_out_elsewhere(
    site: Site, person: Person
) -> None:
    """A change of how one signs in ends what began before it, this browser's old id too (R14)."""
    here, there = signed_in(site, person), signed_in(site, person)
    before = dict(here.cookies)
    add(here)
    old = site.another()
    old.cookies = before
    (mail,) = site.mailbox.deliver()

    assert is_in(here) and not is_in(there) and not is_in(old)
    assert (person.email, "A passkey was added to your account") == (mail.to, mail.subject)
    assert person.name not in mail.text + mail.html


def test_adding_one_takes_a_fresh_sign_in(site: Site, person: Person, clock: FrozenClock) -> None:
    """An open screen is not enough (R16); and mail is not once there is a passkey."""
    browser = signed_in(site, person)
    clock.advance(minutes=16)
    browser.get("/account")
    assert browser.submit(action="/account/passkeys").location.startswith("/signin/again")
    device = add(signed_in(site, person))
    site.mailbox.deliver()
    mail = mailed(browser, person.email)
    browser.get(link_in(mail))
    browser.submit(button="Sign in")
    browser.get("/account")
    asked_again = browser.submit(action="/account/passkeys").location
    browser.get(asked_again)
    assert not [each for each in browser.last.forms() if "code" in each.text]  # type: ignore[union-attr]
    token = browser.last.root.all("input", name="csrf_token")[0].attributes["value"]  # type: ignore[union-attr]
    assert "/signin/again" == browser.post("/signin/again", {"csrf_token": token}).location
    assert [] == site.mailbox.deliver()

    assert confirm(browser, device, asked_again).location.startswith("/signin/unfinished/")
    add(browser, name="Phone")
    assert "Phone" in browser.get("/account").body


def test_a_passkey_confirms_what_mail_confirmed_before(
    site: Site, person: Person, device: Authenticator, clock: FrozenClock
) -> None:
    """Stepping up leads back to the page, in a session with a new id (R14, R16)."""
    browser = site.another()
    sign_in(browser, device)
    clock.advance(minutes=16)
    asked_again = browser.get(f"/s/{person.place}/people/new", expect=303).location
    before = browser.cookies["__Host-session"]

    assert f"/s/{person.place}/people/new" == confirm(browser, device, asked_again).location
    assert before != browser.cookies["__Host-session"]
    browser.get(f"/s/{person.place}/people/new")


def _other(lie: dict[str, Any]) -> Callable[[Authenticator], dict[str, Any]]:
    return lambda _device: lie


LIES: dict[str, Callable[[Authenticator], dict[str, Any]]] = {
    "another site's origin": _other({"origin": "https://holdfast.example"}),
    "a longer origin": _other({"origin": "http://localhost:8000.evil.example"}),
    "another port": _other({"origin": "http://localhost:8001"}),
    "https for http": _other({"origin": "https://localhost:8000"}),
    "a subdomain": _other({"origin": "http://a.localhost:8000"}),
    "a null origin": _other({"origin": "null"}),
    "an app's origin": _other({"origin": "android:apk-key-hash:abc"}),
    "inside a frame": _other({"cross": True}),
    "under another's top": _other({"more": {"topOrigin": "https://evil.example"}}),
    "another host's hash": _other({"host": "evil.example"}),
    "a registration's type": _other({"type": "webauthn.create"}),
    "no type": _other({"type": ""}),
    "another challenge": _other({"challenge": websafe_encode(b"x" * 32)}),
    "no challenge": _other({"challenge": ""}),
    "nobody verified": _other({"flags": PRESENT}),
    "nobody present": _other({"flags": VERIFIED}),
    "no flag at all": _other({"flags": 0}),
    "another's signature": _other({"key": ec.generate_private_key(ec.SECP256R1())}),
    "changed after signing": _other({"client": b'{"type":"webauthn.get"}'}),
    "cut data": _other({"data": b"short"}),
    "an unknown passkey": _other({"credential_id": b"y" * 32}),
    "an id unlike its bytes": _other({"id": "AAAA"}),
    "a person that is none": _other({"owner": "not a person"}),
    "a person of nobody": _other({"owner": "0" * 16}),
    "no person": _other({"owner": ""}),
    "a counter that stands": lambda device: {"count": device.count},
    "a counter that fell": lambda device: {"count": max(0, device.count - 1)},
    "a counter gone": _other({"count": 0}),
}


def test_an_answer_that_is_wrong_signs_nobody_in(
    site: Site,
    person: Person,
    device: Authenticator,
    record_property: Callable[[str, object], None],
) -> None:
    """R12: whatever is wrong, the page is the same and the challenge is spent."""
    accepted, texts = [], set()
    for name, lie in LIES.items():
        if "counter" in name:  # those stop the passkey
            device = add(signed_in(site, a_person(person.place)))
            sign_in(site.another(), device)
        thief = site.another()
        shown = asked(thief)
        sent = {"credential": device.get(options_on(shown), **lie(device))}
        answers = [thief.submit(sent, page=shown, action="/answer", expect=None)]
        right = {"credential": device.get(options_on(shown))}
        answers.append(thief.submit(right, page=shown, action="/answer", expect=None))
        texts |= {(each.status, each.text) for each in answers}
        if "__Host-session" in thief.cookies:
            accepted.append(name)

    said = f"passkeys: {len(LIES)} kinds of wrong answer, {len(accepted)} accepted"
    record_property("figure", said)
    assert not accepted
    assert {422} == {status for status, _ in texts} and 1 == len(texts)


NO_ANSWERS = ("", "{", "[]", "null", '"x"', "{}", '{"id": 1}', "[" * 5000, "x" * 30_000)


def test_what_is_no_answer_is_refused_like_a_wrong_one(site: Site) -> None:
    """Nothing malformed is an error of ours."""
    shown = asked(site)
    for sent in NO_ANSWERS:
        answer = site.submit({"credential": sent}, page=shown, action="/answer", expect=422)
        assert "That did not work" == answer.heading


MADE_WRONGLY: tuple[dict[str, Any], ...] = (
    {"origin": "https://evil.example"},
    {"cross": True},
    {"host": "evil.example"},
    {"type": "webauthn.get"},
    {"challenge": websafe_encode(b"x" * 32)},
    {"flags": PRESENT | ATTESTED},
    {"flags": VERIFIED | ATTESTED},
    {"id": "AAAA"},
    {"public": ES256({1: 2, 3: -35, -1: 2, -2: b"a" * 48, -3: b"b" * 48})},
)


def test_a_passkey_that_was_made_wrongly_is_not_kept(site: Site, person: Person) -> None:
    """The same pins when it is made (R12)."""
    browser = signed_in(site, person)
    for lie in MADE_WRONGLY:
        browser.get("/account")
        shown = browser.follow(browser.submit(action="/account/passkeys"))
        sent = {"credential": Authenticator().create(options_on(shown), **lie), "name": "Mine"}
        browser.submit(sent, page=shown, action="/account/passkeys/new", expect=422)

    with tenants({person.id}):
        assert [] == passkeys.of(person.id)


def test_an_answer_serves_once_and_its_challenge_for_five_minutes(
    site: Site, device: Authenticator, clock: FrozenClock
) -> None:
    """A copy of what was sent is worth nothing, in this browser or another."""
    shown = asked(site)
    sent = {"credential": device.get(options_on(shown))}
    cookies = dict(site.cookies)
    site.submit(sent, page=shown, action="/answer")
    thief = site.another()
    thief.cookies = cookies
    thief.submit(sent, page=shown, action="/answer", expect=422)
    late = site.another()
    shown = asked(late)
    clock.advance(minutes=5)
    late.submit(
        {"credential": device.get(options_on(shown))}, page=shown, action="/answer", expect=422
    )

    assert "__Host-session" not in thief.cookies | late.cookies


def test_a_challenge_serves_the_browser_and_the_purpose_it_was_asked_for(
    site: Site, person: Person, device: Authenticator, clock: FrozenClock
) -> None:
    """Another browser lacks the cookie; another's passkey confirms nothing in my session."""
    shown = asked(site)
    sent = {"credential": device.get(options_on(shown))}
    other = site.another()
    asked(other)
    other.submit(sent, page=shown, action="/answer", expect=403)
    mine = site.another()
    sign_in(mine, device)
    stranger = add(signed_in(site, a_person(a_school(), roles=[Role.HEADTEACHER])))
    clock.advance(minutes=16)
    mine.get(mine.get(f"/s/{person.place}/people/new", expect=303).location)
    page = mine.follow(mine.submit(action="/signin/again/passkey"))
    for owner in (stranger.owner, ""):
        answer = {"credential": stranger.get(options_on(page), owner=owner)}
        mine.submit(answer, page=page, action="/answer", expect=422)

    assert "__Host-session" not in other.cookies
    mine.get(f"/s/{person.place}/people/new", expect=303)


def test_eight_answers_at_one_moment_are_one_session(
    site: Site, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The challenge goes with the session that it gives, in one transaction."""
    device.counts = False
    shown = asked(site)
    typed = device.get(options_on(shown), count=device.count + 1)
    cookie = "; ".join(f"{name}={value}" for name, value in site.cookies.items())
    request = Request("POST", "/", "/", {}, Values([]), {"cookie": cookie}, b"", "")

    def answer(_: int) -> str:
        try:
            return passkeys.sign_in(typed, request).cookie
        except passkeys.Refused:
            return ""

    with ThreadPoolExecutor(8) as threads:
        got = [each for each in threads.map(answer, range(8)) if each]

    assert 1 == len(got)


def test_an_answer_that_meets_its_own_counter_is_refused_and_stops_nothing(
    site: Site, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent twice at one moment: the second read the challenge before the first had spent it."""
    shown = asked(site)
    typed = device.get(options_on(shown))
    cookie = "; ".join(f"{name}={value}" for name, value in site.cookies.items())
    request = Request("POST", "/", "/", {}, Values([]), {"cookie": cookie}, b"", "")
    row = ceremonies.current(request, ceremonies.Kind.SIGN_IN)
    with monkeypatch.context() as patched:
        patched.setattr(ceremonies, "current", lambda *_: row)
        assert passkeys.sign_in(typed, request).cookie
        with pytest.raises(passkeys.Refused):
            passkeys.sign_in(typed, request)

    sign_in(site.another(), device)


def test_a_counter_that_runs_backwards_stops_the_passkey_and_is_told(
    site: Site, person: Person, device: Authenticator
) -> None:
    """Somebody may hold a copy: neither is let in, the person hears, and the audit has it (R12)."""
    site.mailbox.deliver()
    copy = Authenticator(key=device.key, credential_id=device.credential_id, owner=device.owner)
    sign_in(site.another(), device)
    sign_in(site.another(), copy, expect=422)
    (mail,) = site.mailbox.deliver()
    device.count += 5
    sign_in(site.another(), device, expect=422)
    browser = signed_in(site, person)

    assert "A passkey of yours was stopped" == mail.subject
    assert "it may have been copied" in browser.get("/account").text


def test_renaming_a_passkey_undoes_no_stop_and_no_taking_away(
    site: Site, person: Person, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R12: whichever comes between the reading and the writing of a rename stays."""
    (kept,) = _passkeys(person)
    sign_in(site.another(), device)
    named = passkeys._named

    def stopped_meanwhile(name: str) -> str:
        sign_in(site.another(), device, expect=422, count=device.count)
        return named(name)

    def removed_meanwhile(name: str) -> str:
        with transaction() as tx:
            passkeys.remove(tx, person.id, kept.id, by=BY)
        return named(name)

    with monkeypatch.context() as patched, tenants({person.id}):
        patched.setattr(passkeys, "_named", stopped_meanwhile)
        passkeys.rename(person.id, kept.id, "Blue key")
        (renamed,) = passkeys.of(person.id)
        assert ("Blue key", True) == (renamed.name, renamed.stopped)
        assert "passkey.renamed" in {each.action for each in audit.lines(person.id).items}
        patched.setattr(passkeys, "_named", removed_meanwhile)
        with pytest.raises(NotFound):
            passkeys.rename(person.id, kept.id, "Red key")

    assert [] == _passkeys(person)
    sign_in(site.another(), device, expect=422)


def _passkeys(person: Person) -> list[passkeys.Passkey]:
    with tenants({person.id}):
        return passkeys.of(person.id)


def test_passkeys_that_do_not_count_are_let_in(site: Site, person: Person) -> None:
    """Those that live on several devices always say zero."""
    device = add(signed_in(site, person), Authenticator(counts=False))
    for _ in range(2):
        sign_in(site.another(), device)


def test_a_passkey_is_named_and_taken_away_by_its_person_only(
    site: Site, person: Person, device: Authenticator
) -> None:
    """And after that it signs nobody in."""
    browser = site.another()
    sign_in(browser, device)
    browser.get("/account")
    browser.submit({"name": "Blue key"}, action="/name")
    shown = browser.get("/account")
    assert "Blue key" in shown.body
    browser.submit({"name": " "}, page=shown, action="/name", expect=422)
    other = signed_in(site, a_person(a_school()))
    token = other.get("/account").root.all("input", name="csrf_token")[0].attributes["value"]
    path = next(
        each.attributes["action"]
        for each in shown.forms()
        if "/remove" in each.attributes["action"]
    )
    other.post(path, {"csrf_token": token}, expect=404)
    browser.submit(page=shown, action="/remove")

    sign_in(site.another(), device, expect=422)


def test_printed_codes_are_shown_once_and_serve_once_each_after_the_mail(
    site: Site, person: Person, device: Authenticator
) -> None:
    """R12: one passkey or a printed set; a double press shows the same; a newer set voids it."""
    browser = site.another()
    sign_in(browser, device)
    page = browser.get("/account")
    first = browser.submit(page=page, action="/account/codes", expect=200)
    second = browser.submit(page=page, action="/account/codes", expect=200)
    codes = [each.text for each in first.root.all("code")]
    assert codes == [each.text for each in second.root.all("code")]
    assert 10 == len(set(codes)) and "10 codes left" in browser.get("/account").text
    lost = site.another()
    site.mailbox.deliver()
    mail = mailed(lost, person.email)
    lost.get("/signin/check")
    lost.submit({"code": code_in(mail)})
    for typed, status in (("aaaa-bbbb-cccc-dddd", 422), (codes[0].upper(), 303), (codes[0], 422)):
        lost.get("/signin/more")
        lost.submit({"recovery_code": typed}, action="/more/code", expect=status)
    shown = lost.get("/account").text
    assert "with a recovery code" in shown and "9 codes left" in shown
    add(lost, name="New laptop")
    fresh = lost.submit(page=lost.get("/account"), action="/account/codes", expect=200)
    assert not set(codes) & {each.text for each in fresh.root.all("code")}
    for _ in range(3):
        lost.get("/signin/more")
        answer = lost.submit({"recovery_code": codes[1]}, action="/more/code", expect=None)
    assert 429 == answer.status


def test_the_doors_look_alike_whether_or_not_anybody_has_a_passkey(
    site: Site, device: Authenticator
) -> None:
    """R17: the challenge names nobody, and a refusal is one page for all."""
    options = options_on(asked(site))
    nobody = Authenticator(owner="0" * 16)
    pages = []
    for lie in (
        {},
        {"owner": device.owner},
        {"owner": device.owner, "credential_id": device.credential_id},
    ):
        shown = asked(site)
        sent = {"credential": nobody.get(options_on(shown), **lie)}
        answer = site.submit(sent, page=shown, action="/answer", expect=422)
        pages.append(answer.text)

    assert not options.get("allowCredentials")
    assert 1 == len(set(pages))


def test_opening_the_pages_spends_nothing(site: Site, device: Authenticator) -> None:
    """R13, R15: a page that is opened ten times still serves its one answer."""
    shown = asked(site)
    for _ in range(10):
        site.get("/signin/passkey")
        site.request("HEAD", "/signin/passkey")
    answer = {"credential": device.get(options_on(shown))}

    assert "/places" == site.submit(answer, page=shown, action="/answer").location
