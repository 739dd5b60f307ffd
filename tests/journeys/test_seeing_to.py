"""A message that did not arrive is seen to, by whoever it is for, and said what was done."""

import re
from urllib.parse import urlsplit

import pytest

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import TrustId
from chalicelib.incidents.service import sharing
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import feedback, outbox
from chalicelib.notifications.outbox import Message, MessageRow, State
from chalicelib.people import morning
from chalicelib.people.plan import reach
from chalicelib.storage import every, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.rows import TaskRow
from tests.builders import BY, Person, a_person, a_school, a_trust, signed_in, within
from tests.doubles import FrozenClock
from tests.notifications import post
from tests.pages import Answer, Site


@pytest.fixture
def head(site: Site) -> Person:
    school = a_school()
    a_person(school, roles=[Role.OFFICE])
    return a_person(school, roles=[Role.HEADTEACHER])


def bounced(about: Person, *, to_account: bool = True) -> str:
    """A mail to somebody came back; gives the id of its task."""
    school = about.place
    message = Message(
        tenant=school,
        template="task_reminders",
        address="gone@example.sch.uk",
        values={},
        about="task/1",
        why="its owner",
        person=about.id if to_account else "",
    )
    with within(school):
        with transaction() as tx:
            key = outbox.add(tx, message)
        (row,) = [each for each in every(MessageRow, school, "message#") if each.sk.endswith(key)]
        row.state = State.BOUNCED
        with transaction() as tx:
            unreached(tx, school, row)
    return f"unreached-{key}"


def open_tasks(school: str) -> list[str]:
    with within(school):
        return [task.id for task in tasks.open_in(school)]


def test_what_was_done_is_asked_for_and_kept(site: Site, head: Person) -> None:
    """Without words nothing ends; with them it is off the list, and a second press is no error."""
    task = bounced(head)
    browser = signed_in(site, head)
    path = f"/s/{head.place}/unreached/{task}"
    assert f"{path}" in str(browser.get(f"/s/{head.place}").body)

    browser.get(path)
    refused = browser.submit({"did": " "}, button="It is seen to", expect=422)
    assert "Say what you did" in refused.text
    assert [task] == open_tasks(head.place)

    browser.submit({"did": "Rang her: new address."}, button="It is seen to", expect=303)

    assert [] == open_tasks(head.place)
    with within(head.place):
        (kept,) = every(TaskRow, head.place, "task#done#")
        assert "Rang her: new address." in kept.unseal()["why"]
    assert f"/s/{head.place}" == browser.get(path, expect=303).location


def test_it_ends_when_the_address_is_put_right(site: Site, head: Person) -> None:
    """On the person's page, with the one press that is there for it; others' tasks stay."""
    other = a_person(head.place, roles=[Role.STAFF])
    task, others = bounced(head), bounced(other)
    assert {task, others} == set(open_tasks(head.place))

    with within(head.place):
        reach.mail_works(head.place, head.id, by=BY)

    assert [others] == open_tasks(head.place)


def test_nobody_else_sees_to_it(site: Site, head: Person) -> None:
    """Neither another role nor with an id that is no such task."""
    task = bounced(head)
    office = a_person(head.place, roles=[Role.OFFICE])
    browser = signed_in(site, office)

    browser.get(f"/s/{head.place}/unreached/{task}", expect=404)
    there = f"/s/{head.place}"
    assert there == browser.get(f"{there}/unreached/{ids.new()}", expect=303).location
    assert [task] == open_tasks(head.place)


@pytest.fixture
def keeper(site: Site) -> Person:
    """The administrator of a trust."""
    return a_person(a_trust(), roles=[Role.TRUST_ADMINISTRATOR])


def come_back(trust: str, to: Person) -> str:
    """The mail about a shared record bounces, as SES tells it; gives the path of its task."""
    with within(trust):
        key = post.queue(
            trust,
            template=sharing.MAIL,
            address=to.email,
            values={"school": "Elm Primary", "path": f"/t/{trust}/shared-records"},
            about="shared/1",
            person=to.id,
        )
    told = post.event("Bounce", trust, key, bounce={"bounceType": "Permanent"})
    assert State.BOUNCED == feedback.take(told["detail"], unreached=unreached)
    return f"/t/{trust}/unreached/unreached-{key}"


def but_nonce(answer: Answer) -> str:
    return re.sub(r'nonce="[^"]+"', "", str(answer.body))


def test_a_trusts_administrator_sees_to_a_mail_that_came_back(site: Site, keeper: Person) -> None:
    """9.2, R36: on the trust's first page, says what was done, and it is gone; nothing of what
    the mail was about is in it, and a lead, another trust and a school are not led there.
    """
    trust, lead = keeper.place, a_person(keeper.place, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    browser = signed_in(site, keeper)
    assert "Nothing is waiting for you." in browser.get(f"/t/{trust}").text
    path = come_back(trust, lead)

    first = browser.get(f"/t/{trust}")
    assert path in str(first.body)
    assert "A message did not arrive" in first.text
    shown = browser.get(path)
    assert f"/t/{trust}/people/{lead.id}" in str(shown.body)
    assert "Elm Primary" not in first.text + shown.text
    browser.submit({"did": ""}, button="It is seen to", expect=422)

    at_lead = signed_in(site, lead)
    assert path not in str(at_lead.get(f"/t/{trust}").body)
    at_lead.get(path, expect=404)
    elsewhere = a_person(a_trust(), roles=[Role.TRUST_ADMINISTRATOR])
    foreign = signed_in(site, elsewhere).get(path, expect=404)
    nowhere = path.replace(trust, ids.new())
    assert but_nonce(foreign) == but_nonce(signed_in(site, elsewhere).get(nowhere, expect=404))
    assert 1 == len(open_tasks(trust))

    browser.get(path)
    done = browser.submit({"did": "Rang her."}, button="It is seen to", expect=303)
    assert f"/t/{trust}" == done.location
    assert "Nothing is waiting for you." in browser.get(f"/t/{trust}").text
    assert f"/t/{trust}" == browser.get(path, expect=303).location


def test_at_a_trust_it_ends_when_the_address_is_put_right(site: Site, keeper: Person) -> None:
    """With the press on the page of whose address it is; that press is there until then."""
    lead = a_person(keeper.place, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    browser = signed_in(site, keeper)
    browser.get(come_back(keeper.place, lead))
    member = f"/t/{keeper.place}/people/{lead.id}"
    assert "Email to this address did not arrive" in browser.get(member).text

    browser.submit(action="/mail-works", expect=303)

    assert [] == open_tasks(keeper.place)
    assert "did not arrive" not in browser.get(member).text


def test_a_trust_has_its_other_tasks_on_its_first_page_too(
    site: Site, keeper: Person, clock: FrozenClock
) -> None:
    """R19: the termly review, and somebody who is needed and has not signed in: that one ends by
    itself once they have.
    """
    trust = TrustId(keeper.place)
    lead = a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    signed_in(site, keeper)
    clock.advance(days=77)
    signed_in(site, lead)
    morning.plan_trust(trust)
    clock.advance(days=14)
    morning.plan_trust(trust)

    browser = signed_in(site, keeper)
    first = browser.get(f"/t/{trust}")
    assert "Look through who has access" in first.text
    assert "has not signed in for 90 days" in first.text
    (waiting,) = first.root.all("ul", **{"class": "govuk-task-list"})
    for link in waiting.all("a"):
        browser.get(urlsplit(link.attributes["href"]).path)

    morning.plan_trust(trust)
    assert "has not signed in for 90 days" not in browser.get(f"/t/{trust}").text
