"""Registers taken away: as a spreadsheet, and as dates in somebody's own calendar."""

from chalicelib.documents import service as documents
from chalicelib.documents.model import Form
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.registers import service as registers
from chalicelib.registers import sheets
from chalicelib.registers.service import definitions
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import tenants, transaction
from tests.builders import Person, a_person, a_school, signed_in
from tests.doubles import FrozenClock
from tests.pages import Site


def an_entry(school: SchoolId, **other: str) -> str:
    values = {"kind": "block", "site": "=rude.example", "category": "games", "why": "Rude, and so"}
    with tenants({school}), transaction() as tx:
        return registers.add(
            tx, school, register="unfilter_requests", values={**values, **other}, by="system:test"
        )


def hand(person: Person) -> Hand:
    return Hand(SchoolId(str(person.place)), person.id, person.name, person.roles)


def test_a_spreadsheet_holds_what_its_asker_may_see(store: str, clock: FrozenClock) -> None:
    """Real dates, formulas defused, answers that only some may read left out (R42, R-PHONE)."""
    school = a_school()
    head = a_person(school, roles=[Role.HEADTEACHER])
    technician = a_person(school, roles=[Role.TECHNICIAN])
    an_entry(school)
    with tenants({school}):
        definition = definitions.of(school).get("unfilter_requests")
        job = sheets.ask(hand(head), definition, back="/")
        found = documents.find(school, job, person=head.id)
        csv, xlsx = sheets.make(found, lambda *_: None)
        protected = definitions.of(school).get("phone_exceptions")
        [reason, *_] = [field for field in protected.fields if field.read]
        assert not hand(technician).holds(reason.read)

    assert (Form.CSV, Form.XLSX) == (csv.form, xlsx.form)
    assert b'"\'=rude.example"' in csv.body
    assert b'"Rude, and so"' in csv.body
    assert xlsx.body.startswith(b"PK")


def test_only_who_may_list_takes_it_away(site: Site) -> None:
    """A teacher who may add sees no file; a head is asked who they are when they have not just
    signed in (R16).
    """
    school = a_school()
    teacher = signed_in(site, a_person(school))
    teacher.get(f"/s/{school}/registers/unfilter_requests/download", expect=403)
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    page = head.get(f"/s/{school}/registers/unfilter_requests/download")
    asked = head.submit(page=page, action="/download")

    assert f"/s/{school}/documents/" in asked.location


def test_a_calendar_shows_what_its_owner_has_to_do(site: Site) -> None:
    """By a secret address: titles and days, no answers; a new address ends the old, leaving ends
    both.
    """
    school = a_school("St, Mary; School")
    a_person(school, roles=[Role.HEADTEACHER, Role.DSL])
    leader = a_person(school, roles=[Role.SENIOR_LEADER])
    an_entry(school)
    browser = signed_in(site, leader)
    home = f"/s/{school}/registers/dates"
    page = browser.submit(page=browser.get(home), action=home, expect=200)
    first = _path(page.text)
    feed = site.another().get(first)

    assert "text/calendar; charset=utf-8" == feed.headers["content-type"]
    assert "SUMMARY:Decide a request to unblock or block a website" in _unfolded(feed.body)
    assert "DTSTART;VALUE=DATE:20261009" in feed.body
    assert "St\\, Mary\\; School" in feed.body
    assert "rude" not in feed.body
    assert max(len(line.encode()) for line in feed.body.split("\r\n")) <= 75
    second = _path(browser.submit(page=browser.get(home), action=home, expect=200).text)
    site.another().get(first, expect=404)
    site.another().get(second)
    with tenants({school, leader.id}):
        identity.leave(school, leader.id, by="system:test")
    site.another().get(second, expect=404)


def _path(text: str) -> str:
    [found] = [word for word in text.split() if "/calendar/" in word]
    return "/calendar/" + found.rpartition("/calendar/")[2]


def _unfolded(body: str) -> str:
    return body.replace("\r\n ", "")
