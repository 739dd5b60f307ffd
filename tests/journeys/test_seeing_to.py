"""A message that did not arrive is seen to, by whoever it is for, and said what was done."""

import pytest

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Message, MessageRow, State
from chalicelib.people.plan import reach
from chalicelib.storage import every, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.rows import TaskRow
from tests.builders import BY, Person, a_person, a_school, signed_in, within
from tests.pages import Site


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
