"""Who has access, looked at each term, ended when unused, handed over by who leaves (R19, S281)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import pytest

from chalicelib import clock as clocks
from chalicelib import ids
from chalicelib.alerts.model import Listing, Status
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import working
from chalicelib.alerts.service.sight import Hand
from chalicelib.identity import service as identity
from chalicelib.identity import session_rows
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import morning, reviews
from chalicelib.storage import connection, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import BY, Person, a_person, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site


@pytest.fixture
def school(site: Site) -> SchoolId:
    return a_school("Alder Primary")


@pytest.fixture
def head(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Dina Lead")


def test_a_guest_loses_access_at_the_end_of_their_last_day(
    site: Site, school: SchoolId, head: Person, clock: FrozenClock
) -> None:
    """S281, R5: on the next request after midnight in London, whatever session they have."""
    guest = a_person(school, roles=[Role.STAFF], name="Sue Supply")
    office = signed_in(site, head)
    office.get(f"/s/{school}/people/{guest.id}")
    office.submit(
        {"ends_on-day": "6", "ends_on-month": "10", "ends_on-year": "2026"}, action="/end"
    )
    browser = signed_in(site, guest)
    browser.get(f"/s/{school}")
    clock.advance(hours=13, minutes=50)
    signed_in(site, guest).get(f"/s/{school}")
    clock.advance(minutes=20)
    signed_in(site, guest).get(f"/s/{school}", expect=404)
    with within(school):
        assert guest.id not in {each.person for each in identity.members(school)}


def test_whoever_a_school_needs_has_no_last_day(
    site: Site, school: SchoolId, head: Person, dsl: Person
) -> None:
    """R19: a school that counts on somebody until Friday would be without them on Saturday."""
    office = signed_in(site, head)
    office.get(f"/s/{school}/people/{dsl.id}")
    day = {"ends_on-day": "9", "ends_on-month": "10", "ends_on-year": "2026"}
    refused = office.submit(day, action="/end", expect=422)
    assert ["Give the role of designated safeguarding lead to somebody else first"] == (
        refused.problems()
    )


def test_unused_access_is_told_and_then_ends_but_never_the_last_lead(
    site: Site, school: SchoolId, head: Person, dsl: Person, clock: FrozenClock
) -> None:
    """R19: 76 days, a mail; 90 days, no access; an administrator gives it back."""
    teacher = a_person(school, roles=[Role.STAFF], name="Tia Teacher")
    for each in (head, dsl, teacher):
        signed_in(site, each)
    clock.advance(days=77)
    signed_in(site, head)
    _morning(school)
    mails = [mail.to for mail in site.mailbox.deliver() if "still need" in mail.subject]
    assert {teacher.email, dsl.email} == set(mails)
    _morning(school)
    assert not [mail for mail in site.mailbox.deliver() if "still need" in mail.subject]
    clock.advance(days=14)
    office = signed_in(site, head)
    _morning(school)

    signed_in(site, teacher).get(f"/s/{school}", expect=404)
    signed_in(site, dsl).get(f"/s/{school}")
    with within(school):
        kinds = {task.kind for task in tasks.open_in(school)}
    assert "access.unused" in kinds
    office.get(f"/s/{school}/people/{teacher.id}")
    office.submit(action="/back")
    signed_in(site, teacher).get(f"/s/{school}")


@pytest.mark.parametrize("roles", [(), (Role.STAFF,)])
def test_a_warning_gives_nobody_back_what_was_just_taken(
    site: Site,
    school: SchoolId,
    head: Person,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    roles: tuple[Role, ...],
) -> None:
    """R5, R19: somebody takes a role away while the morning's work is under way."""
    office = a_person(school, roles=[Role.STAFF, Role.OFFICE])
    real = session_rows.last_sign_ins

    def taken_meanwhile(people: Collection[PersonId]) -> Mapping[PersonId, tuple[datetime, str]]:
        identity.set_roles(school, office.id, roles, by=BY)
        return real(people)

    for each in (head, office):
        signed_in(site, each)
    clock.advance(days=77)
    signed_in(site, head)
    with monkeypatch.context() as patched:
        patched.setattr(session_rows, "last_sign_ins", taken_meanwhile)
        _morning(school)

    with within(school):
        held = [each.roles for each in identity.everybody(school) if each.person == office.id]
    assert [frozenset(roles)] * bool(roles) == held


def test_each_term_asks_for_one_review_that_is_kept(
    site: Site, school: SchoolId, head: Person, dsl: Person, clock: FrozenClock
) -> None:
    """Everybody is on it; who is taken away is out on the next request (R5); the list is kept."""
    gone = a_person(school, roles=[Role.STAFF], name="Gon Away")
    theirs = signed_in(site, gone)
    theirs.get(f"/s/{school}")
    _morning(school)
    _morning(school)
    with within(school):
        asked = [task for task in tasks.open_in(school) if task.kind == reviews.KIND]
    assert 1 == len(asked)
    browser = signed_in(site, head)
    shown = browser.get(f"/s/{school}/people/review")
    (lead,) = [link for link in shown.root.all("a") if link.text == "Dina Lead"]
    assert f"/s/{school}/people/{dsl.id}" == lead.attributes["href"]  # where one role is taken
    browser.submit({"take": [gone.id]}, expect=422)
    form = browser.last
    for _ in range(2):  # pressed twice: the same receipt, and one review
        told = browser.submit({"take": [gone.id], "looked": "yes"}, page=form)
        assert told.location.endswith("/people/review?done=1")
    with within(school):
        assert 1 == len(reviews.past(school))
    for _ in range(2):  # looked at again, with nothing changed: another review
        clock.advance(minutes=1)
        browser.get(f"/s/{school}/people/review")
        browser.submit({"looked": "yes"})
    with within(school):
        assert 3 == len(reviews.past(school))

    theirs.get(f"/s/{school}", expect=303)
    kept = browser.get(f"/s/{school}/people/review").text
    assert "Gon Away: Staff, taken away" in kept
    with within(school):
        assert not [task for task in tasks.open_in(school) if task.kind == reviews.KIND]
    _morning(school)
    with within(school):
        assert not [task for task in tasks.open_in(school) if task.kind == reviews.KIND]


def test_a_review_of_a_list_that_has_changed_is_shown_again(
    site: Site, school: SchoolId, head: Person
) -> None:
    """Nobody signs for somebody they have not seen."""
    browser = signed_in(site, head)
    shown = browser.get(f"/s/{school}/people/review")
    a_person(school, roles=[Role.DSL], name="Just Added")
    again = browser.submit({"looked": "yes"}, page=shown, expect=409)
    assert "Just Added" in again.text


def test_a_review_takes_all_it_names_or_nobody_and_hands_over(
    site: Site, school: SchoolId, head: Person, dsl: Person
) -> None:
    """R19: who could go one by one but not together, stays with everybody else who was ticked; an
    alert in hand waits again at once, and tasks come to whoever signs.
    """
    other = a_person(school, roles=[Role.DSL], name="Oda Lead")
    gone = a_person(school, roles=[Role.STAFF], name="Gon Away")
    alert = _in_hand(site, school, other)
    with within(school), transaction() as tx:
        tasks.add(tx, school, _a_task(school, other), by=head.actor)
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/review")
    every = {"take": [gone.id, other.id, dsl.id], "looked": "yes"}
    refused = browser.submit(every, expect=422)
    assert ["Give the role of designated safeguarding lead to somebody else first"] == [
        each.removesuffix(".") for each in refused.problems()
    ]
    with within(school):
        assert {gone.id, other.id, dsl.id} <= {each.person for each in identity.members(school)}
    browser.submit({"take": [gone.id, other.id], "looked": "yes"})
    with within(school):
        assert not {gone.id, other.id} & {each.person for each in identity.members(school)}
        assert Status.OPEN is _status(school, alert)
        task = tasks.find_open(school, "a-task")
    assert task is not None
    assert head.id == task.owner


def test_leaving_that_an_error_stopped_is_finished_by_a_second_press(
    site: Site, school: SchoolId, head: Person, dsl: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6.9: what they had in hand waits again; without the form of this page a person who is not
    here is not found, whether or not they ever were.
    """
    gone = a_person(school, roles=[Role.DSL], name="Gon Away")
    alert = _in_hand(site, school, gone)
    browser = signed_in(site, head)
    form = browser.get(f"/s/{school}/people/{gone.id}/leave")
    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.alerts.service.telling.idle", _stopped)
        browser.submit(page=form, expect=500)
    with within(school):
        assert Status.ACKNOWLEDGED is _status(school, alert)
    for _ in range(2):
        assert browser.submit(page=form).location.endswith("/people?done=left")
    with within(school):
        assert Status.OPEN is _status(school, alert)
    bare = {"csrf_token": form.root.all("input", name="csrf_token")[0].attributes["value"]}
    for person in (gone.id, ids.tenant()):
        browser.post(f"/s/{school}/people/{person}/leave", bare, expect=404)


def _stopped(*_: object) -> None:
    raise RuntimeError


def _in_hand(site: Site, school: SchoolId, person: Person) -> str:
    """An alert that somebody has acknowledged."""
    post(site, a_source(school), fortigate())
    with within(school):
        [alert] = alerts.page(school, Listing.ALL).alerts
        working.acknowledge(school, alert.id, by=Hand(person.id, person.name))
    return alert.id


def _status(school: SchoolId, alert: str) -> Status:
    found = alerts.find(school, alert)
    assert found is not None
    return found.alert.status


def _a_task(school: SchoolId, owner: Person) -> Task:
    return Task(
        id="a-task",
        kind="test",
        title="Order the posters",
        why="They are used up.",
        link=f"/s/{school}",
        about="test/1",
        due_on=clocks.today() + timedelta(days=3),
        owner=owner.id,
    )


def test_a_leavers_tasks_go_to_somebody_named(
    site: Site, school: SchoolId, head: Person, dsl: Person
) -> None:
    """6.9, S299: it is asked for, done, and counts at once."""
    leaver = a_person(school, roles=[Role.OFFICE], name="Lea Ver")
    with within(school), transaction() as tx:
        tasks.add(tx, school, _a_task(school, leaver), by=head.actor)
    theirs = signed_in(site, leaver)
    theirs.get(f"/s/{school}")
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/{leaver.id}/leave")
    refused = browser.submit(expect=422)
    assert ["Choose who takes over what they have open"] == refused.problems()
    assert "(optional)" not in refused.text
    browser.submit({"taker": dsl.id})

    theirs.get(f"/s/{school}", expect=303)
    with within(school):
        found = tasks.find_open(school, "a-task")
    assert found is not None
    assert dsl.id == found.owner


def test_lists_of_people_stay_quick(
    site: Site, school: SchoolId, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of sixty costs as many trips as one of three, the review two more at most."""
    counted: list[str] = []
    monkeypatch.setattr(connection, "meters", [lambda name, _: counted.append(name)])
    browser = signed_in(site, head)

    def trips(path: str) -> int:
        browser.get(path)
        counted.clear()
        browser.get(path)
        return len(counted)

    few = {path: trips(f"/s/{school}/{path}") for path in ("people", "people/review")}
    for _ in range(60):
        a_person(school)
    many = {path: trips(f"/s/{school}/{path}") for path in ("people", "people/review")}
    assert few["people"] == many["people"]
    assert many["people/review"] <= few["people/review"] + 2


def _morning(school: SchoolId) -> None:
    with within(school):
        morning.plan(school)
