"""What the registers were made for, as people do it on their pages (issue: done when).

A request from an alert is decided; the year's filtering review goes from its trigger to its report;
a runner of a social account leaves; a subject access request runs over a half term. The class's
phones are in `test_phones.py`, a trust's own register in `test_changing.py`.
"""

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.incidents.service import drafting
from chalicelib.registers import service as registers
from chalicelib.registers.repository import entries
from chalicelib.registers.service import morning
from chalicelib.storage import tenants, transaction
from tests.alerts.senders import a_source, fortigate, post
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.registers.desk import Place


@pytest.fixture
def place(site: Site) -> Place:
    return Place(site)


def test_a_request_from_an_alert_gets_a_decision(place: Place) -> None:
    """Asked where the alert is, decided by a senior leader with reasons, told to whoever asked,
    carried out by the technician (S273, S283, R-DFE 4).
    """
    dsl, leader = place.desk(Role.DSL), place.desk(Role.SENIOR_LEADER)
    post(place.site, a_source(place.id), fortigate(host="castles.example"))
    inbox = dsl.browser.get(f"/s/{place.id}/alerts")
    alert = next(
        a.attributes["href"] for a in inbox.root.all("a") if "/alerts/01" in a.attributes["href"]
    )
    dsl.browser.get(f"{alert}/filter-request")
    request = {"kind": "unblock", "why": "Year 4 build a castle", "risk": "Its chat is off"}
    dsl.browser.submit(request, action="/filter-request")
    assert "Decide a request to unblock or block a website" in place.tasks(leader)

    listed = leader.browser.get(f"/s/{place.id}/registers/unfilter_requests")
    entry = next(
        a.attributes["href"].rpartition("/")[2]
        for a in listed.root.all("a")
        if "castles.example" in a.text
    )
    shown = leader.take(
        "unfilter_requests", entry, "decide", outcome="approved", why="Worth it for history"
    )
    assert "Approved" in shown.text and "Worth it for history" in shown.text
    told = [m.subject for m in place.site.mailbox.deliver() if m.to == dsl.person.email]
    assert any("Unfilter and block requests" in subject for subject in told)
    done = place.desk(Role.TECHNICIAN).take("unfilter_requests", entry, "carry_out")

    assert "Done" in done.text


def test_the_years_filtering_review_goes_from_its_trigger_to_its_report(
    place: Place, clock: FrozenClock
) -> None:
    """A new AI service is approved and calls for it; it is held with the four who must be there,
    concluded, and reported; the year's duty is then met (S93, S240, R-DFE 3 to 5, R-UKSIC 2).
    """
    teacher, leader = place.desk(Role.STAFF), place.desk(Role.SENIOR_LEADER)
    service = teacher.add("online_services", name="Story Maker", ai="yes")
    place.desk(Role.COMPUTING_MANAGER).take("online_services", service, "check", terms="yes")
    leader.take("online_services", service, "decide", outcome="approved")
    dsl, online = place.desk(Role.DSL), place.desk(Role.ONLINE_SAFETY_LEAD)
    assert "Hold a review of filtering and monitoring" in place.tasks(dsl)
    listed = online.browser.get(f"/s/{place.id}/registers/filtering_reviews")
    review = next(
        a.attributes["href"].rpartition("/")[2]
        for a in listed.root.all("a")
        if "Story Maker" in a.text
    )

    clock.advance(minutes=5)
    online.take("filtering_reviews", review, "hold", roles=["slt", "dsl", "it"], no_switch="yes")
    with tenants({place.id}):
        morning.plan(place.id)
    without = leader.browser.get(f"/s/{place.id}/registers/filtering_reviews/{review}/conclude")
    typed = leader.typed("filtering_reviews", "conclude", {}, {}) | {"why": "It works"}
    refused = leader.browser.submit(typed, page=without, action="/conclude", expect=422)
    assert any("A governor must be represented" in each for each in refused.problems())
    online.browser.get(f"/s/{place.id}/registers/filtering_reviews/{review}/correct")
    online.browser.submit(
        {"q_roles": ["slt", "dsl", "it", "governor"], "why": "The governor was there too"},
        action="/correct",
    )
    leader.take("filtering_reviews", review, "conclude", why="It works, with two things to do")
    shown = online.take("filtering_reviews", review, "report")

    assert "Reported to governors" in shown.text
    with tenants({place.id}):
        morning.plan(place.id)
    assert "Review filtering and monitoring this school year" not in place.tasks(dsl)


def test_when_a_runner_leaves_their_account_is_handed_over(place: Place) -> None:
    """Two run it, read the policy and were trained, else it is not approved; one leaves, and the
    next morning somebody must hand it over or close it (S299, S300).
    """
    first, second = place.desk(Role.STAFF), place.desk(Role.STAFF, 1)
    runners = [{"id": d.person.id, "name": d.person.name} for d in (first, second)]
    account = first.add("social_accounts", name="Our school online", runners=runners)
    head, leader = place.desk(Role.HEADTEACHER), place.desk(Role.SENIOR_LEADER)
    leader.browser.get(f"/s/{place.id}/registers/social_accounts/{account}/decide")
    sure = {"q_read_policy": "yes", "q_trained": "yes", "outcome": "approved", "why": "Good plan"}
    refused = leader.browser.submit(sure, action="/decide", expect=422)
    assert any("needs an entry under Training" in each for each in refused.problems())
    for runner, at in zip(runners, (first, second), strict=True):
        at.add("training", person=runner, topic="social_media")
    leader.take("social_accounts", account, "decide", outcome="approved")
    first.take("social_accounts", account, "open")

    head.browser.get(f"/s/{place.id}/people/{second.person.id}/leave")
    head.browser.submit({"taker": "nobody"}, action="/leave")
    with tenants({place.id}):
        morning.plan(place.id)
    assert "Hand over or close a social media account" in place.tasks(leader)
    third = head.person
    now = [runners[0], {"id": third.id, "name": third.name}]
    leader.take("social_accounts", account, "hand_over", runners=now)

    assert "Hand over or close a social media account" not in place.tasks(leader)


def test_a_subject_access_request_runs_over_a_half_term(place: Place, clock: FrozenClock) -> None:
    """One calendar month, holidays or not; the days spent waiting for proof of identity do not
    count; two more months where it is complex, with the reason (R-DP 1, R-DP 2).
    """
    clock.advance(days=14)  # 20 October; half term is the week after
    office, lead = place.desk(Role.OFFICE), place.desk(Role.DATA_PROTECTION_LEAD)
    entry = office.add(
        "subject_access",
        from_whom="A parent",
        received_on="2026-10-20",
        foi="own",
        relation="parent",
    )
    assert {"answer": "20 November"} == place.due("subject_access", entry)
    assert any(title.startswith("Answer a request") for title in place.tasks(lead))

    clock.advance(minutes=10)
    lead.take("subject_access", entry, "stop", asked_what="identity")
    assert "answer" not in place.due("subject_access", entry)
    clock.advance(days=3)
    lead = place.desk(Role.DATA_PROTECTION_LEAD)
    lead.take("subject_access", entry, "go_on")
    assert {"answer": "23 November"} == place.due("subject_access", entry)
    lead.take("subject_access", entry, "extend", until="2027-01-19", why="Eight years of records")
    assert {"answer": "19 January"} == place.due("subject_access", entry)
    shown = lead.take("subject_access", entry, "answer", left_out="Names of other children")

    assert "Answered" in shown.text
    assert not any(title.startswith("Answer a request") for title in place.tasks(lead))


def test_seventy_two_hours_run_through_a_week_end(place: Place, clock: FrozenClock) -> None:
    """From when it was noticed, to the hour; the lead is told at once (S249)."""
    clock.advance(days=3, hours=6)  # Friday 9 October, 4pm
    teacher, lead = place.desk(Role.STAFF), place.desk(Role.DATA_PROTECTION_LEAD)
    entry = teacher.add("data_breaches", known_on="2026-10-09", known_at="15:00")
    assert {"assess": "10 October", "ico": "12 October"} == place.due("data_breaches", entry)
    with tenants({place.id}):
        runs = entries.load(place.id, "data_breaches", entry).entry.running
    assert "2026-10-12 14:00" == f"{runs['ico'].due_at:%Y-%m-%d %H:%M}"
    assert lead.person.email in [each.to for each in place.site.mailbox.deliver()]
    lead.take("data_breaches", entry, "assess", outcome="ico", risk="some")
    shown = lead.take("data_breaches", entry, "tell_ico", outcome="only", risk="some")

    assert "Commissioner told" in shown.text or "Only the Commissioner" in shown.text


def test_a_message_at_the_week_end_waits_for_the_next_working_day(
    place: Place, clock: FrozenClock
) -> None:
    """Within 24 hours, or the next working day (S301); a data complaint within 30 days (R-DUAA)."""
    clock.advance(days=4)  # Saturday 10 October
    office = place.desk(Role.OFFICE)
    came = {"about": "Parking", "kind": "complaint", "came_on": "2026-10-10", "came_at": "09:00"}
    with tenants({place.id}), transaction() as tx:
        message = registers.add(
            tx, place.id, register="social_messages", values=came, by=office.person.actor
        )
    complaint = office.add("data_complaints", received_on="2026-10-10")

    assert {"answer": "12 October"} == place.due("social_messages", message)
    assert {"acknowledge": "09 November"} == place.due("data_complaints", complaint)


def test_a_posting_about_the_school_becomes_a_report(place: Place) -> None:
    """What was written begins the report of whoever presses; they fill in the rest, and the entry
    says that it was begun (S180, S306).
    """
    leader = place.desk(Role.SENIOR_LEADER)
    entry = leader.add(
        "online_postings", where="A group of parents", says="A teacher was named", kind="allegation"
    )
    page = leader.browser.get(f"/s/{place.id}/registers/online_postings/{entry}")
    assert "Report an incident about it" in page.text
    begun = leader.browser.submit({}, action="/incident")
    assert begun.location.endswith("/what")
    leader.browser.get(begun.location)
    leader.browser.submit({"types": ["disrepute"]}, action="/what")
    account = leader.browser.get(begun.location.replace("/what", "/account"), expect=None)

    assert account.status in (200, 303)
    history = leader.browser.get(f"/s/{place.id}/registers/online_postings/{entry}").text
    assert "A report of an incident was begun from here." in history
    with tenants({place.id}):
        (draft,) = drafting.unfinished(place.id, leader.person.actor)
    (told,) = draft.fields["account:description"]
    assert "A group of parents" in told and "A teacher was named" in told
