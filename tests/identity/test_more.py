"""From a day that a place sets, mail is not enough for its leads; and devices that only report."""

from datetime import date

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.storage import tenants
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from tests.builders import BY, Person, a_person, a_school, a_trust, signed_in
from tests.doubles import FrozenClock
from tests.identity.authenticator import Authenticator, add, confirm, options_on
from tests.identity.test_signing_in import asked, link_in
from tests.incidents.walk import ACCOUNT, WHAT, WHEN, WHO, up_to_check
from tests.pages import Answer, Site

DAY = date(2026, 10, 20)  # two weeks after the tests' own


def decides(trust: str, **values: object) -> None:
    choices = Choices({Setting(name): value for name, value in values.items()})  # type: ignore[misc]
    with tenants({trust}):
        at = settings.of_trust(trust)[1]  # type: ignore[arg-type]
        settings.change_trust(trust, choices, version=at, by=BY)  # type: ignore[arg-type]


def test_leads_are_reminded_until_the_day_and_then_only_set_up(
    site: Site, clock: FrozenClock
) -> None:
    """R12, R13: a trust says it once; making the passkey leads back to what was opened."""
    trust = a_trust()
    school = a_school(trust=trust)
    lead, teacher = a_person(school, roles=[Role.DSL]), a_person(school)
    decides(trust, passkeys_from=DAY)
    for person, way in ((lead, "/signin/soon"), (teacher, "/places")):
        browser = site.another()
        browser.get(link_in(asked(browser, person.email)))
        assert way == browser.submit(button="Sign in").location
    assert "20 October 2026" in _soon(site, lead.email)
    clock.advance(days=14)
    browser = site.another()
    browser.get(link_in(asked(browser, lead.email)))
    browser.submit(button="Sign in")
    refused = browser.get(f"/s/{school}/incidents", expect=303).location
    assert f"/signin/more?next=/s/{school}/incidents" == refused
    assert "Set up a passkey" in browser.get(refused).text
    shown, device = browser.follow(browser.submit(action="/account/passkeys")), Authenticator()
    made = {"credential": device.create(options_on(shown)), "name": "Laptop"}
    answer = browser.submit(made, page=shown, action="/account/passkeys/new")
    assert f"/s/{school}/incidents" == answer.location
    browser.follow(answer)
    site.mailbox.deliver()
    again = site.another()
    again.get(link_in(asked(again, lead.email)))
    again.submit(button="Sign in")
    refused = again.get(f"/s/{school}/incidents", expect=303).location
    assert "Set up a passkey" not in again.get(refused).text
    again.get("/account")
    assert again.submit(action="/account/passkeys").location.startswith("/signin/again")

    assert f"/s/{school}/incidents" == _with_passkey(again, device, refused)
    signed_in(site, teacher).get(f"/s/{school}")


def _soon(site: Site, email: str) -> str:
    browser = site.another()
    browser.get(link_in(asked(browser, email)))
    return browser.follow(browser.submit(button="Sign in")).text


def _with_passkey(browser: Site, device: object, page: str) -> str:
    return confirm(browser, device, page).location  # type: ignore[arg-type]


def test_a_place_may_ask_more_of_everybody(site: Site) -> None:
    """And a role that is given counts on the next request (R5)."""
    trust = a_trust()
    school = a_school(trust=trust)
    teacher = signed_in(site, a_person(school))
    teacher.get(f"/s/{school}")
    decides(trust, email_sign_in=False)

    assert teacher.get(f"/s/{school}", expect=303).location.startswith("/signin/more")


@pytest.mark.parametrize("role", [Role.DSL, Role.STAFF, Role.HEADTEACHER])
def test_on_a_device_for_reporting_one_reports_and_reads_nothing(
    site: Site, role: Role, clock: FrozenClock
) -> None:
    """S71: for this session and the next one there, whatever becomes of the cookie meanwhile."""
    school = a_school()
    person = a_person(school, roles=[role])
    phone = signed_in(site, person)
    phone.get("/account/device")
    phone.submit(button="Use this device for reporting only")
    for path in ("", "/incidents", "/people", "/alerts", "/reports", "/duty", "/settings"):
        answer = phone.get(f"/s/{school}{path}", expect=None)
        assert answer.status in (303, 403), path
        assert answer.status == 403 or "/account/device" == answer.location
    assert "Report an incident" in phone.get("/account/device").text
    without = site.another()
    without.cookies = {"__Host-session": phone.cookies["__Host-session"]}
    assert "/account/device" == without.get(f"/s/{school}", expect=303).location
    phone.get("/account/device")
    phone.submit(action="/signout")
    phone.get(link_in(asked(phone, person.email)))
    phone.submit(button="Sign in")
    assert "/account/device" == phone.get(f"/s/{school}", expect=303).location
    phone.get("/account/device")
    phone.submit(action="/account/device/unmark")
    phone.get(link_in(asked(phone, person.email)))
    phone.submit(button="Sign in")

    phone.get(f"/s/{school}")


def marked(site: Site, person: Person) -> Site:
    phone = signed_in(site, person)
    phone.get("/account/device")
    phone.submit(button="Use this device for reporting only")
    return phone


def test_a_report_is_sent_whole_from_a_device_that_only_reports(site: Site) -> None:
    """S71: page by page to a reference, pressed twice too; what was sent is not read there."""
    school = a_school()
    a_person(school, roles=[Role.DSL])
    person = a_person(school)
    phone = marked(site, person)
    shown = up_to_check(phone, school)
    first = phone.submit(page=shown, button="Send report")
    received = phone.follow(first)
    assert "Report received" in received.text
    assert "Alex" not in received.text and "Who was told" not in received.text
    assert first.location == phone.submit(page=shown, button="Send report").location
    record = first.location.split("/")[-2]
    receipt = f"/s/{school}/my-reports/{record}"
    assert "/account/device" == phone.get(receipt, expect=303).location
    elsewhere = signed_in(site, person).get(receipt)

    (panel,) = elsewhere.root.all("div", class_="govuk-panel__body")
    assert panel.text in received.text


def test_what_was_begun_before_is_kept_and_not_read_on_such_a_device(
    site: Site, clock: FrozenClock
) -> None:
    """S71, R14: a later session's pages are added unseen; the school's own device has them all."""
    school = a_school()
    person = a_person(school)
    desk, phone = signed_in(site, person), marked(site, person)
    new = f"/s/{school}/incidents/new"
    at_desk = _begun(desk, new)
    assert "/what" in phone.get(new, expect=303).location
    kept = phone.get(at_desk.path)
    assert "Your unfinished report is kept" == kept.heading and "Alex" not in kept.body
    begun = _begun(phone, new)
    assert "Carry on" in phone.get(new).text
    clock.advance(minutes=31)
    away = phone.submit(ACCOUNT, page=begun).location
    phone.get(link_in(asked(phone, person.email, path=away)))
    onward = phone.follow(phone.submit(button="Sign in"))
    form = next(each for each in onward.forms() if "unfinished" in each.attributes["action"])
    held = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}
    token = phone.get("/account").root.all("input", name="csrf_token")[0].attributes["value"]
    answer = phone.post(begun.path, {**held, "csrf_token": token})
    shown = phone.follow(answer)
    assert "Your unfinished report is kept" == shown.heading
    phone.post(f"{begun.path.rpartition('/')[0]}/discard", {"csrf_token": token})
    assert "/what" in phone.get(new, expect=303).location
    desk = signed_in(site, person)
    desk.get(f"/s/{school}/my-reports")

    assert "Unkind messages about Alex" in desk.get(begun.path).body


def _begun(browser: Site, new: str) -> Answer:
    """A report as far as its last but one page, which is shown."""
    shown = browser.get(new, expect=None)
    shown = shown if shown.status == 200 else browser.follow(shown)
    for fields in (WHAT, WHEN, {"about_staff": "no", **WHO}):
        shown = browser.follow(browser.submit(fields, page=shown))
    return shown


def test_taking_the_mark_away_takes_a_fresh_sign_in(site: Site, clock: FrozenClock) -> None:
    """Whoever finds the phone reads nothing on it."""
    person = a_person(a_school(), roles=[Role.DSL])
    add(signed_in(site, person))
    phone = signed_in(site, person)
    phone.get("/account/device")
    phone.submit(button="Use this device for reporting only")
    clock.advance(minutes=16)
    phone.get("/account/device")

    answer = phone.submit(action="/account/device/unmark")
    assert answer.location.startswith("/signin/again")
    assert "/account/device" == phone.get(f"/s/{person.place}", expect=303).location
