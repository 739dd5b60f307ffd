"""Sessions: ended by stored times, by their owner, or by leaving; nothing typed is lost (R14)."""

import pytest

from chalicelib import audit, ids
from chalicelib.identity import dormant, session_rows, sessions
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.storage import tenants, transaction
from chalicelib.storage.connection import call
from chalicelib.storage.rows import table
from tests.builders import Person, a_person, a_school, a_trust, an_invitation, signed_in
from tests.doubles import FrozenClock
from tests.identity.test_signing_in import asked, is_in, link_in
from tests.pages import Site


@pytest.fixture
def person(site: Site) -> Person:
    return a_person(a_school(), roles=[Role.HEADTEACHER])


@pytest.mark.parametrize(("minutes", "seconds", "live"), [(29, 59, True), (30, 0, False)])
def test_half_an_hour_without_use_ends_a_session(
    site: Site, person: Person, clock: FrozenClock, minutes: int, seconds: int, live: bool
) -> None:
    """29:59 is in time, 30:00 is not."""
    browser = signed_in(site, person)
    clock.advance(minutes=minutes, seconds=seconds)

    assert live == is_in(browser)


@pytest.mark.parametrize(("seconds", "live"), [(-1, True), (0, False)])
def test_twelve_hours_end_a_session_however_busy(
    site: Site, person: Person, clock: FrozenClock, seconds: int, live: bool
) -> None:
    """11:59:59 is in time, 12:00:00 is not."""
    browser = signed_in(site, person)
    for _ in range(35):
        clock.advance(minutes=20)
        assert is_in(browser)
    clock.advance(minutes=20, seconds=seconds)

    assert live == is_in(browser)


def test_use_is_noted_once_a_minute(
    site: Site, person: Person, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page costs one read; only the first of a minute a write as well."""
    operations: list[str] = []
    monkeypatch.setattr(
        "chalicelib.storage.connection.meters", [lambda name, _: operations.append(name)]
    )
    browser = signed_in(site, person)
    operations.clear()
    browser.get(f"/s/{person.place}/duty/away")
    clock.advance(seconds=59)
    browser.get(f"/s/{person.place}/duty/away")
    assert ["BatchGetItem"] * 2 == operations
    clock.advance(seconds=1)
    operations.clear()
    browser.get(f"/s/{person.place}/duty/away")

    assert ["BatchGetItem", "TransactWriteItems"] == operations


def test_a_session_ended_while_it_is_used_stays_ended(
    site: Site, person: Person, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noting its use must not bring its row back."""
    browser = signed_in(site, person)
    clock.advance(minutes=2)
    real = session_rows.note_use

    def ended_just_before(*given: object, **more: object) -> None:
        with tenants({person.id}), transaction() as tx:
            session_rows.drop_session(tx, person.id, ids.digest(_secret(browser)))
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(session_rows, "note_use", ended_just_before)

    assert not is_in(browser)
    with tenants({person.id}):
        assert [] == session_rows.sessions(person.id)


def test_signing_out_ends_the_session_on_the_server(site: Site, person: Person) -> None:
    """A copy of the cookie is of no use, and the browser is told to forget everything."""
    browser = signed_in(site, person)
    copy = site.another()
    copy.cookies = dict(browser.cookies)
    browser.get("/sessions")
    answer = browser.submit(action="/signout")

    assert '"cookies", "storage"' == answer.headers["clear-site-data"]
    assert {} == browser.cookies
    assert not is_in(copy)
    assert "You are signed out" == browser.follow(answer).heading


def test_signing_out_after_the_end_still_works(
    site: Site, person: Person, clock: FrozenClock
) -> None:
    """The button never leads to an error."""
    browser = signed_in(site, person)
    browser.get("/sessions")
    clock.advance(hours=1)

    assert "/signin/ended" == browser.submit(action="/signout").location


def test_one_sees_and_ends_ones_other_sessions(site: Site, person: Person) -> None:
    """And only one's own."""
    here, there, third = (signed_in(site, person) for _ in range(3))
    shown = here.get("/sessions")
    rows = shown.root.all("tbody")[0].all("tr")
    assert 3 == len(rows)
    assert 1 == sum("This one" in row.text for row in rows)
    here.submit(action=f"/sessions/{ids.digest(_secret(there))}/end")
    assert not is_in(there)
    assert is_in(third)
    here.get("/sessions")
    here.submit(button="End all others")

    assert not is_in(third)
    assert is_in(here)


def test_whoever_gives_roles_ends_a_colleagues_sessions(site: Site, person: Person) -> None:
    """All of them, at once; nobody of another school, and nobody with fewer roles (R14)."""
    teacher = a_person(person.place, roles=[Role.STAFF])
    lost = [signed_in(site, teacher) for _ in range(2)]
    path = f"/s/{person.place}/people/{teacher.id}/signing-in"
    lost[0].get(path, expect=403)
    elsewhere = a_person(a_school(), roles=[Role.HEADTEACHER])
    there = f"/s/{elsewhere.place}/people/{teacher.id}/signing-in"
    signed_in(site, elsewhere).get(there, expect=404)
    head = signed_in(site, person)
    assert "2 devices" in head.get(path).text
    head.submit(button="Sign them out everywhere")

    assert not is_in(lost[0]) and not is_in(lost[1])
    assert is_in(head)
    with tenants({person.place}):
        told = [each.action for each in audit.lines(person.place).items]
    assert 1 == told.count("sessions.ended")


def test_a_trusts_administrator_ends_a_colleagues_sessions(site: Site) -> None:
    """From the page about them, where somebody who was invited has no such link (R14)."""
    trust = a_trust()
    administrator = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    viewer = a_person(trust, roles=[Role.TRUST_VIEWER])
    stranger = a_person(a_school())
    an_invitation(trust, roles=[Role.TRUST_VIEWER], email=stranger.email)
    theirs = signed_in(site, viewer)
    way = f"/t/{trust}/people/{viewer.id}/signing-in"
    assert f'href="{way}"' in administrator.get(f"/t/{trust}/people/{viewer.id}").body
    administrator.get(way)
    administrator.submit(button="Sign them out everywhere")
    unknown = administrator.get(f"/t/{trust}/people/{stranger.id}")

    assert "signing-in" not in unknown.body
    administrator.get(f"/t/{trust}/people/{stranger.id}/signing-in", expect=404)
    assert not is_in(theirs)


def test_how_an_invited_stranger_signs_in_is_nobodys_business(site: Site, person: Person) -> None:
    """A school that knows an address sees and ends nothing until they accept (R4, R14)."""
    stranger = a_person(a_school(), roles=[Role.DSL])
    theirs = signed_in(site, stranger)
    an_invitation(person.place, email=stranger.email)
    head = signed_in(site, person)
    shown = head.get(f"/s/{person.place}/people/{stranger.id}")
    token = shown.root.all("input", name="csrf_token")[0].attributes["value"]
    path = f"/s/{person.place}/people/{stranger.id}/signing-in"
    listed = head.get(f"/s/{person.place}/people/review").root.all("tr")
    (row,) = [row.text for row in listed if row.all("input", id=f"take-{stranger.id}")]
    assert 2 == row.count("No access now")
    head.get(path, expect=404)
    head.post(path, {"csrf_token": token, "sure": "yes"}, expect=404)
    with tenants({person.place}):
        (invited,) = [each for each in identity.everybody(person.place) if each.is_invited]
    used = dormant.last_use([invited])

    assert path not in shown.body
    assert is_in(theirs)
    assert "" == used[stranger.id].how and invited.since == used[stranger.id].at


def test_nobody_ends_somebody_elses_session(site: Site, person: Person) -> None:
    """It is NotFound, as one that never was."""
    other = signed_in(site, a_person(a_school()))
    mine = signed_in(site, person)
    shown = other.get("/sessions")
    token = shown.root.all("input", name="csrf_token")[0].attributes["value"]
    path = f"/sessions/{ids.digest(_secret(mine))}/end"
    other.post(path, {"csrf_token": token}, expect=404)

    assert is_in(mine)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", ".", "a.b", "{person}", "{person}.", "{person}.x", "{other}.{secret}", "{digest}"],
)
def test_what_is_not_a_session_is_none(site: Site, person: Person, cookie: str) -> None:
    """Halves, another person's id, or the digest that the table holds."""
    browser = signed_in(site, person)
    secret = _secret(browser)
    browser.cookies["__Host-session"] = cookie.format(
        person=person.id, other="0" * 16, secret=secret, digest=f"{person.id}.{ids.digest(secret)}"
    )

    assert not is_in(browser)


def test_the_tables_hold_no_usable_cookie_link_or_code(site: Site, person: Person) -> None:
    """Secrets are digests; the mail waiting to go is sealed."""
    site.get("/signin")
    site.submit({"email": person.email})
    browser = signed_in(site, person)
    with tenants({person.id}):
        rows = [_partition(short, person.id) for short in ("ephemera", "outbox", "directory")]
    dump = str(rows)
    (mail,) = site.mailbox.deliver()

    assert _secret(browser) not in dump
    assert site.cookies["__Host-signin"].partition(".")[2] not in dump
    assert link_in(mail).rpartition(".")[2] not in dump
    assert person.email not in dump


def test_a_form_sent_after_the_end_is_given_back_whole(
    site: Site, person: Person, clock: FrozenClock
) -> None:
    """After signing in again it goes on as if nothing had happened: every field of it."""
    browser = signed_in(site, person)
    browser.get(f"/s/{person.place}/duty/away")
    clock.advance(minutes=31)
    typed = {"last_on-day": "40", "last_on-month": "October", "last_on-year": "2026"}
    answer = browser.submit(typed, action="/duty/away")
    assert answer.location.startswith("/signin?next=/signin/unfinished/")
    mail = asked(browser, person.email, path=answer.location)
    browser.get(link_in(mail))
    kept = browser.follow(browser.submit(button="Sign in"))
    assert "Your answers are safe" == kept.heading
    sent = {each.attributes["name"]: each.attributes["value"] for each in _hidden(kept)}
    onward = browser.submit(button="Continue", expect=307)
    shown = browser.post(onward.location, sent, expect=422)

    assert f"/s/{person.place}/duty/away" == onward.location
    for name, value in typed.items():
        assert value == shown.root.all("input", name=name)[0].attributes["value"]
    browser.get(kept.path, expect=303)


def test_a_kept_form_is_for_its_owner_only(site: Site, person: Person, clock: FrozenClock) -> None:
    """Whoever signs in next on a shared computer sees nothing of it."""
    browser = signed_in(site, person)
    browser.get(f"/s/{person.place}/duty/away")
    clock.advance(minutes=31)
    answer = browser.submit({"last_on-day": "1"}, action="/duty/away")
    kept = answer.location.partition("next=")[2]

    assert "/places" == signed_in(site, a_person(a_school())).get(kept, expect=303).location


def test_nothing_is_kept_for_a_session_that_never_was(site: Site, person: Person) -> None:
    """A made-up cookie writes nothing into anybody's partition."""
    forger = site.another()
    forger.cookies["__Host-session"] = f"{person.id}.made-up"
    fields = {"csrf_token": ids.digest(f"csrf|{person.id}.made-up"), "last_on-day": "1"}
    answer = forger.post(f"/s/{person.place}/duty/away", fields)

    assert f"/signin?next=/s/{person.place}/duty/away" == answer.location
    with tenants({person.id}):
        assert "draft#" not in str(_partition("ephemera", person.id))


def test_a_device_is_told_in_words() -> None:
    """For its owner to know it by."""
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"

    assert "Edge on Windows" == _device(edge)
    assert "Safari on iPhone" == _device(phone)
    assert "A browser" == _device("<script>")


def _device(agent: str) -> str:
    from chalicelib.web import Request, Values

    request = Request("GET", "/", "/", {}, Values([]), {"user-agent": agent}, b"", "")
    return sessions.device_of(request)


def _secret(browser: Site) -> str:
    return browser.cookies["__Host-session"].partition(".")[2]


def _hidden(answer: object) -> list[object]:
    form = next(f for f in answer.forms() if "Continue" in f.text)  # type: ignore[attr-defined]
    return form.all("input", type="hidden")


def _partition(short: str, tenant: str) -> list[object]:
    answer = call(
        "Query",
        {
            "TableName": table(short),
            "KeyConditionExpression": "tenant = :tenant",
            "ExpressionAttributeValues": {":tenant": {"S": tenant}},
        },
    )
    return list(answer["Items"])
