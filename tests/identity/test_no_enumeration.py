"""An address tells nobody whether anybody reads it (R17)."""

import re
import statistics
import time

import pytest

from chalicelib.ids import is_tenant
from tests.builders import a_person, a_school
from tests.doubles import FrozenClock
from tests.identity.test_signing_in import asked, code_in
from tests.pages import Answer, Site

ROUNDS = 8


def masked(answer: Answer) -> str:
    body = re.sub(r'nonce="[^"]+"', "", answer.body)
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", body)


def walk(site: Site, address: str) -> list[tuple[int, str, str]]:
    """Everything somebody sees who asks and then guesses, each as status, place and page."""
    browser = site.another()
    browser.get("/signin")
    seen = []
    for _ in range(2):
        browser.get("/signin")
        answers = [browser.submit({"email": address}), browser.get("/signin/check")]
        for _ in range(6):
            answers.append(browser.submit({"code": "1234 5678"}, expect=None))
            browser.get("/signin/check")
        seen += answers
    for _ in range(3):
        browser.get("/signin")
        seen.append(browser.submit({"email": address}, expect=None))
    return [(each.status, each.location, masked(each)) for each in seen]


def test_a_known_and_an_unknown_address_are_walked_alike(site: Site) -> None:
    """Status, place and page of every step, wrong codes and refusals included."""
    known = a_person(a_school()).email

    for one, other in zip(walk(site, known), walk(site, "nobody.here@example.sch.uk"), strict=True):
        assert one == other


def test_the_cookie_of_an_unknown_address_looks_like_any_other(site: Site) -> None:
    """The same shape, and the same beginning each time one asks."""
    known = a_person(a_school()).email
    starts: dict[str, set[str]] = {}
    for address in (known, "nobody.else@example.sch.uk"):
        for _ in range(2):
            browser = site.another()
            browser.get("/signin")
            browser.submit({"email": address})
            start, _, secret = browser.cookies["__Host-signin"].partition(".")
            assert is_tenant(start)
            assert 43 == len(secret)
            starts.setdefault(address, set()).add(start)

    assert [1, 1] == [len(each) for each in starts.values()]


def test_nobody_is_written_to_at_an_unknown_address(site: Site) -> None:
    """Not even that they are unknown."""
    site.get("/signin")
    site.submit({"email": "nobody.at.all@example.sch.uk"})

    assert [] == site.mailbox.deliver()


def test_a_look_alike_address_brings_no_mail_to_anybody_else(site: Site) -> None:
    """Mail goes to the address on record, never to what was typed."""
    a_person(a_school(), email="mike@example.sch.uk")
    for look_alike in ("mıke@example.sch.uk", "mike@exаmple.sch.uk"):  # noqa: RUF001
        site.get("/signin")
        site.submit({"email": look_alike}, expect=None)
    mails = site.mailbox.deliver()
    (upper,) = [asked(site, "MIKE@EXAMPLE.sch.uk")]

    assert [] == mails
    assert "mike@example.sch.uk" == upper.to


def test_one_address_gets_at_most_three_mails_an_hour(site: Site, clock: FrozenClock) -> None:
    """However often somebody asks in its name; the fourth is refused, and says until when."""
    address = a_person(a_school()).email
    answers = []
    for _ in range(20):
        site.get("/signin")
        answers.append(site.submit({"email": address}, expect=None))
    refused = [each for each in answers if each.status == 429]

    assert 17 == len(refused)
    assert all(0 < int(each.headers["retry-after"]) <= 3600 for each in refused)
    assert 3 == len(site.mailbox.deliver())


def test_one_source_cannot_ask_for_everybody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A school behind one address has room; a flood has not."""
    monkeypatch.setattr("chalicelib.identity.sign_in.ASKS_AN_HOUR_FROM_ONE_SOURCE", 5)
    site.source_ip = "192.0.2.77"
    statuses = []
    for number in range(7):
        site.get("/signin")
        asked_for = {"email": f"guess{number}@example.sch.uk"}
        statuses.append(site.submit(asked_for, expect=None).status)

    assert [303] * 5 + [429] * 2 == statuses


def test_both_are_answered_after_the_same_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Welch's t of the two sets of times stays under 3."""
    monkeypatch.setattr("chalicelib.identity.sign_in.ANSWER_AFTER", 0.4)
    monkeypatch.setattr("chalicelib.identity.sign_in.MAILS_AN_HOUR", 10_000)
    monkeypatch.setattr("chalicelib.identity.sign_in.ASKS_AN_HOUR_FROM_ONE_SOURCE", 10_000)
    known = a_person(a_school()).email
    times: dict[str, list[float]] = {known: [], "nobody.again@example.sch.uk": []}
    for _ in range(ROUNDS):
        for address, taken in times.items():
            site.get("/signin")
            started = time.perf_counter()
            site.submit({"email": address})
            taken.append(time.perf_counter() - started)

    one, other = times.values()
    spread = (statistics.variance(one) + statistics.variance(other)) / ROUNDS
    assert abs(statistics.mean(one) - statistics.mean(other)) / spread**0.5 < 3
    assert min(*one, *other) >= 0.4


def test_a_million_guesses_come_to_nothing() -> None:
    """Ten tries an hour of eight digits: the chance of a hit in a year is under one in 1,000,
    and of a million guesses, which would take eleven years, under one in 100.
    """
    from chalicelib.identity import sign_in

    a_try = 1 / 10**sign_in.DIGITS

    assert sign_in.TRIES_AN_HOUR * a_try * 24 * 365 < 1 / 1000
    assert 1_000_000 * a_try <= 1 / 100
    assert sign_in.TRIES_A_CODE * a_try < 1 / 10_000


def test_even_the_right_code_lets_nobody_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lucky guess at an address of nobody ends like a sign-in that is over."""
    monkeypatch.setattr("chalicelib.identity.codes.secrets.randbelow", lambda _: 1234)
    site.get("/signin")
    site.submit({"email": "nobody.lucky@example.sch.uk"})
    site.get("/signin/check")
    site.submit({"code": "0000 1234"}, expect=410)

    assert "__Host-session" not in site.cookies


def test_codes_have_eight_digits_whatever_they_start_with(site: Site) -> None:
    """Zeros in front are kept."""
    address = a_person(a_school()).email

    assert re.fullmatch(r"\d{4} \d{4}", code_in(asked(site, address)))
