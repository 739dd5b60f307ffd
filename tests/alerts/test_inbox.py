"""Working the inbox: many at once, the past of a person and a site, incidents, the filter."""

import pytest

from chalicelib.alerts.model import Listing, Outcome, Status
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import working
from chalicelib.alerts.service.sight import Hand
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people.accounts import service as accounts
from chalicelib.people.accounts.model import Signs
from tests.alerts.senders import Sender, a_source, fortigate, post
from tests.builders import BY, Person, a_person, a_pupil, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site

CSAM = (83, "Child Abuse")


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Asha Patel")


@pytest.fixture
def desk(site: Site, dsl: Person) -> Site:
    """The DSL's browser."""
    return signed_in(site, dsl)


@pytest.fixture
def sender(school: SchoolId) -> Sender:
    return a_source(school, name="Main firewall")


def all_of(school: SchoolId, listing: Listing = Listing.ALL) -> list[alerts.Alert]:
    with within(school):
        return list(alerts.page(school, listing).alerts)


def path_of(school: SchoolId) -> str:
    return f"/s/{school}/alerts/{all_of(school)[0].id}"


def test_many_are_closed_with_one_note(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """4.10: ticked, called false alarms, one note in the history of each; the others are left."""
    for number in range(3):
        post(site, sender, fortigate(f"pupil{number}", after=number))
    wanted = [each.id for each in all_of(school)[:2]]
    desk.get(f"/s/{school}/alerts")
    refused = desk.submit({"do": "false_positive", "alerts": wanted}, action="/alerts", expect=422)
    done = desk.follow(desk.submit({"note": "A chess site"}, page=refused, action="/alerts"))
    desk.get(f"/s/{school}/alerts")
    empty = desk.submit({"do": "take"}, action="/alerts", expect=422)

    assert ["Say why in a sentence"] == refused.problems()
    assert "2 alerts closed" in done.text
    assert ["Choose at least one alert"] == empty.problems()
    assert 1 == len(all_of(school, Listing.WAITING))
    with within(school):
        assert ["A chess site"] * 2 == [alerts.history(school, each)[-1].why for each in wanted]
        assert {Outcome.FALSE_POSITIVE} == {alerts.load(school, w).alert.outcome for w in wanted}


def test_a_storm_is_taken_in_hand_at_once(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """One press for all that is on the page; a second one finds nothing left."""
    post(site, sender, "\n".join(fortigate(f"pupil{n}", after=n) for n in range(5)))
    wanted = [each.id for each in all_of(school)]
    page = desk.get(f"/s/{school}/alerts")
    first = desk.follow(desk.submit({"do": "take", "alerts": wanted}, action="/alerts"))
    second = desk.follow(desk.submit({"do": "take", "alerts": wanted}, page=page, action="/alerts"))

    assert "You have 5 alerts in hand" in first.text
    assert "You have 0 alerts in hand" in second.text
    assert {Status.ACKNOWLEDGED} == {each.status for each in all_of(school)}


def test_the_past_of_a_person_and_of_a_site(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """The same pupil by account and by device is one person; a stranger's alerts are not theirs."""
    pupil = a_pupil(school, given_name="Sam")
    with within(school):
        signs = Signs(accounts=("sam.x",), addresses=("10.20.4.117",))
        accounts.set_signs(school, accounts.of_pupil(school, pupil), signs, by=BY)
    post(site, sender, fortigate("sam.x", host="guns.example", category=(16, "Weapons")))
    post(site, sender, fortigate("", host="bets.example", category=(1, "Drugs"), after=1))
    post(site, sender, fortigate("stranger", after=2))
    post(site, sender, fortigate("sam.x", after=3))

    page = desk.get(path_of(school))

    assert "Sam Example" in page.text
    assert "A pupil, known by their account" in page.text
    of_person, of_site = (_past(page.text, each) for each in ("of this person", "about this site"))
    assert ("Violence and weapons" in of_person, "Drugs" in of_person) == (True, True)
    assert "Pornography" not in of_person
    assert "Pornography" in of_site


def _past(text: str, title: str) -> str:
    return text.partition(title)[2].partition("Other alerts")[0].partition("What happened")[0]


def test_an_alert_joins_an_incident(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """4.11: the second alert of a case is a note in its record, and closed into it."""
    post(site, sender, fortigate())
    desk.get(path_of(school))
    incident = desk.submit(action="/incident").location
    post(site, sender, fortigate("other.pupil", host="second.example", after=60))
    path = path_of(school)

    desk.get(f"{path}/join")
    missing = desk.submit({}, action="/join", expect=422)
    chosen = {"incident": incident.rpartition("/")[2]}
    joined = desk.follow(desk.submit(chosen, page=missing, action="/join"))

    assert "now belongs to the incident" in joined.text
    assert "It became an incident" in joined.text
    record = desk.get(incident).text
    assert "Site: second.example" in record
    assert Outcome.INCIDENT is all_of(school)[0].outcome


def test_a_block_request_and_a_fault_reach_their_registers(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """S273, S284, 4.18: the site is in the request, and each entry knows its alert."""
    post(site, sender, fortigate(host="new.example"))
    path = path_of(school)

    desk.get(f"{path}/filter-request")
    desk.submit({"kind": "block", "why": "Came up in a search"}, action="/filter-request")
    desk.get(f"{path}/fault")
    fault = {"kind": "through", "what": "Nothing is filtered in the hall", "harm": "no"}
    done = desk.follow(desk.submit(fault, action="/fault"))

    assert "Added. Whoever deals with it can see it now." in done.text
    assert path in [each.attributes["href"] for each in done.root.all("a")]
    for register, word in (("unfilter_requests", "new.example"), ("filter_faults", "in the hall")):
        assert word in desk.get(f"/s/{school}/registers/{register}").text


def test_an_illegal_site_is_never_written_into_a_request(
    site: Site, desk: Site, sender: Sender, school: SchoolId
) -> None:
    """Nobody is led to it, not even to have it blocked; a fault can still be reported."""
    post(site, sender, fortigate(category=CSAM, action="blocked"))
    path = path_of(school)

    assert "filter-request" not in desk.get(path).body
    desk.get(f"{path}/filter-request", expect=404)
    desk.get(f"{path}/fault")


# --- staff ----------------------------------------------------------------------------------------


def test_an_alert_about_staff_is_the_heads_and_never_its_subjects(
    site: Site, desk: Site, dsl: Person, sender: Sender, school: SchoolId, clock: FrozenClock
) -> None:
    """4.12, S403 to S405: neither the DSL, whom it is about, nor the pupil team sees that it is."""
    head = a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")
    deputy = signed_in(site, a_person(school, roles=[Role.DEPUTY_DSL]))
    user, _, domain = dsl.email.partition("@")
    post(site, sender, fortigate(f"{user}@{domain}", host="staff.example"))
    path = path_of(school)
    clock.advance(minutes=1)
    site.mailbox.deliver()
    at_head = signed_in(site, head)

    assert [head.email] == [mail.to for mail in site.mailbox.mails]
    assert "About a member of staff" in at_head.get(path).text
    for browser in (desk, deputy):
        browser.get(path, expect=404)
        browser.get(f"{path}/close", expect=404)
        browser.get(f"{path}/raw", expect=404)
        assert "staff.example" not in browser.get(f"/s/{school}/alerts?list=all").text
        assert "Alert " not in browser.get(f"/s/{school}").text.partition("needs you")[2][:200]
    with within(school), pytest.raises(Exception, match="not"):
        working.acknowledge(
            school, all_of(school)[0].id, by=Hand(dsl.id, dsl.name, frozenset({Role.DSL}))
        )


def test_without_a_head_the_next_hears_of_staff_but_never_the_person(
    site: Site, dsl: Person, sender: Sender, school: SchoolId
) -> None:
    """A deputy is no step for staff; with nobody else left, nobody is said to be told."""
    post(site, sender, fortigate(dsl.email))
    site.mailbox.deliver()

    assert [] == site.mailbox.mails
    with within(school):
        names = [each.name for each in alerts.history(school, all_of(school)[0].id)]
    assert "alert.nobody_told" in names


def test_the_filters_own_staff_group_counts_where_the_school_says_so(
    site: Site, dsl: Person, sender: Sender, school: SchoolId
) -> None:
    """S284: filtering separates staff and pupils; the group is the school's own word."""
    from chalicelib.tenancy import settings
    from chalicelib.tenancy.model import Choices, Setting

    head = a_person(school, roles=[Role.HEADTEACHER])
    with within(school):
        settings.change(
            school,
            Choices({Setting.STAFF_GROUPS: ("Pupils",)}),  # what the test's line calls its group
            version=settings.decided(school).version,
            by=BY,
        )
    post(site, sender, fortigate("unknown.account"))
    site.mailbox.deliver()

    assert [head.email] == [mail.to for mail in site.mailbox.mails]


def test_an_alert_about_staff_is_in_no_figures(
    site: Site, dsl: Person, sender: Sender, school: SchoolId
) -> None:
    """1.17: one more than the inbox shows would tell; what is done about it counts for nothing, and
    a recount from the records agrees.
    """
    from chalicelib import clock as clocks
    from chalicelib import figures
    from chalicelib.reports import recounting

    head = a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")
    post(site, sender, fortigate("a.pupil"))
    post(site, sender, fortigate(dsl.email, host="staff.example"))
    [found] = [each for each in all_of(school) if each.about_staff]
    hand = Hand(head.id, head.name, frozenset({Role.HEADTEACHER}))
    with within(school):
        working.acknowledge(school, found.id, by=hand)
        day = clocks.today()
        totals = figures.everything(school, day, day)
        wrong = recounting.everything(school)

    assert 1 == totals["alerts"].n and "alerts_acknowledged" not in totals
    assert [] == wrong


# --- in hand, and left ----------------------------------------------------------------------------


def test_in_hand_and_idle_comes_back(
    site: Site, desk: Site, dsl: Person, sender: Sender, school: SchoolId, clock: FrozenClock
) -> None:
    """4.7: after a day without a note it waits for everybody again; a note begins the day anew."""
    post(site, sender, fortigate())
    path = path_of(school)
    desk.get(path)
    desk.submit(action="/acknowledge")
    clock.advance(hours=20)
    desk.cookies.update(signed_in(site, dsl).cookies)
    desk.get(path)
    kept = desk.follow(desk.submit({"note": "Spoke to the tutor"}, action="/keep"))
    clock.advance(hours=20)
    site.mailbox.deliver()
    still = all_of(school)[0].status
    clock.advance(hours=5)
    site.mailbox.deliver()
    back = all_of(school)[0]

    assert "Spoke to the tutor" in kept.text
    assert (Status.ACKNOWLEDGED, Status.OPEN, 1) == (still, back.status, back.came_back)
    with within(school):
        names = [each.name for each in alerts.history(school, back.id)]
    assert ["alert.acknowledged", "alert.kept", "alert.came_back", "alert.told"] == names[-4:]


def test_an_alert_about_staff_becomes_a_walled_concern(
    site: Site, desk: Site, dsl: Person, sender: Sender, school: SchoolId
) -> None:
    """S403: what the headteacher makes of it is not for the pupil team either."""
    head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    post(site, sender, fortigate(dsl.email, host="staff.example"))
    head.get(path_of(school))
    made = head.submit(action="/incident")

    assert "staff.example" in head.get(made.location).text
    desk.get(made.location, expect=404)
    assert "staff.example" not in desk.get(f"/s/{school}/incidents").text
