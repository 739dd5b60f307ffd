"""What is left lying is brought up again, with the reason, exactly once (2.3, S73, S286)."""

import pytest

from app import sweep_now
from chalicelib.incidents.model.wall import Wall
from chalicelib.incidents.repository import index
from chalicelib.incidents.service import mornings, quiet
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from tests.builders import signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.test_wall import behind
from tests.incidents.walk import School, a_staffed_school, report
from tests.pages import Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def swept(mailbox: Mailbox) -> list[tuple[str, str]]:
    """Who was written to by two sweeps, one after the other, and the subject."""
    mailbox.mails.clear()
    for _ in range(3):
        sweep_now()
    return sorted((mail.to, mail.subject.strip()) for mail in mailbox.mails)


def test_a_report_that_nobody_takes_is_told_again_each_working_morning(
    school: School, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S73, S286: with the reason, to each once; no more once it is acknowledged."""
    record = report(school.at_teacher, school.id)
    swept(mailbox)
    clock.advance(hours=5)
    assert [] == swept(mailbox)
    clock.advance(hours=18)
    again = swept(mailbox)

    assert {school.dsl.email, school.lead.email} == {to for to, _ in again}
    assert 2 == len(again)
    assert all("Nobody has taken report" in subject for _, subject in again)
    assert "Nobody has said yet that they have it in hand." in mailbox.mails[0].text
    assert [] == swept(mailbox)
    clock.advance(days=1)
    assert 2 == len(swept(mailbox))
    at_dsl = signed_in(school.at_dsl.another(), school.dsl)
    at_dsl.get(f"{school.log}/{record}")
    at_dsl.submit(action="/acknowledge")
    clock.advance(days=1)
    assert [] == swept(mailbox)


def test_a_report_that_cannot_wait_is_told_again_after_an_hour(
    school: School, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S172, S267: sexual images of a child."""
    report(school.at_teacher, school.id, what={"types": ["sexual_images"]}, adult="no")
    swept(mailbox)
    clock.advance(minutes=61)

    assert {"Urgent"} == {subject.partition(":")[0] for _, subject in swept(mailbox)}


def test_whoever_a_wall_keeps_out_is_not_reminded(
    school: School, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """1.17: not even that there is a report."""
    record = report(school.at_teacher, school.id)
    swept(mailbox)
    behind(school, record, Wall(without=frozenset({school.lead.id})))
    clock.advance(days=1)

    assert {school.dsl.email} == {to for to, _ in swept(mailbox)}


def planned(school: School) -> int:
    with tenants({school.id}):
        return mornings.plan(school.id)


def quiet_tasks(school: School) -> list[str]:
    with within(school.id):
        return [each.why for each in tasks.open_in(school.id) if each.kind == quiet.KIND]


def test_a_quiet_case_becomes_a_task_once_and_is_settled_by_what_happens_next(
    school: School, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """2.3: on the first page, mailed with the reason, and gone with the next note."""
    record = report(school.at_teacher, school.id)
    school.at_dsl.get(f"{school.log}/{record}")
    school.at_dsl.submit(action="/acknowledge")
    clock.advance(days=13)
    assert 0 == planned(school)
    clock.advance(days=1, hours=-5)
    assert 1 == planned(school)
    assert 0 == planned(school)
    clock.advance(hours=5)
    (why,) = quiet_tasks(school)
    assert why.startswith("It is open and nothing has happened on it for 14 days.")
    swept(mailbox)
    (mail,) = [mail for mail in mailbox.mails if "Look at record" in mail.text]
    assert school.dsl.email == mail.to and "nothing has happened" in mail.text
    at_dsl = signed_in(school.at_dsl.another(), school.dsl)
    assert "Look at record" in at_dsl.get(f"/s/{school.id}").text
    page = at_dsl.get(f"{school.log}/{record}")
    at_dsl.submit({"note": "Rang home."}, page=page, action="/notes")
    assert [] == quiet_tasks(school)


def test_a_log_from_before_its_cards_is_made_anew_in_the_morning(school: School) -> None:
    """After an upgrade every record is found again."""
    records = {report(school.at_teacher, school.id) for _ in range(2)}
    with within(school.id):
        with transaction() as tx:
            for record in records:
                tx.delete(index.IndexRow, school.id, f"index#change#{record}")
        assert [] == index.cards(school.id)
        assert 2 == mornings.plan(school.id)
        assert records == {card.id for card in index.cards(school.id)}
