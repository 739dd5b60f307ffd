"""Signing in by emailed link or code: once, in ten minutes, in the browser that asked (R13)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.identity import places, session_rows, sign_in
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId
from chalicelib.storage import tenants
from chalicelib.web import Request, Values
from tests.builders import Person, a_person, a_school
from tests.doubles import FrozenClock, Mail
from tests.pages import Answer, Site


@pytest.fixture
def person(site: Site) -> Person:
    return a_person(a_school("Alder Primary"), roles=[Role.HEADTEACHER])


def asked(site: Site, address: str, *, path: str = "/signin") -> Mail:
    """Ask to sign in, and take the mail."""
    site.get(path)
    site.submit({"email": address})
    (mail,) = site.mailbox.deliver()
    return mail


def link_in(mail: Mail) -> str:
    return mail.links()[0].removeprefix("http://localhost:8000")


def code_in(mail: Mail) -> str:
    found = re.search(r"\d{4} \d{4}", mail.text)
    assert found
    return found[0]


def is_in(site: Site) -> bool:
    return site.get("/sessions", expect=None).status == 200


def test_the_link_signs_in_by_a_press_of_a_button(site: Site, person: Person) -> None:
    """In the browser that asked; and leads to the one school they belong to."""
    mail = asked(site, person.email)
    site.get(link_in(mail))
    assert not is_in(site)
    site.get(link_in(mail))
    answer = site.submit(button="Sign in")

    assert "/places" == answer.location
    assert f"/s/{person.place}" == site.get("/places", expect=303).location


def test_the_code_signs_in_too(site: Site, person: Person) -> None:
    """Spaces do not matter."""
    mail = asked(site, person.email)
    site.get("/signin/check")
    site.submit({"code": code_in(mail)})

    assert is_in(site)


def test_the_mail_says_nothing_but_how_to_sign_in(site: Site, person: Person) -> None:
    """R39: no name, no school, no reason."""
    mail = asked(site, person.email)

    assert "Sign in to Holdfast" == mail.subject
    for part in (mail.subject, mail.text, mail.html):
        assert person.name not in part
        assert "Alder" not in part


def test_another_browser_is_only_told_where_to_enter_the_code(site: Site, person: Person) -> None:
    """A forwarded mail, or one opened on a phone, signs nobody in."""
    mail = asked(site, person.email)
    phone = site.another()
    shown = phone.get(link_in(mail))

    assert "Enter the code where you asked" == shown.heading
    assert not phone.cookies.get("__Host-session")
    assert code_in(mail) not in shown.body
    phone.get("/signin")
    token = {"csrf_token": phone.last.root.all("input", name="csrf_token")[0].attributes["value"]}
    phone.post(link_in(mail), token, expect=200)
    phone.post("/signin/check", {**token, "code": code_in(mail)}, expect=200)
    assert not is_in(phone)
    assert "Sign in to Holdfast" == site.get(link_in(mail)).heading


@pytest.mark.parametrize("cookie", ["{person}.guessed", "{person}.", "{other}.{secret}", ""])
def test_the_code_is_of_no_use_to_a_browser_that_did_not_ask(
    site: Site, person: Person, cookie: str
) -> None:
    """Somebody who saw the mail, and knows whom it is about, still lacks the asking."""
    mail = asked(site, person.email)
    secret = site.cookies["__Host-signin"].partition(".")[2]
    thief = site.another()
    thief.get("/signin")
    thief.cookies["__Host-signin"] = cookie.format(person=person.id, other="0" * 16, secret=secret)
    token = thief.last.root.all("input", name="csrf_token")[0].attributes["value"]
    thief.post("/signin/check", {"csrf_token": token, "code": code_in(mail)}, expect=None)
    thief.get(link_in(mail), expect=None)

    assert not is_in(thief)
    assert "__Host-session" not in thief.cookies


def test_the_browser_that_asked_first_cannot_use_the_mail_of_the_second(
    site: Site, person: Person
) -> None:
    """Asking again voids the older asking, cookie and all."""
    asked(site, person.email)
    second = site.another()
    mail = asked(second, person.email)
    site.get("/signin/check")
    site.submit({"code": code_in(mail)}, expect=200)

    assert not is_in(site)


@pytest.mark.parametrize("way", ["link", "code"])
def test_a_sign_in_is_spent_once(site: Site, person: Person, way: str) -> None:
    """Neither the link nor the code works after either was used."""
    mail = asked(site, person.email)
    cookies = dict(site.cookies)
    if way == "link":
        site.get(link_in(mail))
        site.submit(button="Sign in")
    else:
        site.get("/signin/check")
        site.submit({"code": code_in(mail)})
    again = site.another()
    again.cookies = cookies

    assert "Ask for a new email" == again.get(link_in(mail), expect=410).heading
    again.get("/signin/check")
    again.submit({"code": code_in(mail)}, expect=410)
    assert not is_in(again)


def test_asking_again_voids_the_older_mail(site: Site, person: Person) -> None:
    """Only the newest link and code work."""
    old = asked(site, person.email)
    new = asked(site, person.email)

    site.get(link_in(old), expect=410)
    site.get("/signin/check")
    site.submit({"code": code_in(old)}, expect=422)
    site.submit({"code": code_in(new)})
    assert is_in(site)


@pytest.mark.parametrize(("minutes", "status"), [(9.99, 200), (10, 410)])
def test_a_mail_works_for_ten_minutes(
    site: Site, person: Person, clock: FrozenClock, minutes: float, status: int
) -> None:
    """Exactly (ASVS 6.5.5)."""
    mail = asked(site, person.email)
    clock.advance(minutes=minutes)

    assert status == site.get(link_in(mail), expect=None).status


def test_a_mail_that_waited_too_long_is_not_sent(
    site: Site, person: Person, clock: FrozenClock
) -> None:
    """What would no longer work would only confuse."""
    site.get("/signin")
    site.submit({"email": person.email})
    clock.advance(minutes=10)

    assert [] == site.mailbox.deliver()


def test_a_code_can_be_tried_five_times(site: Site, person: Person) -> None:
    """The sixth is refused even when it is right; the link still works."""
    mail = asked(site, person.email)
    wrong = str((int(code_in(mail).replace(" ", "")) + 1) % 10**8).zfill(8)
    site.get("/signin/check")
    told = [site.submit({"code": wrong}, expect=422).problems()[0] for _ in range(4)]
    site.submit({"code": wrong}, expect=410)
    site.get("/signin/check")
    site.submit({"code": code_in(mail)}, expect=410)

    assert told[0].endswith("You can try 4 more times")
    assert told[3].endswith("You can try once more")
    assert not is_in(site)
    site.get(link_in(mail))
    site.submit(button="Sign in")
    assert is_in(site)


def test_an_account_can_be_tried_ten_times_an_hour(
    site: Site, person: Person, clock: FrozenClock
) -> None:
    """However many codes were asked for: five tries each of two, then none of the third."""
    for _ in range(2):
        asked(site, person.email)
        site.get("/signin/check")
        for _ in range(5):
            site.submit({"code": "0000 0000"}, expect=None)
            site.get("/signin/check")
    mail = asked(site, person.email)
    site.get("/signin/check")
    refused = site.submit({"code": code_in(mail)}, expect=429)

    assert int(refused.headers["retry-after"]) <= 3600
    clock.advance(hours=1)
    mail = asked(site, person.email)
    site.get("/signin/check")
    site.submit({"code": code_in(mail)})
    assert is_in(site)


def scanner(site: Site, path: str) -> list[Answer]:
    """What Safe Links and its like do to an address in a mail, with and without cookies."""
    requests = [("HEAD", {}), ("OPTIONS", {})] + [("GET", {})] * 10
    answers = []
    for visitor in (site.another(), site):
        for method, headers in requests:
            answers.append(visitor.request(method, path, headers=headers))
    stranger = site.another()
    for _ in range(3):  # a scanner that keeps cookies and presses what it finds
        shown = stranger.get(path, expect=None)
        for form in shown.forms():
            if form.attributes.get("method") == "post" and form.all("input", name="csrf_token"):
                token = form.all("input", name="csrf_token")[0].attributes["value"]
                target = form.attributes["action"]
                answers.append(stranger.post(target, {"csrf_token": token}, expect=None))
    return answers


def test_scanners_spend_nothing(site: Site, person: Person) -> None:
    """R13: whatever a mail scanner does, no session comes of it and the person still gets in."""
    mail = asked(site, person.email)
    for answer in scanner(site, link_in(mail)):
        assert not any("__Host-session=" in cookie for cookie in answer.cookies)

    site.get(link_in(mail))
    site.submit(button="Sign in")
    assert is_in(site)


def test_signing_in_ends_the_browsers_older_session(site: Site, person: Person) -> None:
    """A new id on sign-in; the old one is of no use to whoever has it (R14)."""
    mail = asked(site, person.email)
    site.get(link_in(mail))
    site.submit(button="Sign in")
    old = site.another()
    old.cookies["__Host-session"] = site.cookies["__Host-session"]
    mail = asked(site, person.email)
    site.get(link_in(mail))
    site.submit(button="Sign in")

    assert is_in(site)
    assert not is_in(old)
    assert old.cookies["__Host-session"] != site.cookies["__Host-session"]


def test_a_cookie_planted_before_is_not_a_session_after(site: Site, person: Person) -> None:
    """Fixation: the session's secret is always new."""
    planted = f"{person.id}.planted"
    site.cookies["__Host-session"] = planted
    mail = asked(site, person.email)
    site.get(link_in(mail))
    site.submit(button="Sign in")

    assert planted != site.cookies["__Host-session"]
    thief = site.another()
    thief.cookies["__Host-session"] = planted
    assert not is_in(thief)


def test_after_signing_in_one_is_back_where_one_was(site: Site, person: Person) -> None:
    """The page that asked for it, and only a page of ours (R18)."""
    answer = site.get("/sessions", expect=303)
    assert "/signin?next=/sessions" == answer.location
    mail = asked(site, person.email, path=answer.location)
    site.get(link_in(mail))

    assert "/sessions" == site.submit(button="Sign in").location


HOSTILE = [
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/%09/evil.example",
    "/%2f%2fevil.example",
    "https://evil.example/sessions",
    "javascript:alert(1)",
    "/sessions@evil.example",
    "/sessions%0d%0aLocation: https://evil.example",
    "/sessions?next=https://evil.example",
    "/sessions#x",
    "/s/../sessions",
    "/signin",
    "/signout",
    "/assets/x",
    "/places/",
    "",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_no_other_place_is_ever_returned_to(site: Site, person: Person, path: str) -> None:
    """R18: a path that is no page of ours leads to one's own place."""
    site.get("/signin")
    site.submit({"email": person.email, "next": path})
    (mail,) = site.mailbox.deliver()
    site.get(link_in(mail))

    assert "/places" == site.submit(button="Sign in").location


def test_a_forged_host_reaches_no_mail(site: Site, person: Person) -> None:
    """Links are built from PUBLIC_URL, never from what a request says (R18)."""
    site.get("/signin")
    token = site.last.root.all("input", name="csrf_token")[0].attributes["value"]
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    site.post("/signin", {"csrf_token": token, "email": person.email, "next": ""}, headers=forged)
    (mail,) = site.mailbox.deliver()

    assert b"evil" not in mail.raw


def test_a_browser_that_kept_no_cookie_is_told_so(site: Site) -> None:
    """Instead of a code that would never work."""
    assert "Start again" == site.get("/signin/check").heading


def request_of(site: Site) -> Request:
    cookies = "; ".join(f"{name}={value}" for name, value in site.cookies.items())
    return Request("POST", "/", "/", {}, Values([]), {"cookie": cookies}, b"", "192.0.2.10")


def test_eight_presses_at_once_make_one_session(site: Site, person: Person) -> None:
    """Once, atomically: seven are told that it is over."""
    mail = asked(site, person.email)
    token = link_in(mail).rpartition("/")[2]

    def press(_: int) -> str:
        try:
            return sign_in.press(token, request_of(site)).cookie
        except sign_in.Refused as refused:
            return refused.why.value

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    assert 7 == answers.count(sign_in.Refusal.OVER.value)
    with tenants({person.id}):
        assert 1 == len(session_rows.sessions(person.id))


def test_a_press_that_comes_between_leaves_the_other_nothing(
    site: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking and spending are one step to everybody else."""
    token = link_in(asked(site, person.email)).rpartition("/")[2]
    real, pressed = places.of, []

    def between(who: PersonId) -> list[places.Place]:
        if not pressed:
            pressed.append(True)
            pressed.append(sign_in.press(token, request_of(site)))
        return real(who)

    monkeypatch.setattr(places, "of", between)
    with pytest.raises(sign_in.Refused):
        sign_in.press(token, request_of(site))

    with tenants({person.id}):
        assert 1 == len(session_rows.sessions(person.id))
