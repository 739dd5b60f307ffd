"""The duty plan, phones and the trust's contact, as their pages and the telling use them."""

import re
from datetime import UTC, date, datetime, time

import pytest

from chalicelib.alerts.repository import alerts
from chalicelib.errors import Invalid
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.people import team
from chalicelib.people.plan import contact, model, reach, service
from chalicelib.people.plan.contact import Contact
from chalicelib.people.plan.model import After, Outside, Plan, Step, When
from chalicelib.tenancy.calendar import Calendar
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import BY, Person, a_person, a_school, a_trust, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site

SAYS = "Ring home; 999 first if a child is in danger now."


@pytest.fixture
def trust(store: str) -> TrustId:
    return a_trust()


@pytest.fixture
def school(trust: TrustId) -> SchoolId:
    return a_school(trust=trust)


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Dina Lead")


@pytest.fixture
def head(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")


def save(school: SchoolId, **plan: object) -> None:
    with within(school):
        given = {"says": SAYS, **plan}
        service.save(school, Plan(**given), version=service.current(school).version, by=BY)  # type: ignore[arg-type]


def told(site: Site, school: SchoolId, body: str) -> list[str]:
    """To whom the first mails of an alert go."""
    post(site, a_source(school), body)
    return [mail.to for mail in site.mailbox.deliver()]


def test_the_parts_of_a_schools_time() -> None:
    """School hours, evenings and week-ends of term, and holidays with their week-ends (4.8)."""
    moments = {
        datetime(2026, 10, 6, 9, 0, tzinfo=UTC): When.SCHOOL,
        datetime(2026, 10, 6, 17, 0, tzinfo=UTC): When.EVENING,
        datetime(2026, 10, 10, 12, 0, tzinfo=UTC): When.EVENING,
        datetime(2026, 10, 28, 12, 0, tzinfo=UTC): When.HOLIDAY,
        datetime(2026, 12, 25, 12, 0, tzinfo=UTC): When.HOLIDAY,
        datetime(2026, 12, 27, 12, 0, tzinfo=UTC): When.HOLIDAY,
    }

    assert moments == {at: model.when(Plan(), Calendar(), at) for at in moments}
    friday = datetime(2026, 10, 23, 18, 0, tzinfo=UTC)
    assert datetime(2026, 11, 2, 8, 0, tzinfo=UTC) == model.next_opening(Plan(), Calendar(), friday)


def test_a_plan_without_closed_hours_or_without_anybody_is_refused(
    school: SchoolId, dsl: Person
) -> None:
    """R-DFE 8, R38: neither can be saved, and the school is told at which question."""
    with within(school), pytest.raises(Invalid) as refused:
        service.save(
            school,
            Plan(urgent=(Step.HEAD, Step.TRUST), evenings=Outside(After.NAMED)),
            version=0,
            by=BY,
        )

    assert {"urgent", "says", "evenings_people"} <= set(refused.value.fields)


def test_the_order_by_severity_and_by_theme(
    site: Site, school: SchoolId, dsl: Person, head: Person, clock: FrozenClock
) -> None:
    """S95, S121, 4.15: urgent ones to the DSL, others to the head, extremism to the head first."""
    save(
        school,
        usual=(Step.HEAD, Step.DSL),
        first={"discrimination": Step.HEAD},
    )

    high = told(site, school, fortigate())
    medium = told(site, school, fortigate("b", category=(12, "Extremist Groups"), action="blocked"))
    theme = told(site, school, fortigate("c", category=(5, "Discrimination")))

    assert ([dsl.email], [head.email], [head.email]) == (high, medium, theme)


def test_what_waits_until_morning_and_what_never_does(
    site: Site, school: SchoolId, dsl: Person, head: Person, clock: FrozenClock
) -> None:
    """4.8: by the plan medium waits for the next school morning; high goes to whom it names."""
    clock.at = datetime(2026, 10, 9, 20, 0, tzinfo=UTC)
    save(school, evenings=Outside(After.WAIT))
    medium = fortigate("b", category=(12, "Extremist Groups"), action="blocked")
    at_night = told(site, school, medium)
    high = told(site, school, fortigate())
    clock.at = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)  # eight in London
    in_the_morning = [mail.to for mail in [*site.mailbox.deliver(), *site.mailbox.deliver()]]
    save(school, evenings=Outside(After.NAMED, (head.id,)))
    clock.at = datetime(2026, 10, 12, 19, 0, tzinfo=UTC)
    named = told(site, school, fortigate("c"))

    assert ([], [dsl.email]) == (at_night, high)
    assert dsl.email in in_the_morning
    assert [head.email] == named[-1:]


def test_a_phone_is_proven_and_then_rung(
    site: Site, school: SchoolId, dsl: Person, clock: FrozenClock
) -> None:
    """A code by text; then urgent alerts come by text too, critical ones ring; nothing is told."""
    desk = signed_in(site, dsl)
    desk.get(f"/s/{school}/duty/phone")
    wrong = desk.submit({"phone": "0117 496 0123"}, action="/phone", expect=422)
    desk.follow(desk.submit({"phone": "07700 900123"}, page=wrong, action="/phone"))
    site.mailbox.deliver()
    [text] = site.mailbox.texts
    [code] = re.findall(r"\d{6}", text.said)
    refused = desk.submit({"code": f"{(int(code) + 1) % 10**6:06d}"}, expect=422)
    desk.submit({"code": code, "uses": ["texts", "calls"]}, page=refused)
    told(site, school, fortigate(category=(83, "Child Abuse"), action="blocked"))
    told(site, school, fortigate("b"))

    texts = site.mailbox.texts[1:]
    assert "+447700900123" == text.to
    assert ["Enter a UK mobile number, like 07700 900 123"] == wrong.problems()
    assert ["This is not the code that we sent"] == refused.problems()
    assert [False, False, True] == sorted(each.is_call for each in texts)
    assert not [
        each for each in texts if re.search("okafor|example|abuse|porn", each.said, re.IGNORECASE)
    ]
    with within(school):
        assert "0770" not in str(team.read(school)[1][dsl.id].person)


def _telling(said: str) -> bool:
    return bool(re.search("okafor|adult|abuse|porn", said, re.IGNORECASE))


def test_a_dead_mailbox_is_passed_over_and_put_right(
    site: Site, school: SchoolId, dsl: Person, head: Person
) -> None:
    """R37: the next is told at once; with nobody else it is tried all the same."""
    from chalicelib.storage import transaction

    with within(school), transaction() as tx:
        reach.mail_failed(tx, school, dsl.id)
    passed = told(site, school, fortigate())
    with within(school):
        history = alerts.history(school, alerts.page(school, alerts.Listing.ALL).alerts[0].id)
        reach.mail_works(school, dsl.id, by=BY)
    again = told(site, school, fortigate("b"))

    assert ([head.email], [dsl.email]) == (passed, again)
    assert [dsl.id] == history[-1].open["passed"]


def test_the_trusts_contact_is_told_last(
    site: Site, trust: TrustId, school: SchoolId, dsl: Person, clock: FrozenClock
) -> None:
    """R38: after the school and the trust's leads, by mail and text: to ring the school."""
    administrator = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    administrator.get(f"/t/{trust}/duty")
    fields = {"name": "Night desk", "email": "desk@trust.example", "phone": "07700900456"}
    administrator.submit(fields, action="/duty")
    told(site, school, fortigate())
    clock.advance(minutes=16)
    site.mailbox.deliver()
    mails = [*site.mailbox.mails, *site.mailbox.deliver()]

    assert [dsl.email, "desk@trust.example"] == [mail.to for mail in mails]
    assert "Please ring" in mails[-1].text
    assert ["+447700900456"] == [text.to for text in site.mailbox.texts]
    with within(trust):
        assert Contact("Night desk", "desk@trust.example", "+447700900456") == contact.named(trust)


def test_the_plan_page_asks_for_closed_hours_and_keeps_versions(
    site: Site, school: SchoolId, dsl: Person, head: Person
) -> None:
    """R-DFE 8: without a plan the duty page warns; with one it is shown, and older ones stay."""
    desk = signed_in(site, head)
    warned = desk.get(f"/s/{school}/duty").text
    desk.get(f"/s/{school}/duty/plan/change")
    refused = desk.submit({"evenings": "named", "opens": "8:30am"}, expect=422)
    answers = {"says": SAYS, "evenings": "named", "evenings_people": [dsl.id]}
    saved = desk.follow(desk.submit(answers, page=refused))

    assert "no out-of-hours plan yet" in warned
    assert "Say what happens outside school hours" in " ".join(refused.problems())
    assert "Dina Lead first, then the others" in saved.text
    assert "no out-of-hours plan" not in desk.get(f"/s/{school}/duty").text
    with within(school):
        assert [1] == [each.version for each in service.versions(school)]
        assert time(8, 30) == service.current(school).opens


def test_one_press_says_that_somebody_is_ill(
    site: Site, school: SchoolId, dsl: Person, head: Person, clock: FrozenClock
) -> None:
    """4.5: the office presses once; without cover it is refused with the reason."""
    office = signed_in(site, a_person(school, roles=[Role.OFFICE]))
    office.get(f"/s/{school}/duty")
    done = office.follow(office.submit(action=f"/{dsl.id}/today"))
    refused = office.submit(page=done, action=f"/{head.id}/today", expect=409)

    assert "Alerts go to the next person" in done.text
    assert "Nobody would be on duty" in refused.text
    with within(school):
        now = team.load(school, clock.at).usual()
    assert [head.id] == [link.person for link in now.here]
    assert date(2026, 10, 6) == clock.at.date()
